package io.beethoven.actors.protocol;

import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.grant.Answer;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
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
   * @param count how often, 1 to {@value io.beethoven.model.RoleSpec#MAX_COUNT}
   * @param replyTo told once
   */
  record SetCount(RoleName role, int count, ActorRef<SetCountReply> replyTo)
      implements AllocatorMessage {

    /**
     * Refuses what is not there.
     *
     * @throws IllegalArgumentException if the count is out of range
     */
    public SetCount {
      if (count < 1 || count > RoleSpec.MAX_COUNT) {
        throw new IllegalArgumentException(
            "count must be between 1 and " + RoleSpec.MAX_COUNT + ", was " + count);
      }
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /**
   * Asks to be told once everything that was ordered is answered: the node that the allocator runs
   * on is about to leave.
   *
   * @param replyTo told once
   */
  record TellWhenSettled(ActorRef<RoleServerMessage.AllocatorSettled> replyTo)
      implements AllocatorMessage {

    /** Refuses what is not there. */
    public TellWhenSettled {
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }
}
