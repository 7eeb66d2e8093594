package io.beethoven.membership;

import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeStatus;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What the node table holds of one node: its latest life, as it is exchanged between nodes.
 *
 * @param incarnation the latest life known
 * @param since ranks the lives of one address: a later life has a later instant, whatever the
 *     clocks say
 * @param offline why it is offline; empty while it is online
 * @param lastChange when its status last changed
 * @param forgotten whether it was asked to be forgotten; only offline rows are
 */
public record NodeRow(
    Incarnation incarnation,
    Instant since,
    Optional<OfflineCause> offline,
    Instant lastChange,
    boolean forgotten) {

  /**
   * Creates a row.
   *
   * @throws IllegalArgumentException if an online row is marked as forgotten
   */
  public NodeRow {
    Objects.requireNonNull(incarnation, "incarnation");
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(offline, "offline");
    Objects.requireNonNull(lastChange, "lastChange");
    if (forgotten && offline.isEmpty()) {
      throw new IllegalArgumentException(
          "an online node cannot be forgotten, was " + incarnation.node());
    }
  }

  /**
   * Tells the status.
   *
   * @return the status
   */
  public NodeStatus status() {
    return offline.isPresent() ? NodeStatus.OFFLINE : NodeStatus.ONLINE;
  }

  /**
   * Returns the row as queries show it.
   *
   * @return address, status, time of last change
   */
  public ClusterNode toClusterNode() {
    return new ClusterNode(incarnation.node(), status(), lastChange);
  }

  /**
   * Joins two rows of one address. The later life holds; of one life, offline holds over online,
   * and of two stamps of one status the earlier.
   *
   * @param other a row of the same address
   * @return the joined row
   */
  NodeRow join(NodeRow other) {
    if (incarnation.uid() != other.incarnation.uid()) {
      int order = since.compareTo(other.since);
      if (order == 0) {
        order = Long.compare(incarnation.uid(), other.incarnation.uid());
      }
      return order > 0 ? this : other;
    }
    Instant latest = since.isAfter(other.since) ? since : other.since;
    NodeRow stamped = stampedBefore(other) ? this : other;
    return new NodeRow(
        incarnation, latest, stamped.offline, stamped.lastChange, forgotten || other.forgotten);
  }

  private boolean stampedBefore(NodeRow other) {
    if (offline.isPresent() != other.offline.isPresent()) {
      return offline.isPresent();
    }
    int order = lastChange.compareTo(other.lastChange);
    if (order == 0 && offline.isPresent()) {
      order = offline.get().compareTo(other.offline.orElseThrow());
    }
    return order <= 0;
  }
}
