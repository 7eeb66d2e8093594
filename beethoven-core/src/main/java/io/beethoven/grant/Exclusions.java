package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.Suspected;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Unblock;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The exclusions of one reign (4.3): how the allocator makes sure that a silent node has forfeited,
 * without any proof of its death.
 */
final class Exclusions {

  private final Reign reign;
  private final Timing timing;
  private final SortedMap<Incarnation, Running> running = new TreeMap<>();
  private final SortedMap<Incarnation, Long> excluded = new TreeMap<>();
  private long attempts;

  /** A voter drops a block by itself after so many times the time that is waited (4.3.4). */
  private static final int LIFE_FACTOR = 3;

  private static final class Running {
    final long attempt;
    final Voters voters;
    final SortedSet<Incarnation> first = new TreeSet<>();
    final SortedSet<Incarnation> second = new TreeSet<>();
    final Duration leaseTerm;
    Set<Incarnation> deadAtFirst = Set.of();
    @Nullable Moment firstComplete;
    @Nullable Moment begunAt;
    boolean proven;
    @Nullable Moment sentAt;

    Running(long attempt, Voters voters, Duration leaseTerm) {
      this.attempt = attempt;
      this.voters = voters;
      this.leaseTerm = leaseTerm;
    }
  }

  Exclusions(Reign reign, Timing timing) {
    this.reign = reign;
    this.timing = timing;
  }

  boolean isExcluded(Incarnation node) {
    return excluded.containsKey(node);
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  /** Whether one is running of which it is not proven yet that the lease has ended. */
  boolean isProving() {
    return running.values().stream().anyMatch(exclusion -> !exclusion.proven);
  }

  boolean isRunning(Incarnation node) {
    return running.containsKey(node);
  }

  /** The dead need no exclusion. */
  void forget(Set<Incarnation> dead) {
    running.keySet().removeAll(dead);
    excluded.keySet().removeAll(dead);
  }

  /** 4.3.1: begins, if it has not begun; its lease term as far as it reported one. */
  void suspect(Incarnation node, Duration leaseTerm, List<AllocatorEffect> effects) {
    if (!running.containsKey(node) && !excluded.containsKey(node)) {
      begin(node, longer(leaseTerm, timing.leaseTerm()));
      effects.add(new Suspected(node));
    }
  }

  /** It spoke again before it was excluded. */
  void spare(Incarnation node, List<AllocatorEffect> effects) {
    if (running.remove(node) != null) {
      unblock(node, effects);
    }
  }

  /**
   * 4.3.4: whether a report readmits the node; true as well if it was never excluded.
   *
   * @param session the session of the report
   */
  boolean readmits(Incarnation node, long session, List<AllocatorEffect> effects) {
    Long known = excluded.get(node);
    if (known == null) {
      return true;
    }
    if (session <= known) {
      return false;
    }
    excluded.remove(node);
    unblock(node, effects);
    return true;
  }

  /** The reign is over: nobody builds on its exclusions any more, and its blocks would go on. */
  void giveUp(List<AllocatorEffect> effects) {
    SortedSet<Incarnation> blocked = new TreeSet<>(running.keySet());
    blocked.addAll(excluded.keySet());
    blocked.forEach(node -> unblock(node, effects));
    running.clear();
    excluded.clear();
  }

  private void unblock(Incarnation node, List<AllocatorEffect> effects) {
    Unblock order = new Unblock(reign.epoch(), node, attempts);
    reign.liveVoters().forEach(voter -> effects.add(new Send(voter, order)));
  }

  private void begin(Incarnation node, Duration leaseTerm) {
    attempts++;
    running.put(node, new Running(attempts, reign.voters(), leaseTerm));
  }

  /** A voter acknowledged a round. */
  void blocked(Answer.Blocked answer) {
    Running exclusion = running.get(answer.blocked());
    if (exclusion == null
        || answer.attempt() != exclusion.attempt
        || !answer.epoch().equals(reign.epoch())
        || !exclusion.voters.equals(reign.voters())) {
      return;
    }
    if (answer.leaseTerm().compareTo(exclusion.leaseTerm) > 0) {
      // The blocks have to live longer than was thought.
      begin(answer.blocked(), answer.leaseTerm());
      return;
    }
    (answer.round() == 1 ? exclusion.first : exclusion.second).add(answer.node());
  }

  /**
   * Goes on with every exclusion.
   *
   * @param unfenced how much longer to wait, since an unfenced instance may go on without its right
   * @param sessionOf the session that is known of a node, or 0
   * @return who is excluded by now
   */
  Set<Incarnation> proceed(
      Duration unfenced,
      Map<Incarnation, Long> sessionOf,
      List<AllocatorEffect> effects,
      Moment now) {
    Set<Incarnation> done = new TreeSet<>();
    Iterator<Map.Entry<Incarnation, Running>> all = new ArrayList<>(running.entrySet()).iterator();
    while (all.hasNext()) {
      Map.Entry<Incarnation, Running> entry = all.next();
      Incarnation node = entry.getKey();
      Running exclusion = entry.getValue();
      if (!exclusion.proven) {
        prove(node, exclusion, effects, now);
      }
      if (exclusion.proven && isOver(exclusion, unfenced, now)) {
        running.remove(node);
        excluded.put(node, sessionOf.getOrDefault(node, 0L));
        done.add(node);
      }
    }
    return done;
  }

  private void prove(
      Incarnation node, Running exclusion, List<AllocatorEffect> effects, Moment now) {
    if (!exclusion.voters.equals(reign.voters())) {
      // Bound to the voters of its first round: begins again.
      restart(node, exclusion);
    } else if (exclusion.firstComplete == null) {
      first(node, exclusion, effects, now);
    } else if (now.isPast(exclusion.firstComplete, leaseEnd(exclusion))) {
      exclusion.proven = second(node, exclusion, effects, now);
    }
  }

  private void first(
      Incarnation node, Running exclusion, List<AllocatorEffect> effects, Moment now) {
    if (exclusion.begunAt == null) {
      exclusion.begunAt = now;
    }
    if (isDue(exclusion, now)) {
      exclusion.sentAt = now;
      send(reign.liveVoters(), block(node, exclusion, 1), effects);
    }
    if (reign.quorum(without(exclusion.first, node))) {
      // 4.3.2
      exclusion.firstComplete = now;
      exclusion.deadAtFirst = Set.copyOf(reign.dead());
      exclusion.sentAt = null;
    } else if (now.isPast(exclusion.begunAt, leaseEnd(exclusion).multipliedBy(2))) {
      // The first blocks may have lapsed by now.
      restart(node, exclusion);
    }
  }

  /** W of rule 4.3: after that whoever holds nothing but old credit has no lease. */
  private static Duration leaseEnd(Running exclusion) {
    return Timing.leaseEnd(exclusion.leaseTerm);
  }

  /** What is not fenced may go on without its right for its stop deadline. */
  private static boolean isOver(Running exclusion, Duration unfenced, Moment now) {
    return exclusion.firstComplete != null
        && now.isPast(exclusion.firstComplete, leaseEnd(exclusion).plus(unfenced));
  }

  private Block block(Incarnation node, Running exclusion, int round) {
    Duration life = leaseEnd(exclusion).multipliedBy(LIFE_FACTOR);
    return new Block(reign.epoch(), node, exclusion.attempt, round, life);
  }

  /** 4.3.3: whether it is complete. */
  private boolean second(
      Incarnation node, Running exclusion, List<AllocatorEffect> effects, Moment now) {
    if (isDue(exclusion, now)) {
      exclusion.sentAt = now;
      send(exclusion.first, block(node, exclusion, 2), effects);
    }
    Set<Incarnation> both = without(exclusion.first, node);
    both.retainAll(exclusion.second);
    if (exclusion.voters.quorum(both, exclusion.deadAtFirst)) {
      return true;
    }
    boolean othersDied = !exclusion.deadAtFirst.containsAll(reign.dead());
    Moment begun = Objects.requireNonNull(exclusion.firstComplete);
    if (othersDied || now.isPast(begun, leaseEnd(exclusion).multipliedBy(2))) {
      restart(node, exclusion);
    }
    return false;
  }

  private void restart(Incarnation node, Running exclusion) {
    begin(node, exclusion.leaseTerm);
  }

  private static void send(Set<Incarnation> voters, Block block, List<AllocatorEffect> effects) {
    voters.stream()
        .filter(voter -> !voter.equals(block.node()))
        .forEach(voter -> effects.add(new Send(voter, block)));
  }

  private boolean isDue(Running exclusion, Moment now) {
    return exclusion.sentAt == null || now.isPast(exclusion.sentAt, timing.orderResend());
  }

  private static Set<Incarnation> without(Set<Incarnation> nodes, Incarnation node) {
    Set<Incarnation> others = new TreeSet<>(nodes);
    others.remove(node);
    return others;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
