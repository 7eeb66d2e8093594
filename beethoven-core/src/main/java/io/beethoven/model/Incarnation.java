package io.beethoven.model;

import java.util.Comparator;
import java.util.Objects;

/**
 * One life of a node: its address and the uid that its actor system drew at start.
 *
 * @param node the address
 * @param uid drawn anew at each start; compared for equality, its order means nothing
 */
public record Incarnation(NodeId node, long uid) implements Comparable<Incarnation> {

  private static final Comparator<Incarnation> ORDER =
      Comparator.comparing(Incarnation::node).thenComparingLong(Incarnation::uid);

  /** Creates an incarnation. */
  public Incarnation {
    Objects.requireNonNull(node, "node");
  }

  @Override
  public int compareTo(Incarnation other) {
    return ORDER.compare(this, other);
  }

  /** Returns {@code host:port#uid}, the uid in hexadecimal. */
  @Override
  public String toString() {
    return node + "#" + Long.toHexString(uid);
  }
}
