package io.beethoven.evidence;

import java.time.Duration;

/**
 * How patiently the lines to a peer are dialled.
 *
 * @param redialMin first pause before a peer whose life-line broke is dialled again
 * @param redialMax greatest pause between two redials
 * @param redialLimit how long redialling goes on before the broken line is given up as no evidence
 * @param reconnectMin first pause before a lost line is opened anew
 * @param reconnectMax greatest pause between two attempts
 */
public record LinePolicy(
    Duration redialMin,
    Duration redialMax,
    Duration redialLimit,
    Duration reconnectMin,
    Duration reconnectMax) {

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a pause is not positive or a greatest below its first
   */
  public LinePolicy {
    requirePositive("redialMin", redialMin);
    requireAtLeast("redialMax", redialMax, redialMin);
    requirePositive("redialLimit", redialLimit);
    requirePositive("reconnectMin", reconnectMin);
    requireAtLeast("reconnectMax", reconnectMax, reconnectMin);
  }

  /** Returns the pause before the next redial: it doubles up to the greatest. */
  Duration redialPause(int attemptsBefore) {
    return doubled(redialMin, redialMax, attemptsBefore);
  }

  /** Returns the pause before the next reconnection: it doubles up to the greatest. */
  Duration reconnectPause(int attemptsBefore) {
    return doubled(reconnectMin, reconnectMax, attemptsBefore);
  }

  private static Duration doubled(Duration first, Duration greatest, int times) {
    Duration pause = first;
    for (int i = 0; i < times && pause.compareTo(greatest) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(greatest) < 0 ? pause : greatest;
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be > 0, was " + value);
    }
  }

  private static void requireAtLeast(String name, Duration value, Duration bound) {
    if (value.compareTo(bound) < 0) {
      throw new IllegalArgumentException(name + " must be >= " + bound + ", was " + value);
    }
  }
}
