package io.beethoven.benchmarks.compare;

import java.util.Objects;

/**
 * A moment at which an instance of the role acted.
 *
 * @param node the name of the node it ran on
 * @param nanoTime the moment, on the machine's monotonic clock
 */
record Act(String node, long nanoTime) {

  Act {
    Objects.requireNonNull(node, "node");
  }
}
