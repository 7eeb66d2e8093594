package io.beethoven.testkit.witness;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A time in which a role had fewer valid instances than it should.
 *
 * @param role the role's name
 * @param from the last look of an instance at its right, or when more were asked for
 * @param until the first look of the instance that made the number whole
 * @param cause what brought it about
 * @param fault what was done, for people; empty if nothing was
 * @param bound how long it may last; empty where that is not bounded
 */
public record Gap(
    String role, long from, long until, Cause cause, String fault, Optional<Duration> bound) {

  /** Creates a gap. */
  public Gap {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(fault, "fault");
    Objects.requireNonNull(bound, "bound");
  }

  /** Returns how long it lasted. */
  public Duration length() {
    return Duration.ofNanos(until - from);
  }

  /**
   * Tells whether it lasted longer than it may.
   *
   * @param tolerance what is granted to the machine
   * @return false where it is not bounded
   */
  public boolean exceeds(Duration tolerance) {
    return bound.filter(most -> length().compareTo(most.plus(tolerance)) > 0).isPresent();
  }
}
