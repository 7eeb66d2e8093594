package io.beethoven.grant;

import io.beethoven.grant.Order.Block;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whom a voter gives no credit, and for which attempt of which reign (4.3).
 *
 * <p>A block that has ended is never begun again by the same attempt, so that one that stands has
 * stood without a gap since the voter acknowledged its first round.
 */
final class Blocks {

  private final SortedMap<Incarnation, Standing> blocked = new TreeMap<>();
  private final SortedMap<Incarnation, Attempt> ended = new TreeMap<>();

  private record Attempt(Epoch epoch, long number) {

    boolean covers(Block block) {
      return epoch.equals(block.epoch()) && block.attempt() <= number;
    }
  }

  private record Standing(Attempt attempt, Moment since, Duration life) {}

  /** The first round, or a repetition of it. */
  void begin(Block block, Moment now) {
    Attempt over = ended.get(block.node());
    Standing standing = blocked.get(block.node());
    boolean former =
        standing != null
            && standing.attempt().covers(block)
            && standing.attempt().number() != block.attempt();
    if (!former && (over == null || !over.covers(block))) {
      Attempt attempt = new Attempt(block.epoch(), block.attempt());
      blocked.put(block.node(), new Standing(attempt, now, block.life()));
    }
  }

  /** Whether the block of an attempt stands. */
  boolean stands(Block block) {
    Standing standing = blocked.get(block.node());
    return standing != null
        && standing.attempt().equals(new Attempt(block.epoch(), block.attempt()));
  }

  boolean isAny() {
    return !blocked.isEmpty();
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
                dead.stream()
                    .anyMatch(node -> node.uid() == standing.attempt().epoch().allocatorUid()));
  }

  /** The attempts up to a number are over. */
  void end(Incarnation node, Epoch epoch, long attempt) {
    Standing standing = blocked.get(node);
    if (standing != null
        && standing.attempt().epoch().equals(epoch)
        && standing.attempt().number() <= attempt) {
      blocked.remove(node);
    }
    Attempt over = ended.get(node);
    if (over == null || !over.epoch().equals(epoch) || over.number() < attempt) {
      ended.put(node, new Attempt(epoch, attempt));
    }
  }

  /** A higher promise deletes the blocks of lower reigns. */
  void promised(Epoch epoch) {
    blocked.values().removeIf(standing -> standing.attempt().epoch().compareTo(epoch) < 0);
    ended.values().removeIf(attempt -> attempt.epoch().compareTo(epoch) < 0);
  }

  /** Ends the blocks whose allocator seems to have died; harmless, since round 2 asks for them. */
  void expire(Moment now) {
    blocked
        .entrySet()
        .removeIf(
            entry -> {
              Standing standing = entry.getValue();
              boolean over = now.isPast(standing.since(), standing.life());
              if (over) {
                ended.put(entry.getKey(), standing.attempt());
              }
              return over;
            });
  }
}
