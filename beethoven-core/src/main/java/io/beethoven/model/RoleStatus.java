package io.beethoven.model;

import java.util.List;
import java.util.Objects;

/**
 * One row of the role table.
 *
 * @param role the role's name
 * @param count how many instances shall run
 * @param assigned how many instances were reported running; below {@code count} when there are too
 *     few nodes
 * @param nodes where they run, sorted, unmodifiable; {@code assigned} entries
 */
public record RoleStatus(RoleName role, int count, int assigned, List<NodeId> nodes) {

  /**
   * Creates a row.
   *
   * @throws IllegalArgumentException if {@code assigned} is not the number of nodes
   */
  public RoleStatus {
    Objects.requireNonNull(role, "role");
    nodes = nodes.stream().sorted().toList();
    if (assigned != nodes.size()) {
      throw new IllegalArgumentException(
          "assigned must be the number of nodes, " + nodes.size() + ", was " + assigned);
    }
  }
}
