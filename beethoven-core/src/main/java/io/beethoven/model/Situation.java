package io.beethoven.model;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a plan is made from.
 *
 * @param specs the roles that shall run
 * @param candidates the nodes, whether or not they can run anything
 * @param holdings who holds what
 * @param dead D
 * @param overdue reservations whose condition has been met for so long that their nodes should have
 *     reported the right
 * @param foreign tokens up to this epoch may have been used outside of this cluster, so that what
 *     runs with such a token needs a higher one
 */
public record Situation(
    List<RoleSpec> specs,
    List<Candidate> candidates,
    List<Holding> holdings,
    Set<Incarnation> dead,
    Set<Holding> overdue,
    Epoch foreign) {

  /** Copies the collections. */
  public Situation {
    specs = List.copyOf(specs);
    candidates = List.copyOf(candidates);
    holdings = holdings.stream().sorted().toList();
    dead = Set.copyOf(dead);
    overdue = Set.copyOf(overdue);
    Objects.requireNonNull(foreign, "foreign");
  }

  /**
   * A situation in which nobody is dead and nothing is late.
   *
   * @param specs the roles that shall run
   * @param candidates the nodes
   * @param holdings who holds what
   * @return the situation
   */
  public static Situation of(
      Collection<RoleSpec> specs, Collection<Candidate> candidates, Collection<Holding> holdings) {
    return new Situation(
        List.copyOf(specs),
        List.copyOf(candidates),
        List.copyOf(holdings),
        Set.of(),
        Set.of(),
        Epoch.NONE);
  }
}
