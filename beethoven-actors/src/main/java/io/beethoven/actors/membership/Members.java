package io.beethoven.actors.membership;

import io.beethoven.actors.protocol.Introduction;
import io.beethoven.model.Incarnation;
import java.util.List;
import java.util.Set;

/**
 * The nodes that an allocator has to do with, complete each time. {@code CoreServer} sends it to
 * whoever watches.
 *
 * @param self this node
 * @param members the members that are Up or Leaving, not dead, and introduced; this node included;
 *     sorted by address
 * @param pending members of the cluster, not dead, that are only joining or have not introduced
 *     themselves yet
 * @param dead incarnations confirmed dead or departed; never shrinks while the node lives
 */
public record Members(
    Incarnation self, List<Introduction> members, Set<Incarnation> pending, Set<Incarnation> dead) {

  /** Copies the collections. */
  public Members {
    members = List.copyOf(members);
    pending = Set.copyOf(pending);
    dead = Set.copyOf(dead);
  }
}
