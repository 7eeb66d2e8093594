package io.beethoven.benchmarks.compare;

/**
 * How often a case is measured: always the same number of times, or medians would not compare.
 *
 * @param quick each case that takes seconds
 * @param slow each that takes a quarter of a minute or more
 */
public record RunLimits(int quick, int slow) {

  /** Creates limits. */
  public RunLimits {
    if (quick < 1 || slow < 1) {
      throw new IllegalArgumentException("runs must be >= 1, was " + Math.min(quick, slow));
    }
  }

  /** Returns limits that are the same for all. */
  public static RunLimits exactly(int runs) {
    return new RunLimits(runs, runs);
  }
}
