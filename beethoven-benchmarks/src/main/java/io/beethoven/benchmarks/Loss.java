package io.beethoven.benchmarks;

import io.beethoven.model.NodeId;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which process of a large cluster is killed. */
enum Loss {
  /** One that hosts roles, and neither votes nor has the allocator. */
  NON_VOTER("host, no voter"),
  /** One that hosts roles and votes, and has not the allocator. */
  VOTER("host, voter"),
  /** The allocator's. */
  ALLOCATOR("allocator's");

  private final String label;

  Loss(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Returns its name in a line of JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the kind of a process.
   *
   * @param nodes its nodes
   * @param hosts the nodes that host the role
   * @param voters the nodes that vote
   * @param allocator the allocator's node
   * @return the kind; empty if it hosts no role
   */
  static Optional<Loss> of(
      Collection<NodeId> nodes, Collection<NodeId> hosts, Set<NodeId> voters, NodeId allocator) {
    if (nodes.stream().noneMatch(hosts::contains)) {
      return Optional.empty();
    }
    if (nodes.contains(allocator)) {
      return Optional.of(ALLOCATOR);
    }
    return Optional.of(nodes.stream().anyMatch(voters::contains) ? VOTER : NON_VOTER);
  }
}
