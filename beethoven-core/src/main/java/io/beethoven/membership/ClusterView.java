package io.beethoven.membership;

import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleStatus;
import io.beethoven.model.RoleTable;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that a node's queries are answered from. Immutable; each change returns the view after
 * it.
 *
 * @param self the node whose view it is
 * @param nodes the node table as it is exchanged with peers
 * @param roles the newest table of roles heard
 * @param settled whether the node has ended its search: it is standalone, or a member of a cluster
 * @param rolesReady whether this node has a part in its cluster and runs all that is assigned to it
 */
public record ClusterView(
    Incarnation self, NodeTable nodes, RoleTable roles, boolean settled, boolean rolesReady) {

  /** Creates a view. */
  public ClusterView {
    Objects.requireNonNull(self, "self");
    Objects.requireNonNull(nodes, "nodes");
    Objects.requireNonNull(roles, "roles");
  }

  /**
   * Returns the view of a node that has just started and knows of itself alone.
   *
   * @param self the node
   * @param roles its own definitions, not allocated yet
   * @param now its time
   * @return the first view
   */
  public static ClusterView starting(Incarnation self, RoleTable roles, Instant now) {
    return new ClusterView(self, NodeTable.EMPTY.online(self, now), roles, false, false);
  }

  /**
   * Replaces the node table.
   *
   * @param changed the new table
   * @return the view after it
   */
  public ClusterView withNodes(NodeTable changed) {
    return new ClusterView(self, changed, roles, settled, rolesReady);
  }

  /**
   * Replaces the table of roles.
   *
   * @param changed the new table
   * @return the view after it
   */
  public ClusterView withRoles(RoleTable changed) {
    return new ClusterView(self, nodes, changed, settled, rolesReady);
  }

  /**
   * Says whether the node has ended its search.
   *
   * @param changed the new value
   * @return the view after it
   */
  public ClusterView withSettled(boolean changed) {
    return new ClusterView(self, nodes, roles, changed, rolesReady);
  }

  /**
   * Says whether this node has a part in its cluster and runs all that is assigned to it.
   *
   * @param changed the new value
   * @return the view after it
   */
  public ClusterView withRolesReady(boolean changed) {
    return new ClusterView(self, nodes, roles, settled, changed);
  }

  /**
   * Tells the node's own status.
   *
   * @return clustered if any other node is online
   */
  public ClusterMode mode() {
    return mode(shownNodes());
  }

  private ClusterMode mode(NodeTable shown) {
    boolean others =
        shown.rows().values().stream()
            .anyMatch(
                row ->
                    row.status() == NodeStatus.ONLINE
                        && !row.incarnation().node().equals(self.node()));
    return others ? ClusterMode.CLUSTERED : ClusterMode.STANDALONE;
  }

  /**
   * Tells whether the queries are served, this node has a part in its cluster, and all that is
   * assigned to it runs.
   *
   * @return false while the node seeks, while no allocator has spoken yet, while it has neither
   *     lease nor vote after it has joined, and while an assigned instance does not run
   */
  public boolean ready() {
    return settled
        && rolesReady
        && !roles.epoch().equals(RoleTable.EMPTY.epoch())
        && !isExpectedHere();
  }

  /**
   * The allocator's word can arrive before the role server's that it has begun to start something.
   */
  private boolean isExpectedHere() {
    return roles.rows().stream()
        .flatMap(row -> row.placements().stream())
        .anyMatch(placement -> placement.holder().equals(self) && !placement.running());
  }

  /**
   * Answers the four queries at once. An instance on a node that is offline is not counted, whether
   * or not an allocator has said so yet.
   *
   * @return the answers
   */
  public ClusterSnapshot snapshot() {
    NodeTable shown = shownNodes();
    ClusterMode mode = mode(shown);
    List<NodeId> active = mode == ClusterMode.CLUSTERED ? shown.onlineNodes() : List.of();
    return new ClusterSnapshot(
        self.node(), mode, shown.view(), active, roleStatuses(shown), allocator(), ready());
  }

  /**
   * Returns the node table with those offline that the allocator has excluded. What it says of this
   * node itself is old news by the time this node hears of it.
   *
   * @return the table that queries and events show
   */
  public NodeTable shownNodes() {
    return nodes.with(
        roles.standings().stream().filter(standing -> !standing.node().equals(self)).toList());
  }

  private List<RoleStatus> roleStatuses(NodeTable shown) {
    return roles.rows().stream()
        .sorted(Comparator.comparing(RoleTable.Row::role))
        .map(row -> roleStatus(row, shown))
        .toList();
  }

  private static RoleStatus roleStatus(RoleTable.Row row, NodeTable shown) {
    List<NodeId> running =
        row.placements().stream()
            .filter(placement -> placement.running() && shown.isOnline(placement.holder()))
            .map(placement -> placement.holder().node())
            .toList();
    return new RoleStatus(row.role(), row.count(), running.size(), running);
  }

  private Optional<NodeId> allocator() {
    long uid = roles.epoch().allocatorUid();
    return nodes.rows().values().stream()
        .map(NodeRow::incarnation)
        .filter(incarnation -> incarnation.uid() == uid)
        .map(Incarnation::node)
        .findFirst();
  }
}
