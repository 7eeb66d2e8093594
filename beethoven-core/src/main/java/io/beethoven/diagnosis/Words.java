package io.beethoven.diagnosis;

import java.time.Duration;
import java.util.Locale;

/** Quantities for people. */
final class Words {

  private static final long MILLIS_IN_TENTHS = 100_000;

  private Words() {}

  /** Returns a duration such as {@code 12 ms}, {@code 3.5 s} or {@code 140 s}. */
  static String duration(Duration duration) {
    if (Math.abs(duration.toSeconds()) > MILLIS_IN_TENTHS) {
      // A stranger may say anything of its clock.
      return duration.toSeconds() + " s";
    }
    long millis = duration.toMillis();
    if (Math.abs(millis) < 1000) {
      return millis + " ms";
    }
    return Math.abs(millis) < MILLIS_IN_TENTHS
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : millis / 1000 + " s";
  }
}
