package io.beethoven.actors.protocol;

import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.grant.Answer;

/** What a {@link RoleAllocator} accepts from a node's {@code RoleServer}. */
public sealed interface AllocatorMessage extends RoleAllocator.Command, WireMessage {

  /**
   * A node answers an order, or reports.
   *
   * @param answer what it says
   */
  record Answered(Answer answer) implements AllocatorMessage {}
}
