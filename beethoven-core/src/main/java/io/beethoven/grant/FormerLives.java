package io.beethoven.grant;

import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Proofs of death without a life-line (3.1): an address is one process's at a time. Where two lives
 * of one are known, the one that answers a question of later is the other one's next. A lease is
 * waited for, since the address may have been given to another machine.
 */
final class FormerLives {

  private final Incarnation self;
  private final SortedMap<Incarnation, Moment> answered = new TreeMap<>();
  private final SortedMap<Incarnation, Moment> doubledSince = new TreeMap<>();

  FormerLives(Incarnation self) {
    this.self = self;
  }

  /**
   * A node has answered a question.
   *
   * @param sent when this node had asked it
   */
  void answered(Incarnation by, Moment sent) {
    answered.merge(by, sent, (a, b) -> b.since(a).isNegative() ? a : b);
  }

  void retain(Collection<Incarnation> nodes) {
    answered.keySet().retainAll(nodes);
  }

  /**
   * Looks who has been replaced.
   *
   * @param known who may live, by all that this node has heard
   * @param members who may be the next life of one
   * @param lease how long the longest lease lasts
   * @param now the time
   * @return who is dead for certain
   */
  Set<Incarnation> find(
      Collection<Incarnation> known, Collection<Incarnation> members, Duration lease, Moment now) {
    Set<Incarnation> former = new TreeSet<>(known);
    former.remove(self);
    former.removeIf(node -> members.stream().noneMatch(next -> isOtherLife(node, next)));
    doubledSince.keySet().retainAll(former);
    former.forEach(node -> doubledSince.putIfAbsent(node, now));
    former.removeIf(
        node -> {
          Moment since = Objects.requireNonNull(doubledSince.get(node));
          return members.stream()
              .filter(next -> isOtherLife(node, next))
              .map(next -> next.equals(self) ? now : answered.getOrDefault(next, since))
              .noneMatch(answer -> answer.isPast(since, lease));
        });
    return former;
  }

  private static boolean isOtherLife(Incarnation one, Incarnation other) {
    return one.node().equals(other.node()) && !one.equals(other);
  }
}
