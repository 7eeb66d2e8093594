package io.beethoven.model;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the allocator shall order next, and why it cannot order more.
 *
 * @param assign slots to give to nodes, in the order in which they were decided
 * @param giveUp holdings to revoke, sorted
 * @param unmet roles that fewer nodes can run than shall, with the reason for people
 * @param parked roles that every node that could run them gave up lately, with the last failure
 */
public record AllocationPlan(
    List<Assignment> assign,
    List<Holding> giveUp,
    SortedMap<RoleName, String> unmet,
    SortedMap<RoleName, String> parked) {

  /**
   * A slot and the node that shall have it.
   *
   * @param slot which slot
   * @param node which life of which node
   */
  public record Assignment(Slot slot, Incarnation node) {

    /** Creates an assignment. */
    public Assignment {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(node, "node");
    }
  }

  /** Copies the collections. */
  public AllocationPlan {
    assign = List.copyOf(assign);
    giveUp = List.copyOf(giveUp);
    unmet = Collections.unmodifiableSortedMap(new TreeMap<>(unmet));
    parked = Collections.unmodifiableSortedMap(new TreeMap<>(parked));
  }
}
