package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an allocator has to know of its own node at each of its steps.
 *
 * @param voters V, and V' while a change is on its way
 * @param dead D
 * @param leaseUntil until when its node has a lease; empty if it has none
 * @param counter the highest counter of an epoch that its node knows of
 * @param edits the edited definitions that its node stored
 * @param named every node that its node ever heard of and does not hold for dead
 * @param heard when its node last heard other nodes
 * @param blocking whether its node blocks another one, for an exclusion that is on its way
 */
public record Outlook(
    Voters voters,
    Set<Incarnation> dead,
    Optional<Moment> leaseUntil,
    long counter,
    Edits edits,
    List<Incarnation> named,
    Map<Incarnation, Moment> heard,
    boolean blocking) {

  /** Copies the collections. */
  public Outlook {
    Objects.requireNonNull(voters, "voters");
    Objects.requireNonNull(leaseUntil, "leaseUntil");
    Objects.requireNonNull(edits, "edits");
    dead = Set.copyOf(dead);
    named = List.copyOf(named);
    heard = Map.copyOf(heard);
  }

  boolean leased(Moment now) {
    return LeaseAccount.holds(leaseUntil, now);
  }
}
