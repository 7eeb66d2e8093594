package io.beethoven.discovery;

/**
 * How much a node asks of the network while it looks for peers.
 *
 * @param maxInFlight most probes at once, 1 or more
 * @param perSecond most probes begun in a second, on average, 1 or more
 * @param burst most probes begun at one moment after a rest, 1 or more
 */
public record ProbeLimits(int maxInFlight, int perSecond, int burst) {

  /**
   * Creates limits.
   *
   * @throws IllegalArgumentException if one is less than 1
   */
  public ProbeLimits {
    requireAtLeastOne("max-in-flight", maxInFlight);
    requireAtLeastOne("max-per-second", perSecond);
    requireAtLeastOne("max-burst", burst);
  }

  private static void requireAtLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be >= 1, was " + value);
    }
  }
}
