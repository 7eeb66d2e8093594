package io.beethoven.actors.protocol;

import io.beethoven.actors.role.RoleServer;
import io.beethoven.grant.Order;
import org.apache.pekko.actor.typed.ActorRef;

/** What a {@link RoleServer} accepts from an allocator, on whatever node that is. */
public sealed interface RoleServerMessage extends RoleServer.Command, WireMessage {

  /** Returns the order itself. */
  Order order();

  /** Returns the allocator that is to be answered. */
  ActorRef<AllocatorMessage> replyTo();

  /**
   * Asks for a promise and a report.
   *
   * @param order the order
   * @param replyTo the allocator
   */
  record Prepare(Order.Prepare order, ActorRef<AllocatorMessage> replyTo)
      implements RoleServerMessage {}

  /**
   * Gives a right, or a new token to one.
   *
   * @param order the order
   * @param replyTo the allocator
   */
  record Grant(Order.Grant order, ActorRef<AllocatorMessage> replyTo)
      implements RoleServerMessage {}

  /**
   * Takes a right away.
   *
   * @param order the order
   * @param replyTo the allocator
   */
  record Revoke(Order.Revoke order, ActorRef<AllocatorMessage> replyTo)
      implements RoleServerMessage {}

  /**
   * Tells which of the node's definitions do not hold.
   *
   * @param order the order
   * @param replyTo the allocator
   */
  record Differ(Order.Differ order, ActorRef<AllocatorMessage> replyTo)
      implements RoleServerMessage {}

  /**
   * Puts an order into its wire form.
   *
   * @param order the order
   * @param replyTo the allocator
   * @return the message
   */
  static RoleServerMessage of(Order order, ActorRef<AllocatorMessage> replyTo) {
    if (order instanceof Order.Prepare prepare) {
      return new Prepare(prepare, replyTo);
    } else if (order instanceof Order.Grant grant) {
      return new Grant(grant, replyTo);
    } else if (order instanceof Order.Revoke revoke) {
      return new Revoke(revoke, replyTo);
    } else {
      return new Differ((Order.Differ) order, replyTo);
    }
  }
}
