package io.beethoven.grant;

import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.Order.Difference;
import io.beethoven.model.AllocationPlan;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps the table of what runs where, and publishes each change of it. */
final class TableWriter {

  private RoleTable published = RoleTable.EMPTY;

  RoleTable published() {
    return published;
  }

  /**
   * Publishes what has changed.
   *
   * @param definitions the roles that shall run
   * @param nodes what is believed of the nodes
   * @param standings the nodes that were excluded in this reign
   */
  void write(
      Epoch epoch,
      Definitions definitions,
      Collection<NodeBelief> nodes,
      AllocationPlan plan,
      Collection<RoleTable.Standing> standings,
      List<AllocatorEffect> effects) {
    List<Holding> holdings =
        nodes.stream().flatMap(node -> node.holdings().stream()).sorted().toList();
    List<RoleTable.Row> rows = new ArrayList<>();
    for (RoleSpec spec : definitions.all()) {
      rows.add(
          new RoleTable.Row(
              spec.name(),
              spec.count(),
              placements(spec, holdings),
              Optional.ofNullable(plan.unmet().get(spec.name())),
              Optional.ofNullable(plan.parked().get(spec.name())),
              differing(spec, definitions, nodes)));
    }
    RoleTable table = new RoleTable(epoch, published.version() + 1, rows, List.copyOf(standings));
    boolean same = published.rows().equals(rows) && published.standings().equals(table.standings());
    if (!published.epoch().equals(epoch) || !same) {
      published = table;
      effects.add(new Publish(published));
    }
  }

  private static List<RoleTable.Placement> placements(RoleSpec spec, List<Holding> holdings) {
    List<RoleTable.Placement> placements = new ArrayList<>();
    for (Holding holding : holdings) {
      if (holding.phase().isRight() && holding.slot().role().equals(spec.name())) {
        placements.add(
            new RoleTable.Placement(
                holding.slot(), holding.node(), holding.token(), holding.phase() == Phase.RUNNING));
      }
    }
    return placements;
  }

  private static List<RoleTable.Differing> differing(
      RoleSpec spec, Definitions definitions, Collection<NodeBelief> nodes) {
    List<RoleTable.Differing> differing = new ArrayList<>();
    for (NodeBelief node : nodes) {
      for (Difference difference : definitions.differencesOf(node.catalog())) {
        if (difference.role().equals(spec.name())) {
          differing.add(new RoleTable.Differing(node.node().node(), difference.text()));
        }
      }
    }
    return differing;
  }
}
