package io.beethoven.allocation;

import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.DefinitionDiffers;
import io.beethoven.model.ClusterEvent.RoleMet;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.ClusterEvent.RoleParked;
import io.beethoven.model.ClusterEvent.RoleStarted;
import io.beethoven.model.ClusterEvent.RoleStopped;
import io.beethoven.model.ClusterEvent.RoleUnmet;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleTable;
import io.beethoven.model.RoleTable.Differing;
import io.beethoven.model.RoleTable.Placement;
import io.beethoven.model.RoleTable.Row;
import io.beethoven.model.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tables that a node is shown, one after the other, into events, each once per change.
 * Immutable.
 *
 * <p>It remembers where each slot ran last, since the table between an end and a new start does not
 * say it.
 *
 * @param table the table shown last
 * @param lastHosts where each slot was reported running last; unmodifiable
 * @param unmet the roles of which it was said that they are unmet, and not yet that they are met
 */
public record RoleTableDiff(
    RoleTable table, SortedMap<Slot, NodeId> lastHosts, Set<RoleName> unmet) {

  /** Before any table was shown. */
  public static final RoleTableDiff START =
      new RoleTableDiff(RoleTable.EMPTY, new TreeMap<>(), Set.of());

  /** Copies the collections. */
  public RoleTableDiff {
    Objects.requireNonNull(table, "table");
    lastHosts = Collections.unmodifiableSortedMap(new TreeMap<>(lastHosts));
    unmet = Set.copyOf(unmet);
  }

  /**
   * Tells what changed between two tables, for whoever has seen no others.
   *
   * @param before the former table
   * @param after the table that replaces it
   * @param at when it was shown
   * @return the events, as {@link #eventsOf} gives them
   */
  public static List<ClusterEvent> events(RoleTable before, RoleTable after, Instant at) {
    return START.with(before).eventsOf(after, at);
  }

  /**
   * Remembers the next table.
   *
   * @param next the table that replaces this one
   * @return what to compare the one after it with
   */
  public RoleTableDiff with(RoleTable next) {
    SortedMap<Slot, NodeId> hosts = new TreeMap<>(lastHosts);
    running(next).forEach(run -> hosts.put(run.slot(), run.node().node()));
    Set<RoleName> stillUnmet = new TreeSet<>(unmet);
    for (Row row : next.rows()) {
      if (row.unmet().isPresent()) {
        stillUnmet.add(row.role());
      } else if (isMet(row)) {
        stillUnmet.remove(row.role());
      }
    }
    return new RoleTableDiff(next, hosts, stillUnmet);
  }

  /**
   * Tells what changed.
   *
   * @param next the table that replaces this one
   * @param at when it was shown
   * @return the events, sorted by kind (stopped, started or moved, unmet or met, parked,
   *     differing), then role and slot
   */
  public List<ClusterEvent> eventsOf(RoleTable next, Instant at) {
    List<ClusterEvent> events = new ArrayList<>();
    SortedSet<Run> before = running(table);
    SortedSet<Run> after = running(next);
    for (Run run : before) {
      if (!after.contains(run)) {
        events.add(new RoleStopped(run.slot().role(), run.slot().index(), run.node().node(), at));
      }
    }
    for (Run run : after) {
      if (!before.contains(run)) {
        events.add(started(run, next, at));
      }
    }
    SortedMap<RoleName, Row> rowsBefore = rows(table);
    for (Row row : next.rows()) {
      if (unmet.contains(row.role()) && isMet(row)) {
        events.add(new RoleMet(row.role(), row.count(), at));
      }
      explained(rowsBefore.get(row.role()), row, at, events);
    }
    return List.copyOf(events);
  }

  private ClusterEvent started(Run run, RoleTable next, Instant at) {
    RoleName role = run.slot().role();
    NodeId node = run.node().node();
    Placement placement =
        placements(next).stream()
            .filter(p -> p.slot().equals(run.slot()) && p.holder().equals(run.node()))
            .findFirst()
            .orElseThrow();
    NodeId last = lastHosts.get(run.slot());
    return last == null || last.equals(node)
        ? new RoleStarted(role, run.slot().index(), node, placement.token(), at)
        : new RoleMoved(role, run.slot().index(), last, node, placement.token(), at);
  }

  private static void explained(
      @Nullable Row before, Row after, Instant at, List<ClusterEvent> events) {
    if (after.unmet().isPresent() && (before == null || isWorse(before, after))) {
      events.add(
          new RoleUnmet(after.role(), after.count(), assigned(after), after.unmet().get(), at));
    }
    if (after.parked().isPresent() && (before == null || !after.parked().equals(before.parked()))) {
      events.add(new RoleParked(after.role(), after.parked().get(), at));
    }
    Set<Differing> known = before == null ? Set.of() : Set.copyOf(before.differing());
    for (Differing differing : after.differing()) {
      if (!known.contains(differing)) {
        events.add(
            new DefinitionDiffers(after.role(), differing.node(), differing.difference(), at));
      }
    }
  }

  /** Another explanation of the same lack is no event. */
  private static boolean isWorse(Row before, Row after) {
    return before.unmet().isEmpty()
        || after.count() > before.count()
        || assigned(after) < assigned(before);
  }

  private static boolean isMet(Row row) {
    return row.unmet().isEmpty() && assigned(row) >= row.count();
  }

  private static int assigned(Row row) {
    return (int) row.placements().stream().filter(Placement::running).count();
  }

  private record Run(Slot slot, Incarnation node) implements Comparable<Run> {
    private static final Comparator<Run> ORDER =
        Comparator.comparing(Run::slot).thenComparing(Run::node);

    @Override
    public int compareTo(Run other) {
      return ORDER.compare(this, other);
    }
  }

  private static SortedSet<Run> running(RoleTable table) {
    return placements(table).stream()
        .filter(Placement::running)
        .map(placement -> new Run(placement.slot(), placement.holder()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Placement> placements(RoleTable table) {
    return table.rows().stream().flatMap(row -> row.placements().stream()).toList();
  }

  private static SortedMap<RoleName, Row> rows(RoleTable table) {
    SortedMap<RoleName, Row> rows = new TreeMap<>();
    table.rows().forEach(row -> rows.put(row.role(), row));
    return rows;
  }
}
