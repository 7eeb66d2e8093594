package io.beethoven.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one node knows of the cluster at one moment: the answers of the four queries, taken
 * together. Immutable.
 *
 * @param self the node that knows it
 * @param mode its own status
 * @param clusterNodes every node ever seen, sorted by address
 * @param activeNodes the online nodes, this one included, sorted; empty when standalone
 * @param roles every role, sorted by name
 * @param allocator the node whose allocator issued the roles' table, where one did
 * @param ready whether the queries are served, this node has a part in its cluster, and all that is
 *     assigned to it runs
 */
public record ClusterSnapshot(
    NodeId self,
    ClusterMode mode,
    List<ClusterNode> clusterNodes,
    List<NodeId> activeNodes,
    List<RoleStatus> roles,
    Optional<NodeId> allocator,
    boolean ready) {

  /** Creates a snapshot of unmodifiable copies. */
  public ClusterSnapshot {
    Objects.requireNonNull(self, "self");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(allocator, "allocator");
    clusterNodes = List.copyOf(clusterNodes);
    activeNodes = List.copyOf(activeNodes);
    roles = List.copyOf(roles);
  }
}
