package io.beethoven.membership;

import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The node table: every node ever seen, with its status and since when. Immutable; each operation
 * returns the table after it.
 *
 * <p>Nodes exchange rows and merge them; merging is idempotent and does not depend on the order, so
 * tables that have seen the same rows are equal. A row is stamped by whoever notices first.
 *
 * @param rows one row per address, sorted by address, forgotten ones included; unmodifiable
 */
public record NodeTable(SortedMap<NodeId, NodeRow> rows) {

  /** The table of a node that has seen nobody. */
  public static final NodeTable EMPTY = new NodeTable(new TreeMap<>());

  /** Creates a table of a copy of the rows. */
  public NodeTable {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }

  /**
   * A node was noticed online. A life that was confirmed dead or departed never comes back; one
   * that is only said to have been removed does, since then somebody mistook its slow start.
   *
   * @param incarnation which life
   * @param now the noticing node's time
   * @return the table after it
   */
  public NodeTable online(Incarnation incarnation, Instant now) {
    NodeRow known = rows.get(incarnation.node());
    if (known == null) {
      return with(new NodeRow(incarnation, now, Optional.empty(), now, false));
    }
    if (known.incarnation().equals(incarnation)) {
      return known.offline().equals(Optional.of(OfflineCause.REMOVED))
          ? with(new NodeRow(incarnation, known.since(), Optional.empty(), now, false))
          : this;
    }
    // A later life outranks the earlier one even where this node's clock is behind the one that
    // stamped it.
    Instant floor = latest(known.since(), known.lastChange()).plusMillis(1);
    return with(new NodeRow(incarnation, latest(now, floor), Optional.empty(), now, false));
  }

  /**
   * A node was noticed offline. Nothing changes if that life is offline already or a later one is
   * known.
   *
   * @param incarnation which life
   * @param cause why
   * @param now the noticing node's time
   * @return the table after it
   */
  public NodeTable offline(Incarnation incarnation, OfflineCause cause, Instant now) {
    NodeRow known = rows.get(incarnation.node());
    if (known == null) {
      return with(new NodeRow(incarnation, now, Optional.of(cause), now, false));
    }
    if (!known.incarnation().equals(incarnation) || known.offline().isPresent()) {
      return this;
    }
    return with(new NodeRow(incarnation, known.since(), Optional.of(cause), now, false));
  }

  /**
   * Takes in rows of another node. Rows that have been offline for longer than they are kept are
   * passed over.
   *
   * @param others the other node's rows
   * @param now this node's time
   * @param forgetAfter how long offline rows are kept
   * @return the table after it
   */
  public NodeTable merge(Collection<NodeRow> others, Instant now, Duration forgetAfter) {
    SortedMap<NodeId, NodeRow> merged = new TreeMap<>(rows);
    for (NodeRow row : others) {
      if (!isOutdated(row, now, forgetAfter)) {
        merged.merge(row.incarnation().node(), row, NodeRow::join);
      }
    }
    return merged.equals(rows) ? this : new NodeTable(merged);
  }

  /**
   * Takes a node off the list. Its row stays as a mark until it is outdated, so that other nodes
   * forget it too.
   *
   * @param node which; a node that is not listed is forgotten already
   * @return the table after it
   * @throws IllegalArgumentException if the node is online
   */
  public NodeTable forget(NodeId node) {
    NodeRow known = rows.get(node);
    if (known == null) {
      return this;
    }
    if (known.status() == NodeStatus.ONLINE) {
      throw new IllegalArgumentException("an online node cannot be forgotten, was " + node);
    }
    return with(
        new NodeRow(known.incarnation(), known.since(), known.offline(), known.lastChange(), true));
  }

  /**
   * Drops the rows that have been offline for longer than they are kept.
   *
   * @param now this node's time
   * @param forgetAfter how long offline rows are kept
   * @return the table after it
   */
  public NodeTable expire(Instant now, Duration forgetAfter) {
    SortedMap<NodeId, NodeRow> kept = new TreeMap<>(rows);
    boolean dropped = kept.values().removeIf(row -> isOutdated(row, now, forgetAfter));
    return dropped ? new NodeTable(kept) : this;
  }

  /**
   * Returns the rows that differ from an earlier table.
   *
   * @param earlier the table before
   * @return rows that are new or changed, sorted by address
   */
  public List<NodeRow> changedSince(NodeTable earlier) {
    List<NodeRow> changed = new ArrayList<>();
    rows.forEach(
        (node, row) -> {
          if (!row.equals(earlier.rows.get(node))) {
            changed.add(row);
          }
        });
    return List.copyOf(changed);
  }

  /**
   * Returns the table with what the allocator says of silent nodes. It is for showing and never
   * exchanged: a node that was excluded may come back.
   *
   * @param standings the nodes that were excluded, and whether they still are
   * @return the table in which those that are online in this one are offline while excluded, and
   *     have the time of their return afterwards
   */
  public NodeTable with(Collection<RoleTable.Standing> standings) {
    SortedMap<NodeId, NodeRow> changed = new TreeMap<>(rows);
    for (RoleTable.Standing standing : standings) {
      if (isOnline(standing.node())) {
        changed.computeIfPresent(
            standing.node().node(),
            (node, row) ->
                new NodeRow(
                    row.incarnation(),
                    row.since(),
                    standing.excluded() ? Optional.of(OfflineCause.EXCLUDED) : Optional.empty(),
                    latest(row.lastChange(), standing.since()),
                    false));
      }
    }
    return changed.equals(rows) ? this : new NodeTable(changed);
  }

  /**
   * Returns the table as queries show it.
   *
   * @return every node that is not forgotten, sorted by address
   */
  public List<ClusterNode> view() {
    return rows.values().stream()
        .filter(row -> !row.forgotten())
        .map(NodeRow::toClusterNode)
        .toList();
  }

  /**
   * Returns the nodes that are online.
   *
   * @return sorted by address
   */
  public List<NodeId> onlineNodes() {
    return rows.values().stream()
        .filter(row -> row.status() == NodeStatus.ONLINE)
        .map(row -> row.incarnation().node())
        .toList();
  }

  /**
   * Tells whether this very life of a node is listed as online.
   *
   * @param incarnation which life
   * @return whether it is
   */
  public boolean isOnline(Incarnation incarnation) {
    NodeRow known = rows.get(incarnation.node());
    return known != null
        && known.incarnation().equals(incarnation)
        && known.status() == NodeStatus.ONLINE;
  }

  /**
   * Returns a number that is equal for equal tables and almost surely differs for others.
   *
   * @return a hash over all rows
   */
  public long digest() {
    // Only hashes that are the same in every JVM: of strings and numbers.
    long digest = 17;
    for (NodeRow row : rows.values()) {
      digest = 31 * digest + row.incarnation().toString().hashCode();
      digest = 31 * digest + row.since().toString().hashCode();
      digest = 31 * digest + row.offline().map(OfflineCause::name).orElse("").hashCode();
      digest = 31 * digest + row.lastChange().toString().hashCode();
      digest = 31 * digest + (row.forgotten() ? 1 : 0);
    }
    return digest;
  }

  private NodeTable with(NodeRow row) {
    SortedMap<NodeId, NodeRow> changed = new TreeMap<>(rows);
    changed.put(row.incarnation().node(), row);
    return new NodeTable(changed);
  }

  private static boolean isOutdated(NodeRow row, Instant now, Duration forgetAfter) {
    return row.status() == NodeStatus.OFFLINE && !row.lastChange().isAfter(now.minus(forgetAfter));
  }

  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
