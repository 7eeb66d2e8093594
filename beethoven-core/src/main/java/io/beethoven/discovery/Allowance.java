package io.beethoven.discovery;

import java.time.Duration;
import java.time.Instant;

/**
 * How often something may happen: a number of times at once, and once more after each pause. Keeps
 * what strangers can cause from filling a log.
 *
 * <p>Where the time goes back, nothing is gained by it. Not thread-safe.
 */
public final class Allowance {

  private final int most;
  private final Duration pause;
  private int left;
  private Instant since = Instant.MIN;

  /**
   * Creates an allowance that is not used.
   *
   * @param most how often at once, 1 or more
   * @param pause after which it may happen once more, more than 0
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Allowance(int most, Duration pause) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be >= 1, was " + most);
    }
    if (pause.isZero() || pause.isNegative()) {
      throw new IllegalArgumentException("pause must be more than 0, was " + pause);
    }
    this.most = most;
    this.pause = pause;
    this.left = most;
  }

  /**
   * Tells whether it may happen now, and counts it if so.
   *
   * @param now the time
   * @return whether it may
   */
  public boolean take(Instant now) {
    if (left == most || now.isBefore(since)) {
      since = now;
    }
    long gained = Duration.between(since, now).dividedBy(pause);
    if (gained > 0) {
      left = (int) Math.min(most, left + gained);
      since = since.plus(pause.multipliedBy(gained));
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
