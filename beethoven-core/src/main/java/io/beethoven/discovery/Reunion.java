package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.ReunionEffect.Answer;
import io.beethoven.discovery.ReunionEffect.Propose;
import io.beethoven.discovery.ReunionEffect.TellPromise;
import io.beethoven.discovery.ReunionEffect.Yield;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings clusters together that were formed apart: events and the time in, effects out. Each member
 * of a cluster has one; the leader's acts.
 *
 * <p>Of two clusters one gives way by {@link Standing#givesWayTo}. Its leader proposes to end; if
 * the other's leader accepts, which is a promise not to end in favour of a third for a while, every
 * member of the first stops its roles, drops out, and joins the other. Its properties, in priority
 * order:
 *
 * <ol>
 *   <li>Safe: as long as a cluster has one leader, clusters never end in favour of each other, nor
 *       round in a circle, however late or lost the messages and whatever the clocks. For a cluster
 *       that has proposed accepts nobody until that proposal has come to nothing, and one that has
 *       begun to end accepts nobody ever.
 *   <li>A cluster ends only on an acceptance that is in force: the answer to its newest proposal,
 *       so soon after that was sent that more than half of the promised time is left.
 *   <li>Complete: while clusters see each other, all but one end in favour of another one. Whoever
 *       knows a cluster that it gives way to accepts nobody and names that one instead, so that
 *       promises do not hold up the one who gives them.
 * </ol>
 *
 * <p>The time must not go back. Not safe for use by several threads.
 */
public final class Reunion {

  /** How often a proposal is passed on before it counts as come to nothing. */
  private static final int MAX_HOPS = 4;

  /** The most clusters that are remembered: what strangers say must not fill the memory. */
  private static final int MAX_ISLANDS = 64;

  /** Another cluster, as it was met last. */
  private record Island(Endpoint beacon, Standing standing, Instant metAt) {}

  /** The proposal under way. */
  private record Offer(long number, Endpoint target, long clusterId, int hops, Instant sentAt) {}

  private final Endpoint self;
  private final ReunionPolicy policy;
  private final RandomGenerator random;
  private final Map<Long, Island> islands = new HashMap<>();
  private final List<ReunionEffect> effects = new ArrayList<>();

  private Standing own = Standing.SEEKING;
  private Endpoint leader;
  private Instant promisedUntil = Instant.MIN;
  private Instant quietUntil = Instant.MIN;
  private @Nullable Offer offer;
  private @Nullable Endpoint winner;

  /**
   * Creates a reunion of a node in no cluster.
   *
   * @param self where this node's beacon listens
   * @param policy the figures
   * @param random draws numbers and pauses
   */
  public Reunion(Endpoint self, ReunionPolicy policy, RandomGenerator random) {
    this.self = Objects.requireNonNull(self, "self");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.random = Objects.requireNonNull(random, "random");
    this.leader = self;
  }

  /**
   * This node's own cluster has changed.
   *
   * @param now the time
   * @param standing how it stands
   * @param leadersBeacon the beacon of the member that leads it, perhaps this node's
   * @return what to do
   */
  public List<ReunionEffect> onOwn(Instant now, Standing standing, Endpoint leadersBeacon) {
    if (standing.clusterId() != own.clusterId()) {
      offer = null;
    }
    own = standing;
    leader = leadersBeacon;
    return advance(now);
  }

  /**
   * A member of a cluster was met, perhaps of this one's own.
   *
   * @param now the time
   * @param sighting who
   * @return what to do
   */
  public List<ReunionEffect> onSighting(Instant now, Sighting sighting) {
    note(now, sighting.beacon(), sighting.standing());
    return advance(now);
  }

  /**
   * Another cluster proposes to end in favour of this one. The effects begin with the answer.
   *
   * @param now the time
   * @param number the proposal's
   * @param proposer who proposes
   * @return what to do
   */
  public List<ReunionEffect> onProposal(Instant now, long number, Sighting proposer) {
    note(now, proposer.beacon(), proposer.standing());
    ProposalAnswer answer = answer(now, number, proposer);
    effects.add(new Answer(answer));
    if (answer.verdict() == Verdict.ACCEPTED) {
      promise(now, policy.promise());
      effects.add(new TellPromise(policy.promise()));
    }
    return advance(now);
  }

  /**
   * The leader of this cluster has made a promise.
   *
   * @param now the time
   * @param remaining for how long
   * @return what to do
   */
  public List<ReunionEffect> onPromised(Instant now, Duration remaining) {
    promise(now, remaining.compareTo(policy.promise()) > 0 ? policy.promise() : remaining);
    return advance(now);
  }

  /**
   * A proposal of this node's was answered.
   *
   * @param now the time
   * @param answer what was said
   * @return what to do
   */
  public List<ReunionEffect> onAnswer(Instant now, ProposalAnswer answer) {
    Offer current = offer;
    if (current != null && current.number == answer.number() && winner == null) {
      if (isLate(now, current)) {
        fail(now, current);
      } else if (answer.verdict() == Verdict.ACCEPTED) {
        accepted(now, current, answer);
      } else if (answer.verdict() == Verdict.ELSEWHERE && current.hops < MAX_HOPS) {
        propose(now, answer.whom(), current.clusterId, current.hops + 1);
      } else {
        note(now, answer.whom(), answer.standing());
        pause(now);
      }
    }
    return advance(now);
  }

  /**
   * A proposal of this node's was not answered, and will not be.
   *
   * @param now the time
   * @param number which
   * @return what to do
   */
  public List<ReunionEffect> onUnanswered(Instant now, long number) {
    Offer current = offer;
    if (current != null && current.number == number) {
      fail(now, current);
    }
    return advance(now);
  }

  /**
   * Time has passed. Too early or too often does no harm.
   *
   * @param now the time
   * @return what to do
   */
  public List<ReunionEffect> onWake(Instant now) {
    return advance(now);
  }

  /** Returns when to call {@link #onWake} at the latest, if at all. Changes with each event. */
  public Optional<Instant> wakeAt() {
    if (winner != null || !leads()) {
      return Optional.empty();
    }
    if (offer != null) {
      return Optional.of(offer.sentAt.plus(policy.patience()));
    }
    return best().map(island -> later(promisedUntil, quietUntil));
  }

  /**
   * Tells whether a promise is in force, by which this cluster does not end.
   *
   * @param now the time
   * @return whether it is
   */
  public boolean isBound(Instant now) {
    return now.isBefore(promisedUntil);
  }

  /** Tells whether this node has begun to end its cluster. */
  public boolean isYielding() {
    return winner != null;
  }

  private boolean leads() {
    return own.isJoinable() && leader.equals(self);
  }

  private void note(Instant now, Endpoint beacon, Standing standing) {
    long id = standing.clusterId();
    if (standing.isIslandTo(own) && (islands.size() < MAX_ISLANDS || islands.containsKey(id))) {
      islands.put(id, new Island(beacon, standing, now));
    }
  }

  private void promise(Instant now, Duration remaining) {
    promisedUntil = later(promisedUntil, now.plus(remaining));
  }

  private ProposalAnswer answer(Instant now, long number, Sighting proposer) {
    forget(now);
    if (winner != null) {
      return new ProposalAnswer(number, Verdict.ELSEWHERE, own, winner);
    }
    if (!proposer.standing().isIslandTo(own)) {
      return new ProposalAnswer(number, Verdict.REFUSED, own, self);
    }
    if (!leads()) {
      return new ProposalAnswer(number, Verdict.ELSEWHERE, own, leader);
    }
    long theirs = proposer.standing().clusterId();
    if (offer != null) {
      return offer.clusterId == theirs
          ? new ProposalAnswer(number, Verdict.REFUSED, own, self)
          : new ProposalAnswer(number, Verdict.ELSEWHERE, own, offer.target);
    }
    Optional<Island> better = best();
    if (better.isPresent()) {
      boolean itself = better.get().standing.clusterId() == theirs;
      return itself
          ? new ProposalAnswer(number, Verdict.REFUSED, own, self)
          : new ProposalAnswer(number, Verdict.ELSEWHERE, own, better.get().beacon);
    }
    return new ProposalAnswer(number, Verdict.ACCEPTED, own, self);
  }

  private void accepted(Instant now, Offer current, ProposalAnswer answer) {
    if (!leads()) {
      fail(now, current);
      return;
    }
    offer = null;
    winner = answer.whom();
    effects.add(new Yield(answer.whom(), answer.standing()));
  }

  private List<ReunionEffect> advance(Instant now) {
    forget(now);
    Offer current = offer;
    if (current != null && isLate(now, current)) {
      fail(now, current);
    }
    if (winner == null && offer == null && leads() && !isBound(now) && !now.isBefore(quietUntil)) {
      best().ifPresent(island -> propose(now, island.beacon, island.standing.clusterId(), 0));
    }
    List<ReunionEffect> result = List.copyOf(effects);
    effects.clear();
    return result;
  }

  private void forget(Instant now) {
    islands
        .values()
        .removeIf(
            island ->
                !now.isBefore(island.metAt.plus(policy.memory()))
                    || island.standing.clusterId() == own.clusterId());
  }

  /** Returns the cluster that all others here give way to, if this one gives way to it. */
  private Optional<Island> best() {
    return islands.values().stream()
        .filter(island -> own.givesWayTo(island.standing))
        .max(Comparator.comparing(Island::standing, Reunion::byWayGiven));
  }

  private static int byWayGiven(Standing left, Standing right) {
    if (left.givesWayTo(right)) {
      return -1;
    }
    return right.givesWayTo(left) ? 1 : 0;
  }

  private void propose(Instant now, Endpoint target, long clusterId, int hops) {
    Offer made = new Offer(random.nextLong(), target, clusterId, hops, now);
    offer = made;
    effects.add(new Propose(made.number, target, own));
  }

  private boolean isLate(Instant now, Offer current) {
    return !now.isBefore(current.sentAt.plus(policy.patience()));
  }

  /** Whoever does not answer is forgotten until it is met again. */
  private void fail(Instant now, Offer current) {
    islands.remove(current.clusterId);
    pause(now);
  }

  private void pause(Instant now) {
    offer = null;
    long spread = policy.retryMax().minus(policy.retryMin()).toNanos();
    quietUntil = now.plus(policy.retryMin()).plusNanos(random.nextLong(spread + 1));
  }

  private static Instant later(Instant left, Instant right) {
    return left.isAfter(right) ? left : right;
  }
}
