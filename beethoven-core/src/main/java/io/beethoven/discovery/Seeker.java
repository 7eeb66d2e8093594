package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Formation.Await;
import io.beethoven.discovery.Formation.Follow;
import io.beethoven.discovery.Formation.Form;
import io.beethoven.discovery.Formation.Join;
import io.beethoven.discovery.Formation.Situation;
import io.beethoven.discovery.Formation.Verdict;
import io.beethoven.discovery.Peers.Change;
import io.beethoven.discovery.SeekEffect.Announce;
import io.beethoven.discovery.SeekEffect.CollectCandidates;
import io.beethoven.discovery.SeekEffect.Following;
import io.beethoven.discovery.SeekEffect.FormCluster;
import io.beethoven.discovery.SeekEffect.IslandSeen;
import io.beethoven.discovery.SeekEffect.JoinCluster;
import io.beethoven.discovery.SeekEffect.PassEnded;
import io.beethoven.discovery.SeekEffect.Probe;
import io.beethoven.discovery.SeekEffect.StayStandalone;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers and brings this node to a decision: events and the time in, effects out.
 *
 * <p>A node in no cluster makes passes over all candidates, a few fast ones and then slow ones, and
 * lets {@link Formation} judge what it learns of peers, by its own probes and by theirs. What keeps
 * nodes that start in the same instant from forming two clusters:
 *
 * <ol>
 *   <li>The beacon listens before the first pass, and nothing is formed before one pass is
 *       complete. So of any two nodes at least one reaches the other, and by that both know.
 *   <li>Nothing is formed while a probe is out or an address is unclear, that is, while somebody
 *       may be about to answer.
 *   <li>To form, a node announces FORMING and waits until that is in force; all calls that were
 *       answered with the older standing have been heard by then. If it now knows anybody who is
 *       forming, joining or clustered, or goes before it, it withdraws. Otherwise it probes all
 *       known peers once more, and forms if still none of them is clustered, joining, or before it.
 *       A node that sees a peer forming before its own announcement follows it, whatever its place.
 * </ol>
 *
 * <p>What keeps roles from running twice: while a peer on its way out answers, a node neither calls
 * itself standalone nor forms, for the peer closes its beacon only when its last role has stopped;
 * there is no bound to that as long as it answers. While a member of a cluster answers, a node that
 * ran nothing tries again and again to join and never calls itself standalone. A node that runs
 * nothing waits for a standalone peer to form as long as that one answers. A peer that is mute for
 * long is waited for no more.
 *
 * <p>The time must not go back. Not safe for use by several threads.
 */
public final class Seeker {

  /** What this node is doing. */
  private enum State {
    /** In no cluster, roles not running yet. */
    SEEKING,
    /** In no cluster, roles running. */
    STANDALONE,
    /** Waits until FORMING is in force. */
    ANNOUNCING,
    /** FORMING is in force; looks at all known peers once more. */
    CONFIRMING,
    /** A decision to form or join is being carried out. */
    DECIDED,
    /** A member of a cluster. */
    CLUSTERED,
    /** On its way out. */
    GONE
  }

  /** The peer that is waited for, in which phase, since when. */
  private record Leader(Incarnation node, Phase phase, Instant since) {}

  private final Incarnation self;
  private final SeekPolicy policy;
  private final RandomGenerator random;
  private final Peers peers = new Peers();
  private final Probing probing;
  private final PassSchedule passes;
  private final Islands islands;
  private final List<SeekEffect> effects = new ArrayList<>();

  private State state = State.SEEKING;
  private State home = State.SEEKING;
  private boolean alone;
  private boolean holding;
  private Instant lastNews = Instant.MIN;
  private @Nullable Instant firstNews;
  private @Nullable Instant recheckAt;
  private @Nullable Instant holdOffUntil;
  private @Nullable Instant wakeAt;
  private @Nullable Leader leader;
  private @Nullable Incarnation target;
  private @Nullable Duration awaitPause;
  private Instant lifeSign = Instant.MIN;
  private boolean ranAlone;
  private Instant roundBegan = Instant.MIN;
  private long clusterId;

  /**
   * Creates a seeker that has not begun.
   *
   * @param self this life of this node
   * @param beacon where its beacon listens; never probed
   * @param policy the figures
   * @param random draws the order of passes, the pauses, and the ids of clusters
   */
  public Seeker(Incarnation self, Endpoint beacon, SeekPolicy policy, RandomGenerator random) {
    this.self = Objects.requireNonNull(self, "self");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.random = Objects.requireNonNull(random, "random");
    this.probing = new Probing(policy, beacon);
    this.passes = new PassSchedule(policy, random);
    this.islands = new Islands(policy.islandRepeat());
  }

  /**
   * Begins; the beacon must listen and say SEEKING.
   *
   * @param now the time
   * @return what to do
   */
  public List<SeekEffect> start(Instant now) {
    beginSeeking(now);
    return advance(now);
  }

  /**
   * Joins no member of a cluster before a time: this node's last life was in it, and the cluster
   * has ended in favour of another one.
   *
   * @param clusterId which
   * @param until when its members may be joined again
   */
  public void shun(long clusterId, Instant until) {
    peers.shun(clusterId, until);
  }

  /** Returns when to call {@link #onWake} at the latest, if at all. Changes with each event. */
  public Optional<Instant> wakeAt() {
    return Optional.ofNullable(wakeAt);
  }

  /**
   * Time has passed. Too early or too often does no harm.
   *
   * @param now the time
   * @return what to do
   */
  public List<SeekEffect> onWake(Instant now) {
    return advance(now);
  }

  /**
   * The sources named the candidates.
   *
   * @param now the time
   * @param candidates of all sources; this node may be among them
   * @return what to do
   */
  public List<SeekEffect> onCandidates(Instant now, Candidates candidates) {
    if (passes.takeCollected()) {
      if (probing.beginPass(now, candidates, peers.endpoints(), random)) {
        passes.hurry(now);
      }
    }
    return advance(now);
  }

  /**
   * A probe came back.
   *
   * @param now the time
   * @param probed what was probed
   * @param finding what was found
   * @return what to do
   */
  public List<SeekEffect> onFinding(Instant now, Endpoint probed, Finding finding) {
    Instant sent = probing.returned(probed, finding);
    if (finding instanceof Finding.Answered answered) {
      Hello theirs = answered.theirs();
      if (learn(now, theirs, () -> peers.answered(probed, sent, theirs)) == Change.UNCERTAIN) {
        probing.ask(probed);
      }
    } else if (isUnclustered()) {
      missed(now, probed, finding);
    }
    return advance(now);
  }

  /**
   * A peer said hello to this node's beacon.
   *
   * @param now the time
   * @param theirs what it said
   * @return what to do
   */
  public List<SeekEffect> onPeerSeen(Instant now, Hello theirs) {
    learn(now, theirs, () -> peers.heard(now, theirs));
    return advance(now);
  }

  /**
   * An announced standing is in force.
   *
   * @param now the time
   * @param standing which
   * @return what to do
   */
  public List<SeekEffect> onAnnounced(Instant now, Standing standing) {
    if (state == State.ANNOUNCING && standing.phase() == Phase.FORMING) {
      if (judge(now, false) instanceof Form) {
        state = State.CONFIRMING;
        peers.endpoints().forEach(probing::ask);
      } else {
        withdraw(now);
      }
    }
    return advance(now);
  }

  /**
   * This node is a member of a cluster, by its decision or by somebody else's doing.
   *
   * @param now the time
   * @param joined the cluster's id
   * @return what to do
   */
  public List<SeekEffect> onClustered(Instant now, long joined) {
    if (state != State.GONE) {
      state = State.CLUSTERED;
      clusterId = joined;
      alone = false;
      ranAlone = false;
      stopSeeking();
      peers.clear();
    }
    return advance(now);
  }

  /**
   * The decision to form or to join could not be carried out.
   *
   * @param now the time
   * @return what to do
   */
  public List<SeekEffect> onJoinFailed(Instant now) {
    if (state == State.DECIDED) {
      Incarnation failed = target;
      if (failed == null) {
        holdOffUntil = now.plus(policy.formationTimeout());
      } else {
        ranAlone = ranAlone || home == State.STANDALONE;
        peers.avoid(failed, now.plus(pauseAfterFailure(peers.countFailure(failed))));
      }
      boolean stillRuns = failed == null && home == State.STANDALONE;
      beginSeeking(now);
      state = State.SEEKING;
      if (stillRuns) {
        standAlone();
      } else {
        effects.add(new Announce(Standing.SEEKING));
      }
    }
    return advance(now);
  }

  private Duration pauseAfterFailure(int failures) {
    return ranAlone
        ? doubled(policy.slowPassMin(), failures, policy.slowPassMax())
        : doubled(policy.recheck(), failures, policy.slowPassMin());
  }

  /**
   * This node is on its way out of its cluster, or ends; it seeks no more.
   *
   * @param now the time
   * @return what to do
   */
  public List<SeekEffect> onLeft(Instant now) {
    state = State.GONE;
    stopSeeking();
    peers.clear();
    return advance(now);
  }

  /**
   * Whether this node is its cluster's only one. Ignored while it is in none.
   *
   * @param now the time
   * @param isAlone true lets it go on looking slowly
   * @return what to do
   */
  public List<SeekEffect> onAlone(Instant now, boolean isAlone) {
    if (state == State.CLUSTERED && alone != isAlone) {
      alone = isAlone;
      stopSeeking();
      if (alone) {
        passes.beginSlowly(now);
      }
    }
    return advance(now);
  }

  private boolean isUnclustered() {
    return isSeekingPeers() || state == State.ANNOUNCING || state == State.CONFIRMING;
  }

  private boolean isSeekingPeers() {
    return state == State.SEEKING || state == State.STANDALONE;
  }

  private void beginSeeking(Instant now) {
    home = State.SEEKING;
    stopSeeking();
    passes.begin(now);
  }

  private void stopSeeking() {
    probing.clear();
    passes.stop();
    leader = null;
    awaitPause = null;
    target = null;
    firstNews = null;
  }

  private Change learn(Instant now, Hello theirs, Supplier<Change> taken) {
    if (theirs.node().node().equals(self.node()) || state == State.GONE) {
      return Change.NOTHING;
    }
    if (state == State.CLUSTERED) {
      if (islands.isNews(now, clusterId, theirs.standing())) {
        effects.add(new IslandSeen(theirs));
      }
      return Change.NOTHING;
    }
    Change change = taken.get();
    noteLife(now, theirs);
    if (change == Change.NEW) {
      lastNews = now;
      firstNews = firstNews == null ? now : firstNews;
    }
    if (change == Change.NEW || change == Change.PHASE) {
      passes.hurry(now);
    }
    return change;
  }

  /** An answer prolongs the wait for those that nothing may be started beside. */
  private void noteLife(Instant now, Hello theirs) {
    Phase phase = theirs.standing().phase();
    if (phase == Phase.LEAVING || theirs.standing().isJoinable()) {
      lifeSign = now;
    } else if (waitsWhileAnswering(phase)) {
      peers.expect(theirs.node());
      Leader before = leader;
      if (before != null && before.node.equals(theirs.node()) && before.phase == phase) {
        leader = new Leader(before.node, phase, now);
      }
    }
  }

  private boolean waitsWhileAnswering(Phase phase) {
    return home == State.SEEKING && phase == Phase.STANDALONE;
  }

  private void missed(Instant now, Endpoint probed, Finding finding) {
    boolean gone = false;
    if (finding instanceof Finding.Refused || finding instanceof Finding.Stranger) {
      gone = peers.refused(probed);
    } else if (finding instanceof Finding.Silent) {
      gone = peers.silent(probed);
      if (!gone && state == State.CONFIRMING && peers.isAt(probed)) {
        probing.ask(probed);
      }
    } else if (finding instanceof Finding.Busy && state == State.CONFIRMING) {
      withdraw(now);
    }
    if (gone) {
      passes.hurry(now);
    }
  }

  /** Does what is due, decides if it can, and sends the probes that there is room for. */
  private List<SeekEffect> advance(Instant now) {
    for (Endpoint lost : probing.lost(now)) {
      probing.returned(lost, new Finding.Mute());
    }
    do {
      wakeAt = null;
      holding = false;
      endPass(now);
      if (isSeekingPeers()) {
        decide(now, judge(now, false));
      } else if (state == State.CONFIRMING) {
        confirm(now);
      }
      beginPass(now);
      probing.launch(now, !holding).forEach(endpoint -> effects.add(new Probe(endpoint)));
      probing.nextLaunch(!holding).ifPresent(this::wakeBy);
      probing.nextLoss().ifPresent(this::wakeBy);
    } while (probing.isPassOver());
    List<SeekEffect> result = List.copyOf(effects);
    effects.clear();
    return result;
  }

  private void wakeBy(Instant deadline) {
    wakeAt = wakeAt == null || deadline.isBefore(wakeAt) ? deadline : wakeAt;
  }

  private void endPass(Instant now) {
    Optional<Probing.Done> ended = probing.endPass();
    if (ended.isPresent()) {
      int done = passes.done() + 1;
      Probing.Done pass = ended.get();
      effects.add(new PassEnded(done, pass.probes(), Duration.between(pass.began(), now)));
      passes.completed(now, isUnclustered() && (done < policy.passes() || probing.hasUnclear()));
      if (done == 1 || (done == policy.passes() && peers.hellos().isEmpty())) {
        lastNews = now;
      }
    }
  }

  private void beginPass(Instant now) {
    boolean passing = isSeekingPeers() || (state == State.CLUSTERED && alone);
    Instant next = passes.nextAt().orElse(null);
    if (next == null || !passing || holding) {
      return;
    }
    if (now.isBefore(next)) {
      wakeBy(next);
    } else {
      passes.collect();
      effects.add(new CollectCandidates());
    }
  }

  private Verdict judge(Instant now, boolean forming) {
    boolean mayForm = holdOffUntil == null || !now.isBefore(holdOffUntil);
    return Formation.decide(
        new Situation(
            self,
            forming,
            home == State.STANDALONE,
            mayForm,
            peers.hellos(),
            peers.avoided(now),
            peers.passedOver()));
  }

  private void decide(Instant now, Verdict verdict) {
    peers.nextReprieve(now).ifPresent(this::wakeBy);
    if (holdOffUntil != null && now.isBefore(holdOffUntil)) {
      wakeBy(holdOffUntil);
    }
    if (!(verdict instanceof Await)) {
      awaitPause = null;
    }
    if (verdict instanceof Join join) {
      join(join.target());
    } else if (verdict instanceof Follow follow) {
      follow(now, follow.leader());
    } else {
      leader = null;
      if (verdict instanceof Form) {
        form(now);
      } else if (verdict instanceof Await await) {
        await(now, await.peer());
      } else {
        stayAlone(now);
      }
    }
  }

  private void join(Hello member) {
    stopSeeking();
    state = State.DECIDED;
    target = member.node();
    effects.add(new Announce(new Standing(Phase.JOINING, 0, 0)));
    effects.add(new JoinCluster(member));
  }

  private void follow(Instant now, Hello expected) {
    Leader before = leader;
    Phase phase = expected.standing().phase();
    boolean same = before != null && before.node.equals(expected.node());
    Leader current =
        before != null && same && before.phase == phase
            ? before
            : new Leader(expected.node(), phase, now);
    leader = current;
    if (!same) {
      recheckAt = now.plus(jittered(policy.recheck()));
      effects.add(new Following(expected));
    }
    Instant limit =
        current.since.plus(
            waitsWhileAnswering(phase) ? policy.silenceLimit() : policy.patience(phase));
    if (!now.isBefore(limit)) {
      peers.passOver(expected);
      leader = null;
      decide(now, judge(now, false));
      return;
    }
    wakeBy(limit);
    if (recheckAt == null || !now.isBefore(recheckAt)) {
      peers.dial(expected.node()).ifPresent(probing::ask);
      recheckAt = now.plus(jittered(policy.recheck()));
    }
    wakeBy(recheckAt);
  }

  private void await(Instant now, Hello peer) {
    boolean joinable = peer.standing().isJoinable();
    if (joinable && (ranAlone || home == State.STANDALONE)) {
      stayAlone(now);
      return;
    }
    Duration pause = awaitPause;
    if (pause == null) {
      pause = policy.recheck();
      awaitPause = pause;
      lifeSign = now;
      recheckAt = now.plus(jittered(pause));
    }
    Instant limit = lifeSign.plus(policy.silenceLimit());
    if (!now.isBefore(limit)) {
      if (joinable) {
        stayAlone(now);
      } else {
        peers.forget(peer.node());
        decide(now, judge(now, false));
      }
      return;
    }
    wakeBy(limit);
    if (recheckAt == null || !now.isBefore(recheckAt)) {
      peers.dial(peer.node()).ifPresent(probing::ask);
      awaitPause = shorter(pause.multipliedBy(2), policy.slowPassMin());
      recheckAt = now.plus(jittered(pause));
    }
    wakeBy(recheckAt);
  }

  private void form(Instant now) {
    if (!isSettled(now)) {
      if (probing.hasUnclear()) {
        passes.by(now.plus(policy.backoffMax()));
      }
      return;
    }
    holding = true;
    if (probing.isIdle()) {
      probing.abandonPass();
      passes.takeCollected();
      state = State.ANNOUNCING;
      roundBegan = now;
      effects.add(new Announce(Standing.forming(home == State.STANDALONE)));
    }
  }

  private void stayAlone(Instant now) {
    if (peers.hellos().isEmpty()) {
      firstNews = null;
    }
    if (state == State.SEEKING
        && passes.done() >= policy.passes()
        && probing.isIdle()
        && isSettled(now)) {
      standAlone();
    }
  }

  private void standAlone() {
    state = State.STANDALONE;
    home = State.STANDALONE;
    effects.add(new Announce(standing(home)));
    effects.add(new StayStandalone());
  }

  /**
   * Tells whether enough was seen for a decision: one pass is complete, nobody is unclear, and no
   * new peer has appeared for a while, unless new ones have been appearing for too long.
   */
  private boolean isSettled(Instant now) {
    if (passes.done() == 0 || probing.hasUnclear()) {
      return false;
    }
    Instant calm = lastNews.plus(policy.settle());
    if (firstNews != null) {
      Instant latest = firstNews.plus(policy.formationTimeout());
      calm = latest.isBefore(calm) ? latest : calm;
    }
    if (now.isBefore(calm)) {
      wakeBy(calm);
      return false;
    }
    return true;
  }

  private void confirm(Instant now) {
    if (!(judge(now, true) instanceof Form)) {
      withdraw(now);
    } else if (probing.isIdle()) {
      if (now.isAfter(roundBegan.plus(policy.freshness()))) {
        withdraw(now);
      } else {
        stopSeeking();
        state = State.DECIDED;
        effects.add(new FormCluster(drawClusterId()));
      }
    }
  }

  private void withdraw(Instant now) {
    state = home;
    leader = null;
    passes.soon(now);
    effects.add(new Announce(standing(home)));
    passes.nextAt().ifPresent(this::wakeBy);
  }

  private static Standing standing(State home) {
    return home == State.STANDALONE ? new Standing(Phase.STANDALONE, 0, 0) : Standing.SEEKING;
  }

  private long drawClusterId() {
    long drawn = random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration result = first;
    for (int i = 1; i < times && result.compareTo(most) < 0; i++) {
      result = result.multipliedBy(2);
    }
    return shorter(result, most);
  }

  private Duration jittered(Duration mean) {
    return PassSchedule.between(
        random, mean.multipliedBy(2).dividedBy(3), mean.multipliedBy(4).dividedBy(3));
  }

  private static Duration shorter(Duration left, Duration right) {
    return left.compareTo(right) <= 0 ? left : right;
  }
}
