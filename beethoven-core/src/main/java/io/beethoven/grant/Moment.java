package io.beethoven.grant;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A moment by both clocks of one node. The monotonic one may stand still while the machine sleeps,
 * the wall clock may be set; a lease holds only by both.
 *
 * @param nanos the monotonic clock; means nothing on another node
 * @param wall the wall clock
 */
public record Moment(long nanos, Instant wall) {

  /** Checks the parts. */
  public Moment {
    Objects.requireNonNull(wall, "wall");
  }

  /**
   * Returns the moment so much later, by both clocks.
   *
   * @param time how much
   * @return the moment
   */
  public Moment plus(Duration time) {
    return new Moment(nanos + time.toNanos(), wall.plus(time));
  }

  /**
   * Tells how much time has passed since, by the monotonic clock.
   *
   * @param earlier another moment of the same node
   * @return the time; negative if that is later
   */
  public Duration since(Moment earlier) {
    return Duration.ofNanos(nanos - earlier.nanos);
  }

  /**
   * Tells whether a time has passed since, by the monotonic clock.
   *
   * @param earlier another moment of the same node
   * @param time how much
   * @return whether it has
   */
  public boolean isPast(Moment earlier, Duration time) {
    return nanos - earlier.nanos >= time.toNanos();
  }

  /**
   * Chooses the later one of two moments, by the monotonic clock.
   *
   * @param other another moment of the same node
   * @return this one or the other one
   */
  public Moment latest(Moment other) {
    return nanos - other.nanos >= 0 ? this : other;
  }
}
