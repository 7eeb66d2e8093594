package io.beethoven.testkit.witness;

/** What may bring a role below its count. */
public enum Cause {
  /** A process died. */
  CRASH,
  /** A process stood still. */
  FREEZE,
  /** A network, or a part of it, was cut. */
  CUT,
  /** A node was asked to leave. */
  PLANNED_STOP,
  /** Something that Beethoven bounds by nothing: a role that hangs, a full disk, no quorum. */
  OTHER,
  /** Nothing that the witness was told of. */
  UNPROVOKED
}
