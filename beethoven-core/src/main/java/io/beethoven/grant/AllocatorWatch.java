package io.beethoven.grant;

import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When a node last heard the others, and whether it has to stand in for the allocator because of
 * that (4.6).
 */
final class AllocatorWatch {

  private final Incarnation self;
  private final Timing timing;
  private final Blocks blocks;
  private final SortedMap<Incarnation, Moment> heard = new TreeMap<>();
  private Moment promisedAt;
  private boolean standsIn;

  /** Begins; {@code blocks} are those of the same node, looked into at each question. */
  AllocatorWatch(Incarnation self, Timing timing, Blocks blocks, Moment now) {
    this.self = self;
    this.timing = timing;
    this.blocks = blocks;
    this.promisedAt = now;
  }

  void heard(Incarnation node, Moment now) {
    heard.put(node, now);
  }

  /** Of nodes that are new, silence counts from now on. */
  void know(Collection<Incarnation> nodes, Moment now) {
    nodes.forEach(node -> heard.putIfAbsent(node, now));
  }

  /** Forgets all nodes but these. */
  void retain(Set<Incarnation> nodes) {
    heard.keySet().retainAll(nodes);
  }

  /** A live view. */
  Map<Incarnation, Moment> heard() {
    return heard;
  }

  /** A higher epoch was promised: its allocator has its time to be heard. */
  void promised(Moment now) {
    promisedAt = now;
    standsIn = false;
  }

  /** Whether a node has not been heard for so long that it is suspected, or never. */
  boolean isSilent(Incarnation node, Moment now) {
    return isPast(node, timing.suspect(), now);
  }

  /**
   * Whether the node has to stand in from now on: it is the lowest voter that is heard, and the
   * allocator is dead or silent. Once for each epoch that is promised.
   *
   * @param evidence V and D
   * @param promised the epoch of the allocator
   */
  boolean beginsToStandIn(Evidence evidence, Epoch promised, Moment now) {
    if (standsIn || promised.equals(Epoch.NONE) || !isLowest(evidence, now)) {
      return false;
    }
    standsIn =
        isDead(evidence, promised) || (isSilent(promised, now) && hearsQuorum(evidence, now));
    return standsIn;
  }

  private boolean isLowest(Evidence evidence, Moment now) {
    return evidence.voters().live(evidence.dead()).stream()
        .filter(voter -> voter.equals(self) || (!isSilent(voter, now) && !blocks.isBlocked(voter)))
        .findFirst()
        .filter(self::equals)
        .isPresent();
  }

  private static boolean isDead(Evidence evidence, Epoch promised) {
    return evidence.dead().stream().anyMatch(node -> node.uid() == promised.allocatorUid());
  }

  private boolean isSilent(Epoch promised, Moment now) {
    Optional<Incarnation> allocator =
        heard.keySet().stream().filter(node -> node.uid() == promised.allocatorUid()).findFirst();
    return now.isPast(promisedAt, timing.suspect())
        && allocator.filter(node -> !isSilent(node, now)).isEmpty();
  }

  /**
   * Whether a quorum of the voters was heard of late. A node that hears nobody any more finds the
   * allocator silent while its own lease still lasts, and would depose one that all others obey.
   */
  private boolean hearsQuorum(Evidence evidence, Moment now) {
    Duration late = timing.contact().multipliedBy(2);
    Voters voters = evidence.voters();
    Set<Incarnation> audible = voters.live(evidence.dead());
    audible.removeIf(voter -> !voter.equals(self) && isPast(voter, late, now));
    return voters.quorum(audible, evidence.dead());
  }

  private boolean isPast(Incarnation node, Duration time, Moment now) {
    Moment last = heard.get(node);
    return last == null || now.isPast(last, time);
  }
}
