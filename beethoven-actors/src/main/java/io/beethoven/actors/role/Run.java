package io.beethoven.actors.role;

/** One run of an instance's code, from its start to its end. Its owner is told of both. */
interface Run {

  /** Asks the run to end. More calls do nothing. */
  void stop();

  /** Presses a run that was asked to end and has not. */
  void press();
}
