package io.beethoven.benchmarks.compare;

/**
 * How far an old instance went on while the one that had taken its place acted as well.
 *
 * @param millis from SIGCONT, or from the new one's first act where nothing was frozen, to the last
 *     act of the old instance in that time; 0 if there was none
 * @param acts how many acts of the old instance there were
 * @param ended whether it came to an end while somebody looked
 */
record Overlap(double millis, int acts, boolean ended) {

  /** Nobody acted beside the new one. */
  static final Overlap NONE = new Overlap(0, 0, true);
}
