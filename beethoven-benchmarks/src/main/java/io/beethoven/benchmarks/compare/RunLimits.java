package io.beethoven.benchmarks.compare;

import java.time.Duration;

/**
 * How often a case is measured.
 *
 * @param least at least so often; a slow case no more
 * @param most at most so often
 * @param enough no more once it has taken so long
 */
public record RunLimits(int least, int most, Duration enough) {

  /** Creates limits. */
  public RunLimits {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          "runs must be >= 1 and at least " + least + ", was " + most);
    }
  }

  /** Returns limits that allow exactly one number of runs. */
  public static RunLimits exactly(int runs) {
    return new RunLimits(runs, runs, Duration.ZERO);
  }

  /** Tells whether one more run is to be made. */
  boolean wantMore(int made, Duration taken) {
    return made < least || (made < most && taken.compareTo(enough) < 0);
  }
}
