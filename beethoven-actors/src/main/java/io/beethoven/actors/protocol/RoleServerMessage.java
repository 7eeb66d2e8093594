package io.beethoven.actors.protocol;

import io.beethoven.actors.role.RoleServer;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Order;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/** What a {@link RoleServer} accepts from other nodes. */
public sealed interface RoleServerMessage extends RoleServer.Command, WireMessage {

  /**
   * An allocator, on whatever node that is, gives an order.
   *
   * @param order the order
   * @param replyTo the allocator
   */
  record Ordered(Order order, ActorRef<AllocatorMessage> replyTo) implements RoleServerMessage {

    /** Refuses what is not there. */
    public Ordered {
      Objects.requireNonNull(order, "order");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /**
   * Another node asks for credit, or gives it.
   *
   * @param contact what it says
   */
  record Contacted(Contact contact) implements RoleServerMessage {

    /** Refuses what is not there. */
    public Contacted {
      Objects.requireNonNull(contact, "contact");
    }
  }

  /** The answer to {@link AllocatorMessage.TellWhenSettled}. */
  record AllocatorSettled() implements RoleServerMessage {}
}
