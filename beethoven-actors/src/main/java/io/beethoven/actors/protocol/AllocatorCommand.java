package io.beethoven.actors.protocol;

/** What a {@code RoleAllocator} accepts: {@link AllocatorMessage} from the nodes, and its own. */
public interface AllocatorCommand {}
