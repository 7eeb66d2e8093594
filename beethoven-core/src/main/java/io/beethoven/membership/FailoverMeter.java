package io.beethoven.membership;

import io.beethoven.model.ClusterEvent.FailedOver;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Measures each failover and compares it with its bound: from the moment at which the death was
 * confirmed, or at which the silent node was last heard, to the report that the role runs
 * elsewhere.
 *
 * @param crash the bound for a death that was proven
 * @param silence the bound for a node that is silent
 * @param lastHeard when the nodes that were excluded were last heard
 */
public record FailoverMeter(
    Duration crash, Duration silence, SortedMap<NodeId, Instant> lastHeard) {

  /** Copies the map. */
  public FailoverMeter {
    Objects.requireNonNull(crash, "crash");
    Objects.requireNonNull(silence, "silence");
    lastHeard = new TreeMap<>(lastHeard);
  }

  /**
   * Begins.
   *
   * @param crash the bound for a death that was proven
   * @param silence the bound for a node that is silent
   */
  public FailoverMeter(Duration crash, Duration silence) {
    this(crash, silence, new TreeMap<>());
  }

  /**
   * A node was excluded.
   *
   * @param node which
   * @param heard when it was last heard
   * @return the meter that knows
   */
  public FailoverMeter excluded(NodeId node, Instant heard) {
    SortedMap<NodeId, Instant> more = new TreeMap<>(lastHeard);
    more.put(node, heard);
    return new FailoverMeter(crash, silence, more);
  }

  /**
   * A node was heard again, or has another life: what it runs is no failover.
   *
   * @param node which
   * @return the meter that knows
   */
  public FailoverMeter returned(NodeId node) {
    SortedMap<NodeId, Instant> fewer = new TreeMap<>(lastHeard);
    fewer.remove(node);
    return new FailoverMeter(crash, silence, fewer);
  }

  /**
   * A table was published, by whichever allocator: a node that runs something in it is back.
   *
   * @param table the table
   * @return the meter that knows
   */
  public FailoverMeter published(RoleTable table) {
    SortedMap<NodeId, Instant> fewer = new TreeMap<>(lastHeard);
    table.rows().stream()
        .flatMap(row -> row.placements().stream())
        .forEach(placement -> fewer.remove(placement.holder().node()));
    return fewer.equals(lastHeard) ? this : new FailoverMeter(crash, silence, fewer);
  }

  /**
   * Measures.
   *
   * @param moved a role that runs elsewhere now
   * @param nodes the node table
   * @return the measured failover; empty if the move was a planned one
   */
  public Optional<FailedOver> measure(RoleMoved moved, NodeTable nodes) {
    Instant heard = lastHeard.get(moved.from());
    if (heard != null) {
      return Optional.of(failedOver(moved, heard, silence));
    }
    return Optional.ofNullable(nodes.rows().get(moved.from()))
        .filter(row -> row.offline().filter(OfflineCause.CONFIRMED_DEAD::equals).isPresent())
        .map(row -> failedOver(moved, row.lastChange(), crash));
  }

  private static FailedOver failedOver(RoleMoved moved, Instant since, Duration bound) {
    Duration took = Duration.between(since, moved.at());
    return new FailedOver(
        moved.role(),
        moved.slot(),
        moved.from(),
        moved.to(),
        took.isNegative() ? Duration.ZERO : took,
        bound,
        moved.at());
  }
}
