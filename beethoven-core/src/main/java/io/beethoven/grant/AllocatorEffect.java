package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.util.Objects;

/** What the owner of an {@link Allocator} has to do after a step, in the order given. */
public sealed interface AllocatorEffect {

  /**
   * Send an order.
   *
   * @param to the node
   * @param order the order
   */
  record Send(Incarnation to, Order order) implements AllocatorEffect {

    /** Checks the parts. */
    public Send {
      Objects.requireNonNull(to, "to");
      Objects.requireNonNull(order, "order");
    }
  }

  /**
   * Publish the table to every member.
   *
   * @param table the table
   */
  record Publish(RoleTable table) implements AllocatorEffect {

    /** Checks the parts. */
    public Publish {
      Objects.requireNonNull(table, "table");
    }
  }

  /**
   * A reign began: say so in the log.
   *
   * @param epoch the reign
   */
  record ReignBegan(Epoch epoch) implements AllocatorEffect {}

  /**
   * Every node has reported, is dead or excluded, and orders are issued from now on: say so in the
   * log.
   *
   * @param epoch the reign
   */
  record IssuingBegan(Epoch epoch) implements AllocatorEffect {}

  /**
   * A rival with a higher epoch was met: say so in the log.
   *
   * @param epoch the reign that ended
   * @param promised the rival's
   */
  record Deposed(Epoch epoch, Epoch promised) implements AllocatorEffect {}

  /**
   * The allocator's node lost its lease, so that the reign ended: say so in the log.
   *
   * @param epoch the reign that ended
   */
  record LeaseLost(Epoch epoch) implements AllocatorEffect {}

  /** It stood in for another allocator that is back: end it. */
  record NoLongerNeeded() implements AllocatorEffect {}

  /**
   * A node is silent and is being excluded: say so in the log.
   *
   * @param node which
   */
  record Suspected(Incarnation node) implements AllocatorEffect {}

  /**
   * A node has forfeited what it held, by 4.3: say so in the log.
   *
   * @param node which
   * @param silent for how long it had not been heard
   */
  record Excluded(Incarnation node, Duration silent) implements AllocatorEffect {}

  /**
   * The voters are others: say so in the log.
   *
   * @param voters the new ones
   */
  record VotersChanged(Voters voters) implements AllocatorEffect {}

  /**
   * An edit of a definition was stored.
   *
   * @param edits all edits
   * @param stored how many of the voters have stored it
   * @param of how many have to
   */
  record EditStored(Edits edits, int stored, int of) implements AllocatorEffect {

    /** Tells whether the edit is acknowledged and takes effect; otherwise it may yet be lost. */
    public boolean acknowledged() {
      return stored == of;
    }
  }
}
