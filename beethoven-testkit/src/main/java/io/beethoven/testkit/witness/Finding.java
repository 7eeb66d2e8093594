package io.beethoven.testkit.witness;

import java.util.Objects;

/**
 * A promise that was not kept.
 *
 * @param kind which one
 * @param role the role's name
 * @param nanoTime when it began, on the machine's monotonic clock
 * @param text what happened, for people
 */
public record Finding(Kind kind, String role, long nanoTime, String text) {

  /** The promises. */
  public enum Kind {
    /** More slots of a role had a valid instance than its count. */
    OVER_COUNT,
    /** A slot had two valid instances, and was not being moved start-first. */
    TWO_IN_A_SLOT,
    /** A node had two valid instances of a role. */
    TWICE_ON_A_NODE,
    /** An instance was valid in a slot that the role does not have. */
    NO_SUCH_SLOT,
    /** An instance was valid after one with a higher token had been, in the same slot. */
    TOKEN_WENT_BACK,
    /** An instance held its right again after it had lost it. */
    RIGHT_CAME_BACK,
    /** A role ran below its count for longer than its bound. */
    GAP_TOO_LONG;

    /** Tells whether no load of the machine excuses it. */
    public boolean isSafety() {
      return this != GAP_TOO_LONG;
    }
  }

  /** Creates a finding. */
  public Finding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(text, "text");
  }
}
