package io.beethoven.actors.protocol;

import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.grant.Answer;
import io.beethoven.model.RoleName;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/** What a {@link RoleAllocator} accepts from a node's {@code RoleServer}. */
public sealed interface AllocatorMessage extends RoleAllocator.Command, WireMessage {

  /**
   * A node answers an order, or reports.
   *
   * @param answer what it says
   */
  record Answered(Answer answer) implements AllocatorMessage {

    /** Refuses what is not there. */
    public Answered {
      Objects.requireNonNull(answer, "answer");
    }
  }

  /**
   * Changes how often a role shall run.
   *
   * @param role which role
   * @param count how often
   * @param replyTo told once
   */
  record SetCount(RoleName role, int count, ActorRef<SetCountReply> replyTo)
      implements AllocatorMessage {

    /** Refuses what is not there. */
    public SetCount {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }
}
