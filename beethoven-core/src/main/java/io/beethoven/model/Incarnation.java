package io.beethoven.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node: its address and the uid that its actor system drew at start.
 *
 * @param node the address
 * @param uid drawn anew at each start; compared for equality, its order means nothing
 */
public record Incarnation(NodeId node, long uid) implements Comparable<Incarnation> {

  /** Creates an incarnation. */
  public Incarnation {
    Objects.requireNonNull(node, "node");
  }

  // As records do by themselves, but these are compared all the time, from cold code as well.
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object
        || (object instanceof Incarnation other && uid == other.uid && node.equals(other.node));
  }

  @Override
  public int hashCode() {
    return 31 * node.hashCode() + Long.hashCode(uid);
  }

  @Override
  public int compareTo(Incarnation other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Long.compare(uid, other.uid);
  }

  /** Returns {@code host:port#uid}, the uid in hexadecimal. */
  @Override
  public String toString() {
    return node + "#" + Long.toHexString(uid);
  }
}
