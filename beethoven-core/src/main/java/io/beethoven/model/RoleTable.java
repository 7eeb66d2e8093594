package io.beethoven.model;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The allocator's published report of what runs where. Of two tables the one of the higher epoch,
 * then version, is newer. It is a report for people and queries; rights live at their holders.
 *
 * @param epoch the allocator's reign
 * @param version rises with each publication of a reign
 * @param rows one per role, sorted by name
 * @param standings the nodes that were excluded in this reign, also those that are back; sorted
 */
public record RoleTable(Epoch epoch, long version, List<Row> rows, List<Standing> standings) {

  /** The table before any allocator published one. */
  public static final RoleTable EMPTY = new RoleTable(Epoch.NONE, 0, List.of());

  /** Creates a table. */
  public RoleTable {
    Objects.requireNonNull(epoch, "epoch");
    rows = List.copyOf(rows);
    standings = List.copyOf(standings);
  }

  /**
   * Creates a table of a reign in which nobody was excluded.
   *
   * @param epoch the allocator's reign
   * @param version rises with each publication of a reign
   * @param rows one per role, sorted by name
   */
  public RoleTable(Epoch epoch, long version, List<Row> rows) {
    this(epoch, version, rows, List.of());
  }

  /**
   * Tells whether this table replaces another one.
   *
   * @param other the table held so far
   * @return true if this one is newer
   */
  public boolean isNewerThan(RoleTable other) {
    int byEpoch = epoch.compareTo(other.epoch);
    return byEpoch > 0 || (byEpoch == 0 && version > other.version);
  }

  /**
   * Returns the table of definitions that no allocator has seen.
   *
   * @param definitions the definitions
   * @return a table of the lowest epoch in which nothing is placed
   */
  public static RoleTable unallocated(Collection<RoleSpec> definitions) {
    return new RoleTable(
        Epoch.NONE,
        0,
        definitions.stream()
            .sorted(Comparator.comparing(RoleSpec::name))
            .map(
                spec ->
                    new Row(
                        spec.name(),
                        spec.count(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()))
            .toList());
  }

  /**
   * Returns this table with no placement in it. Every table of the same allocator is newer, so that
   * what that one says after all is believed again.
   *
   * @return the emptied table, of the same epoch
   */
  public RoleTable withNothingPlaced() {
    return new RoleTable(
        epoch,
        0,
        rows.stream()
            .map(
                row ->
                    new Row(
                        row.role(),
                        row.count(),
                        List.of(),
                        row.unmet(),
                        row.parked(),
                        row.differing()))
            .toList());
  }

  /**
   * A node that was excluded: it was silent, and its lease has ended.
   *
   * @param node which life of which node
   * @param excluded whether it still is; false once it has reported again
   * @param since when that began, by the allocator's clock
   */
  public record Standing(Incarnation node, boolean excluded, Instant since) {

    /** Checks the parts. */
    public Standing {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(since, "since");
    }
  }

  /**
   * What the allocator knows of one role.
   *
   * @param role which role
   * @param count how many instances shall run
   * @param placements who holds its slots, sorted by slot
   * @param unmet why fewer run than shall, where the allocator has nowhere to put the rest
   * @param parked the last failure, where the role failed on every node that could run it
   * @param differing nodes whose definition of the role differs, with the difference
   */
  public record Row(
      RoleName role,
      int count,
      List<Placement> placements,
      Optional<String> unmet,
      Optional<String> parked,
      List<Differing> differing) {

    /** Creates a row. */
    public Row {
      Objects.requireNonNull(role, "role");
      placements = List.copyOf(placements);
      differing = List.copyOf(differing);
    }
  }

  /**
   * One slot and its holder.
   *
   * @param slot which
   * @param holder which life of which node
   * @param token the token of its right
   * @param running whether the holder reported it running
   */
  public record Placement(Slot slot, Incarnation holder, Token token, boolean running) {}

  /**
   * A node whose definition of a role differs from the allocator's.
   *
   * @param node which node
   * @param difference what differs, key by key
   */
  public record Differing(NodeId node, String difference) {}
}
