package io.beethoven.actors.protocol;

/**
 * What a {@code RoleServer} accepts: {@link RoleServerMessage} from an allocator on whatever node,
 * and the commands of its own node's actors.
 */
public interface RoleServerCommand {}
