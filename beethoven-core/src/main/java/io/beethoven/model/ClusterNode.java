package io.beethoven.model;

import java.time.Instant;
import java.util.Objects;

/**
 * One row of the node table: a node that was ever seen, and since when it has had its status.
 *
 * @param node the node's address
 * @param status its status
 * @param lastChange when the status last changed, in UTC, by the clock of the node that noticed
 *     first
 */
public record ClusterNode(NodeId node, NodeStatus status, Instant lastChange) {

  /** Creates a row. */
  public ClusterNode {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(lastChange, "lastChange");
  }
}
