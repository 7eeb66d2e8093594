package io.beethoven.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measured values and how they are told: minimum, median, 90th percentile, maximum. */
public final class Figures {

  private final List<Double> sorted;

  /**
   * Takes the values.
   *
   * @param values at least one
   * @throws IllegalArgumentException if there is none
   */
  public Figures(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values must not be empty");
    }
    sorted = new ArrayList<>(values);
    Collections.sort(sorted);
  }

  /** Returns the smallest value. */
  public double min() {
    return sorted.get(0);
  }

  /** Returns the largest value. */
  public double max() {
    return sorted.get(sorted.size() - 1);
  }

  /**
   * Returns a percentile by the nearest rank: a value that was measured, never one in between.
   *
   * @param percent more than 0, at most 100
   * @return the smallest value such that so many percent are not above it
   */
  public double percentile(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent must be in (0, 100], was " + percent);
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(1, rank) - 1);
  }

  /** Returns one aligned line: what, then the four values. */
  public String line(String what, String unit) {
    return String.format(
        Locale.ROOT,
        "%-34s min %8.1f   median %8.1f   p90 %8.1f   max %8.1f   %s",
        what,
        min(),
        percentile(50),
        percentile(90),
        max(),
        unit);
  }

  /** Rounds to one digit after the point, as it is told. */
  public static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
