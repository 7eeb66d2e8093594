package io.beethoven.benchmarks.compare;

/**
 * How far an instance that was thawed went on while the one that had taken its place acted as well.
 *
 * @param millis from SIGCONT to the last act of the old instance in that time; 0 if there was none
 * @param acts how many acts of the old instance there were
 * @param ended whether it came to an end while somebody looked
 */
record Overlap(double millis, int acts, boolean ended) {

  /** What never was frozen does not overlap. */
  static final Overlap NONE = new Overlap(0, 0, true);
}
