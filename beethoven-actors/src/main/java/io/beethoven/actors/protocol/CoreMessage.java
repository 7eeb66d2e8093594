package io.beethoven.actors.protocol;

import io.beethoven.model.RoleTable;

/** What a {@code CoreServer} accepts from other nodes. */
public sealed interface CoreMessage extends WireMessage {

  /**
   * The allocator publishes what runs where. Older tables than the one held are dropped.
   *
   * @param table the whole table
   */
  record TablePublished(RoleTable table) implements CoreMessage {}
}
