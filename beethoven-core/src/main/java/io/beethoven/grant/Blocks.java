package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whom a voter gives no credit, and for which reign (4.3). */
final class Blocks {

  /** A block ends by itself after so many times the time in which leases end (4.3.4). */
  private static final int LIFE_FACTOR = 3;

  private final SortedMap<Incarnation, Standing> blocked = new TreeMap<>();

  private record Standing(Epoch epoch, Moment since, Duration leaseEnd) {}

  /**
   * The first round, or a repetition of it.
   *
   * @param leaseEnd after which time every lease of the node has ended
   */
  void begin(Incarnation node, Epoch epoch, Duration leaseEnd, Moment now) {
    blocked.put(node, new Standing(epoch, now, leaseEnd));
  }

  /** Whether a block for the reign stands. */
  boolean stands(Incarnation node, Epoch epoch) {
    Standing standing = blocked.get(node);
    return standing != null && standing.epoch().equals(epoch);
  }

  boolean isBlocked(Incarnation node) {
    return blocked.containsKey(node);
  }

  boolean isBlocked(long uid) {
    return blocked.keySet().stream().anyMatch(node -> node.uid() == uid);
  }

  /** Ends the blocks whose allocator is dead. */
  void forget(Set<Incarnation> dead) {
    blocked
        .values()
        .removeIf(
            standing ->
                dead.stream().anyMatch(node -> node.uid() == standing.epoch().allocatorUid()));
  }

  void end(Incarnation node) {
    blocked.remove(node);
  }

  /** A higher promise deletes the blocks of lower reigns. */
  void promised(Epoch epoch) {
    blocked.values().removeIf(standing -> standing.epoch().compareTo(epoch) < 0);
  }

  /** Ends the blocks whose allocator seems to have died; harmless, since round 2 asks for them. */
  void expire(Moment now) {
    blocked
        .values()
        .removeIf(
            standing ->
                now.isPast(standing.since(), standing.leaseEnd().multipliedBy(LIFE_FACTOR)));
  }
}
