package io.beethoven.testkit.witness;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that was done to a cluster, as the witness is told of it.
 *
 * @param fault what, for people
 * @param cause what it is to Beethoven
 * @param bound how long a role may run below its count for it; empty where that is not bounded
 * @param startFirstBound the same for a role with {@code hand-over = start-first}
 * @param from right before it began, by {@link System#nanoTime}
 * @param until when all was well again; {@link Long#MAX_VALUE} while it goes on
 * @param nodes how many nodes could run roles meanwhile, at least
 */
public record Disturbance(
    String fault,
    Cause cause,
    Optional<Duration> bound,
    Optional<Duration> startFirstBound,
    long from,
    long until,
    int nodes) {

  /** Creates a disturbance. */
  public Disturbance {
    Objects.requireNonNull(fault, "fault");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(bound, "bound");
    Objects.requireNonNull(startFirstBound, "startFirstBound");
    if (until < from) {
      throw new IllegalArgumentException("until must not be before " + from + ", was " + until);
    }
  }

  /**
   * Returns the same as something that is over.
   *
   * @param nanoTime when all was well again
   * @return the disturbance
   */
  public Disturbance over(long nanoTime) {
    return new Disturbance(fault, cause, bound, startFirstBound, from, nanoTime, nodes);
  }

  boolean lastsAt(long nanoTime) {
    return from <= nanoTime && nanoTime <= until;
  }
}
