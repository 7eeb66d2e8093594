package io.beethoven.discovery;

import java.time.Duration;
import java.time.Instant;

/**
 * How many probes may begin by now: what has come together at a steady rate since the last ones,
 * but never more than a burst (a token bucket). At first it is full.
 */
final class Pace {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final long nanosPerProbe;
  private final int burst;

  /** When the bucket would be full if nothing more were taken; no clock in use is before it. */
  private Instant fullAt = Instant.EPOCH;

  Pace(int perSecond, int burst) {
    this.nanosPerProbe = Math.max(1, SECOND / perSecond);
    this.burst = burst;
  }

  /** Returns how many may begin now, 0 to the burst. */
  int available(Instant now) {
    if (!now.isBefore(fullAt)) {
      return burst;
    }
    long missing = Duration.between(now, fullAt).toNanos();
    return (int) Math.max(0, burst - ceil(missing, nanosPerProbe));
  }

  /** One begins now. */
  void take(Instant now) {
    fullAt = (now.isAfter(fullAt) ? now : fullAt).plusNanos(nanosPerProbe);
  }

  /**
   * Returns when so many may begin together, but half a burst is enough to wait for: waking for
   * each single one would cost more than it gains.
   *
   * @param wanted 1 or more
   */
  Instant readyAt(int wanted) {
    int together = Math.min(wanted, Math.max(1, burst / 2));
    return fullAt.minusNanos((burst - together) * nanosPerProbe);
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
