package io.beethoven.model;

import java.util.Objects;
import java.util.Set;

/**
 * One node's hold on one slot, as the allocator believes it to be. An order that was sent and not
 * answered yet counts as obeyed.
 *
 * @param slot which slot
 * @param node who holds it
 * @param token the token of its right, or of the right that its reservation becomes
 * @param phase how far it is
 * @param condition the nodes that all have to be dead before a reservation becomes a right; empty
 *     for a right
 * @param pending whether the node still owes the answer to an order about it
 */
public record Holding(
    Slot slot,
    Incarnation node,
    Token token,
    Phase phase,
    Set<Incarnation> condition,
    boolean pending)
    implements Comparable<Holding> {

  /** How far a hold on a slot is. */
  public enum Phase {
    /** A right, ordered or starting: it may run. */
    ORDERED,
    /** A right, reported running, or reported to have done its work. */
    RUNNING,
    /** A right that is being revoked: it may still run. */
    ENDING,
    /** A reservation: it runs once its condition is met. */
    RESERVED,
    /** A reservation that is being withdrawn: it may have become a right. */
    WITHDRAWN;

    /** Tells whether it is a right. */
    public boolean isRight() {
      return this == ORDERED || this == RUNNING || this == ENDING;
    }
  }

  /** Copies the condition. */
  public Holding {
    Objects.requireNonNull(slot, "slot");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(phase, "phase");
    condition = Set.copyOf(condition);
  }

  @Override
  public int compareTo(Holding other) {
    int order = slot.compareTo(other.slot);
    order = order != 0 ? order : node.compareTo(other.node);
    order = order != 0 ? order : token.compareTo(other.token);
    return order != 0 ? order : phase.compareTo(other.phase);
  }
}
