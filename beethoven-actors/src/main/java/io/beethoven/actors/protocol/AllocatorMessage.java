package io.beethoven.actors.protocol;

import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.grant.Answer;
import java.util.Objects;

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
}
