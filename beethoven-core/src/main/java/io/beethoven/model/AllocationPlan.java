package io.beethoven.model;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the allocator shall order next, and why it cannot order more.
 *
 * @param grant slots to give to nodes, in the order in which they were decided; to the node that
 *     has it already where its token has to rise
 * @param revoke rights to take away
 * @param reserve slots to reserve for nodes
 * @param withdraw reservations to take away
 * @param unmet roles that fewer nodes can run than shall, with the reason for people
 * @param parked roles that every node that could run them gave up lately, with the last failure
 */
public record AllocationPlan(
    List<Assignment> grant,
    List<Holding> revoke,
    List<Succession> reserve,
    List<Holding> withdraw,
    SortedMap<RoleName, String> unmet,
    SortedMap<RoleName, String> parked) {

  /**
   * A slot and the node that shall have it.
   *
   * @param slot which slot
   * @param node which life of which node
   */
  public record Assignment(Slot slot, Incarnation node) {

    /** Checks the parts. */
    public Assignment {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(node, "node");
    }
  }

  /**
   * A slot and the node that shall have it once others are dead.
   *
   * @param slot which slot
   * @param node which life of which node
   * @param condition who has to be dead; not empty
   */
  public record Succession(Slot slot, Incarnation node, Set<Incarnation> condition) {

    /** Copies the condition. */
    public Succession {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(node, "node");
      condition = Set.copyOf(condition);
    }
  }

  /** Copies the collections. */
  public AllocationPlan {
    grant = List.copyOf(grant);
    revoke = List.copyOf(revoke);
    reserve = List.copyOf(reserve);
    withdraw = List.copyOf(withdraw);
    unmet = Collections.unmodifiableSortedMap(new TreeMap<>(unmet));
    parked = Collections.unmodifiableSortedMap(new TreeMap<>(parked));
  }

  /** Tells whether everything is as it should be, or has to be waited for. */
  public boolean ordersNothing() {
    return grant.isEmpty() && revoke.isEmpty() && reserve.isEmpty() && withdraw.isEmpty();
  }
}
