package io.beethoven.discovery;

import java.time.Duration;

/**
 * The figures by which a {@link Reunion} is brought about.
 *
 * @param promise how long a cluster that has accepted another one will not end in favour of a third
 * @param patience how long an answer is waited for; less than half of the promise
 * @param retryMin least pause after a proposal that came to nothing
 * @param retryMax greatest pause after one
 * @param memory how long a cluster that is not met again is remembered
 */
public record ReunionPolicy(
    Duration promise, Duration patience, Duration retryMin, Duration retryMax, Duration memory) {

  /** The figures in use. */
  public static final ReunionPolicy DEFAULT =
      new ReunionPolicy(
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofMillis(250),
          Duration.ofMillis(750),
          Duration.ofSeconds(15));

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if the figures do not fit each other
   */
  public ReunionPolicy {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience must be more than 0, was " + patience);
    }
    if (patience.multipliedBy(2).compareTo(promise) >= 0) {
      throw new IllegalArgumentException(
          "patience must be less than half of the promise (" + promise + "), was " + patience);
    }
    if (retryMin.isNegative() || retryMax.compareTo(retryMin) < 0) {
      throw new IllegalArgumentException(
          "retry must be 0 or more and min <= max, was " + retryMin + " to " + retryMax);
    }
    if (memory.isNegative() || memory.isZero()) {
      throw new IllegalArgumentException("memory must be more than 0, was " + memory);
    }
  }
}
