package io.beethoven.benchmarks;

import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which processes of a cluster a benchmark does something to. */
enum Victim {
  /** One that hosts the role, not the allocator's. */
  HOST(1),
  /** The allocator's, which hosts the role as well. */
  ALLOCATOR(1),
  /** One that hosts the role and another one at once: the allocator's, unless that is the host. */
  BOTH(2);

  private final int size;

  Victim(int size) {
    this.size = size;
  }

  /** Returns how many processes it is. */
  int size() {
    return size;
  }

  /**
   * Picks the processes.
   *
   * @param whole what is known of a cluster in which all roles run
   * @param role the role's name
   * @return their names; empty if the role and the allocator are not where they have to be
   */
  List<NodeId> pick(ClusterSnapshot whole, String role) {
    NodeId allocator = whole.allocator().orElseThrow();
    List<NodeId> hosts = hosts(whole, role);
    Optional<NodeId> other = hosts.stream().filter(host -> !host.equals(allocator)).findFirst();
    return switch (this) {
      case HOST -> other.stream().toList();
      case ALLOCATOR -> hosts.contains(allocator) ? List.of(allocator) : List.of();
      case BOTH ->
          Stream.of(
                  Optional.of(allocator),
                  other.or(
                      () ->
                          whole.activeNodes().stream()
                              .filter(node -> !node.equals(allocator))
                              .findFirst()))
              .flatMap(Optional::stream)
              .toList();
    };
  }

  /** Returns the nodes that host a role. */
  static List<NodeId> hosts(ClusterSnapshot whole, String role) {
    return whole.roles().stream()
        .filter(row -> row.role().value().equals(role))
        .findFirst()
        .map(RoleStatus::nodes)
        .orElseThrow();
  }
}
