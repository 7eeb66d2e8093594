package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
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

    /** Creates an effect. */
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

    /** Creates an effect. */
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
   * Every member has reported and orders are issued from now on: say so in the log.
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
}
