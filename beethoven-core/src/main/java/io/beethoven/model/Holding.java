package io.beethoven.model;

import java.util.Comparator;
import java.util.Objects;

/**
 * One node's hold on one slot, as the allocator believes it to be. An order that was sent and not
 * answered yet counts as obeyed.
 *
 * @param slot which slot
 * @param node who holds it
 * @param token the token of its right
 * @param phase how far it is
 */
public record Holding(Slot slot, Incarnation node, Token token, Phase phase)
    implements Comparable<Holding> {

  private static final Comparator<Holding> ORDER =
      Comparator.comparing(Holding::slot)
          .thenComparing(Holding::node)
          .thenComparing(Holding::token)
          .thenComparing(Holding::phase);

  /** How far a hold on a slot is. */
  public enum Phase {
    /** Ordered or starting: it may run. */
    ORDERED,
    /** Reported running, or reported to have done its work. */
    RUNNING,
    /** Being stopped: it may still run. */
    ENDING
  }

  /** Creates a holding. */
  public Holding {
    Objects.requireNonNull(slot, "slot");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(phase, "phase");
  }

  @Override
  public int compareTo(Holding other) {
    return ORDER.compare(this, other);
  }
}
