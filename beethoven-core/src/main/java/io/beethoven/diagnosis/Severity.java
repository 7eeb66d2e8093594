package io.beethoven.diagnosis;

/** How bad a finding is, the worst first. */
public enum Severity {
  /** Something does not work, or runs more than once. */
  ERROR,
  /** Works, but not as well as it should, or perhaps not much longer. */
  WARNING,
  /** As it should be. */
  OK
}
