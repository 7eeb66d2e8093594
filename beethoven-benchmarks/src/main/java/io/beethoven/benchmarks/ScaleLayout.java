package io.beethoven.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * How many nodes there are, and how they are spread over processes: by turns, so that neighbouring
 * addresses, which become voters together, are in different processes.
 *
 * @param nodes how many nodes
 * @param processes how many processes share them
 */
record ScaleLayout(int nodes, int processes) {

  private static final int MAX_NODES = 250;

  /** Most nodes that vote. */
  private static final int MAX_VOTERS = 9;

  ScaleLayout {
    if (nodes < 2 || nodes > MAX_NODES) {
      throw new IllegalArgumentException(
          "nodes must be between 2 and " + MAX_NODES + ", was " + nodes);
    }
    if (processes < 2 || processes > nodes) {
      throw new IllegalArgumentException(
          "processes must be between 2 and " + nodes + " for so many nodes, was " + processes);
    }
  }

  /** Returns the addresses of the nodes of a process. */
  List<String> hosts(int process) {
    List<String> hosts = new ArrayList<>();
    for (int node = process; node < nodes; node += processes) {
      hosts.add("127.0.0." + (node + 1));
    }
    return hosts;
  }

  /** Returns the smallest subnet with an address for each node. */
  String subnet() {
    int bits = 30;
    while ((1 << (32 - bits)) - 2 < nodes) {
      bits--;
    }
    return "127.0.0.0/" + bits;
  }

  /** Returns the most nodes that one process has. */
  int nodesOfAProcess() {
    return (nodes + processes - 1) / processes;
  }

  /** Tells whether each process has a single node. */
  boolean isPlain() {
    return nodes == processes;
  }

  /**
   * Returns how many instances of the role shall run: one on each node but as many as are lost with
   * a process, and as many again where that is more than one.
   */
  int instances() {
    return Math.max(1, nodes - (isPlain() ? 1 : 2 * nodesOfAProcess()));
  }

  /** Returns how many nodes vote once all is settled. */
  int voters() {
    return Math.min(MAX_VOTERS, nodes);
  }
}
