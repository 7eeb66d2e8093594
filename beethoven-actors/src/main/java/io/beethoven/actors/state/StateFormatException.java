package io.beethoven.actors.state;

import org.jspecify.annotations.Nullable;

/** Bytes that are not the state of this node. */
final class StateFormatException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String advice;

  /**
   * Creates an exception.
   *
   * @param problem what is wrong, as the end of a sentence that begins with the file
   * @param advice what the operator can do about it, a whole sentence
   * @param cause what a parser said
   */
  StateFormatException(String problem, String advice, @Nullable Throwable cause) {
    super(problem, cause);
    this.advice = advice;
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  String advice() {
    return advice;
  }
}
