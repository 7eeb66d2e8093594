package io.beethoven.actors.protocol;

/** What a {@code RoleServer} accepts from an allocator, on whatever node that is. */
public sealed interface RoleServerMessage extends WireMessage {

  /** Placeholder until the orders stand. */
  record Prepare() implements RoleServerMessage {}
}
