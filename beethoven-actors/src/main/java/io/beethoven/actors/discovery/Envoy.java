package io.beethoven.actors.discovery;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.ProposalReceived;
import io.beethoven.actors.beacon.BeaconServer.ProposalResult;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.lifecycle.NodeLifecycle;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.Doorway;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.IslandMessage;
import io.beethoven.actors.settings.DiscoveryMode;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.actors.settings.IslandSettings;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Proposal;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Islands;
import io.beethoven.discovery.Lookout;
import io.beethoven.discovery.Reunion;
import io.beethoven.discovery.ReunionEffect;
import io.beethoven.discovery.ReunionPolicy;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;

/**
 * Speaks for this node's cluster to others of the same name that were formed apart: looks out for
 * them, talks with them, and has this node drop out when its cluster ends in favour of another one.
 *
 * <p>Each member has an envoy. The one of the eldest member leads: it alone looks out, proposes and
 * accepts, and it names the cluster, so that all members say the same of it. What the others meet
 * they tell it. Who gives way, and when, is decided by {@link Reunion}.
 *
 * <p>Spawned by the guardian; watches nobody. It is not to be restarted: a new one would have
 * forgotten what was promised.
 */
public final class Envoy extends AbstractBehavior<Envoy.Command> {

  /**
   * What it understands: the messages nested here from this node, {@link IslandMessage} from other
   * members.
   */
  public interface Command {}

  /**
   * What it is given.
   *
   * @param self this life of this node
   * @param beacon where its beacon listens
   * @param discovery how addresses are asked
   * @param islands what is done about other clusters
   * @param sources who names candidates
   * @param actors the node's other actors
   * @param snapshots tells which nodes are online and which were lost
   * @param clock the node's clock
   */
  public record Setup(
      Incarnation self,
      Endpoint beacon,
      DiscoverySettings discovery,
      IslandSettings islands,
      List<CandidateSource> sources,
      Actors actors,
      SnapshotHolder snapshots,
      Clock clock) {

    /** Copies the list. */
    public Setup {
      Objects.requireNonNull(self, "self");
      sources = List.copyOf(sources);
    }
  }

  /**
   * The node's other actors.
   *
   * @param beacon dials other clusters and is dialled by them
   * @param core knows the members, hands on what they say, tells subscribers
   * @param lifecycle told how the cluster is called, and to drop out
   */
  public record Actors(
      ActorRef<BeaconServer.Command> beacon,
      ActorRef<CoreServer.Command> core,
      ActorRef<NodeLifecycle.Command> lifecycle) {}

  /**
   * This node is a member of a cluster.
   *
   * @param identity the cluster's, as far as this node knows
   */
  public record Clustered(ClusterIdentity identity) implements Command {}

  /** This node is on its way out of its cluster, or ends. */
  public enum Left implements Command {
    /** The only value. */
    INSTANCE
  }

  /**
   * The locator has met another cluster.
   *
   * @param sighting whom it met
   */
  public record Noticed(Sighting sighting) implements Command {}

  private record Seen(Hello theirs) implements Command {}

  private record Probed(ProbeResult result) implements Command {}

  private record Asked(ProposalReceived received) implements Command {}

  private record Answered(ProposalResult result) implements Command {}

  private record MembersChanged(Members members) implements Command {}

  private record Named(int source, Candidates candidates) implements Command {}

  private record NotNamed() implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum LingeredEnough implements Command {
    INSTANCE
  }

  private enum Wake implements Command {
    INSTANCE
  }

  private static final Duration TICK = Duration.ofSeconds(1);

  /** How long the leader of a cluster that ends waits for the others to go first. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final Duration SHORTEST_TIMER = Duration.ofMillis(1);

  /** How many ticks pass until the leader says again how the cluster is called. */
  private static final int TICKS_TO_CALL = 5;

  /** How long a cluster is not reported to subscribers again, and not told to the leader again. */
  private static final Duration REPORT_PAUSE = Duration.ofMinutes(5);

  private static final Duration TELL_PAUSE = Duration.ofMillis(500);

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final InstantSource monotonic;
  private final RandomGenerator random;
  private final Reunion reunion;
  private final Lookout lookout;
  private final Islands reported = new Islands(REPORT_PAUSE);
  private final Islands told = new Islands(TELL_PAUSE);
  private final Seniority seniority;
  private final ActorRef<ProbeResult> onProbe;
  private final ActorRef<ProposalResult> onProposal;

  /** Where the beacons of nodes listen that are or were members. */
  private final Map<NodeId, Endpoint> beacons = new TreeMap<>();

  private final Map<Integer, Candidates> candidates = new TreeMap<>();
  private Members members;
  private ClusterIdentity identity = ClusterIdentity.NONE;
  private Optional<IslandMessage.End> ending = Optional.empty();
  private Instant collectAt = Instant.MIN;
  private int ticksToCall;
  private boolean clustered;

  /**
   * Creates the behavior.
   *
   * @param setup what it is given
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    long origin = System.nanoTime();
    return create(
        setup,
        () -> Instant.EPOCH.plusNanos(System.nanoTime() - origin),
        new SplittableRandom(setup.self().uid() ^ ~origin));
  }

  static Behavior<Command> create(Setup setup, InstantSource monotonic, RandomGenerator random) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Envoy(context, timers, setup, monotonic, random)));
  }

  private Envoy(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Setup setup,
      InstantSource monotonic,
      RandomGenerator random) {
    super(context);
    context.setLoggerName(Envoy.class);
    this.setup = setup;
    this.timers = timers;
    this.monotonic = monotonic;
    this.random = random;
    this.reunion = new Reunion(setup.beacon(), ReunionPolicy.DEFAULT, random);
    this.lookout = new Lookout(setup.islands().lookoutRate(), random);
    this.members = new Members(setup.self(), List.of(), Set.of(), Set.of());
    this.seniority = new Seniority(context.getSystem(), setup.self());
    this.onProbe = context.messageAdapter(ProbeResult.class, Probed::new);
    this.onProposal = context.messageAdapter(ProposalResult.class, Answered::new);
    Actors actors = setup.actors();
    actors
        .beacon()
        .tell(
            new BeaconServer.Subscribe(
                context.messageAdapter(PeerSeen.class, seen -> new Seen(seen.theirs()))));
    actors
        .beacon()
        .tell(
            new BeaconServer.SubscribeProposals(
                context.messageAdapter(ProposalReceived.class, Asked::new)));
    actors.core().tell(new CoreServer.HandOn(context.getSelf()));
    actors
        .core()
        .tell(
            new CoreServer.WatchMembers(
                context.messageAdapter(Members.class, MembersChanged::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Clustered.class, this::onClustered)
        .onMessage(Left.class, left -> onLeft())
        .onMessage(MembersChanged.class, this::onMembersChanged)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(LingeredEnough.class, enough -> letGo())
        .onMessage(Wake.class, wake -> next(reunion.onWake(now())))
        .onMessage(Seen.class, seen -> onSighting(Sighting.of(seen.theirs())))
        .onMessage(Noticed.class, noticed -> onSighting(noticed.sighting()))
        .onMessage(Probed.class, this::onProbed)
        .onMessage(Asked.class, this::onAsked)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Named.class, this::onNamed)
        .onMessage(NotNamed.class, message -> this)
        .onMessage(IslandMessage.Met.class, met -> onSighting(met.sighting()))
        .onMessage(IslandMessage.Called.class, this::onCalled)
        .onMessage(IslandMessage.Promised.class, this::onPromised)
        .onMessage(IslandMessage.End.class, this::onEnd)
        .build();
  }

  // this node's own cluster

  private Behavior<Command> onClustered(Clustered message) {
    clustered = true;
    identity = message.identity();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    return look();
  }

  private Behavior<Command> onLeft() {
    if (ending.isEmpty()) {
      timers.cancel(Tick.INSTANCE);
    }
    clustered = false;
    return look();
  }

  private Behavior<Command> onMembersChanged(MembersChanged message) {
    members = message.members();
    for (Introduction member : members.members()) {
      beacons.put(member.node().node(), member.beacon());
    }
    ticksToCall = 0;
    if (ending.isPresent() && members.members().size() <= 1) {
      letGo();
    }
    return look();
  }

  /** Looks anew at who leads and how this cluster stands. */
  private Behavior<Command> look() {
    if (clustered && leads()) {
      call();
    }
    Endpoint leadersBeacon = leads() ? setup.beacon() : beaconOf(leader().node());
    return next(reunion.onOwn(now(), standing(), leadersBeacon));
  }

  private Incarnation leader() {
    return seniority.eldest(members.dead());
  }

  private boolean leads() {
    return leader().equals(setup.self());
  }

  /** Where somebody else makes nodes members, it is not for this actor to take them out. */
  private boolean heals() {
    return setup.islands().heal() && seeks();
  }

  private boolean seeks() {
    return setup.discovery().mode() == DiscoveryMode.SEEK;
  }

  private Standing standing() {
    boolean open = clustered && heals();
    return open
        ? identity.clustered(Math.max(1, setup.snapshots().latest().activeNodes().size()))
        : new Standing(Standing.Phase.LEAVING, identity.id(), 0, identity.formedAt());
  }

  private Endpoint beaconOf(NodeId node) {
    Endpoint known = beacons.get(node);
    return known == null ? new Endpoint(node.host(), setup.discovery().peerBeaconPort()) : known;
  }

  /** Has all members say the same of this cluster. */
  private void call() {
    if (!identity.isKnown()) {
      adopt(new ClusterIdentity(1 + random.nextLong(Long.MAX_VALUE), setup.clock().instant()));
    }
    if (ticksToCall <= 0) {
      ticksToCall = TICKS_TO_CALL;
      tellOthers(new IslandMessage.Called(setup.self(), identity));
    }
  }

  private void adopt(ClusterIdentity called) {
    if (!called.equals(identity)) {
      identity = called;
      setup.actors().lifecycle().tell(new NodeLifecycle.Identified(identity));
    }
  }

  private Behavior<Command> onCalled(IslandMessage.Called called) {
    if (clustered && !leads() && called.from().equals(leader())) {
      adopt(called.identity());
    }
    return look();
  }

  private void tellOthers(IslandMessage message) {
    for (Introduction member : members.members()) {
      if (!member.node().equals(setup.self())) {
        tell(member.node(), message);
      }
    }
  }

  private void tell(Incarnation member, IslandMessage message) {
    Doorway.of(getContext().getSystem(), member.node()).tell(message);
  }

  // looking out

  private Behavior<Command> onTick() {
    ending.ifPresent(this::tellOthers);
    ticksToCall--;
    look();
    if (clustered && leads() && seeks()) {
      lookOut();
    }
    return this;
  }

  private void lookOut() {
    Set<NodeId> listed =
        setup.snapshots().latest().clusterNodes().stream()
            .map(ClusterNode::node)
            .collect(Collectors.toSet());
    beacons.keySet().retainAll(listed);
    lookout.lost(
        setup.snapshots().latest().clusterNodes().stream()
            .filter(node -> node.status() == NodeStatus.OFFLINE)
            .map(node -> beaconOf(node.node()))
            .toList());
    if (lookout.isRoundOver() && !now().isBefore(collectAt)) {
      collectAt = now().plus(setup.discovery().slowPassMin());
      collect();
    }
    DiscoverySettings settings = setup.discovery();
    for (Endpoint target : lookout.next(ownBeacons())) {
      setup
          .actors()
          .beacon()
          .tell(
              new BeaconServer.Probe(
                  target, settings.connectTimeout(), settings.helloTimeout(), onProbe));
    }
  }

  private Set<Endpoint> ownBeacons() {
    Set<Endpoint> own =
        members.members().stream().map(Introduction::beacon).collect(Collectors.toSet());
    own.add(setup.beacon());
    return own;
  }

  private void collect() {
    List<Candidates> known = new ArrayList<>(candidates.values());
    lookout.begin(known.isEmpty() ? Candidates.of(List.of()) : Candidates.all(known));
    for (int i = 0; i < setup.sources().size(); i++) {
      int source = i;
      getContext()
          .pipeToSelf(
              setup.sources().get(source).candidates(),
              (named, failure) -> failure == null ? new Named(source, named) : new NotNamed());
    }
  }

  /** The first answers are looked at now, all later ones in the next round. */
  private Behavior<Command> onNamed(Named named) {
    candidates.put(named.source(), named.candidates());
    if (lookout.isRoundOver()) {
      lookout.begin(Candidates.all(List.copyOf(candidates.values())));
    }
    return this;
  }

  private Behavior<Command> onProbed(Probed probed) {
    ProbeResult result = probed.result();
    if (result.outcome() instanceof ProbeOutcome.Answered answered) {
      Hello theirs = answered.theirs();
      return onSighting(new Sighting(theirs.node(), result.target(), theirs.standing()));
    }
    return this;
  }

  private Behavior<Command> onSighting(Sighting sighting) {
    if (!clustered || !sighting.standing().isIslandTo(identity.clustered(1))) {
      return this;
    }
    report(sighting);
    if (!leads() && told.isNews(now(), identity.id(), sighting.standing())) {
      tell(leader(), new IslandMessage.Met(sighting));
    }
    return next(reunion.onSighting(now(), sighting));
  }

  private void report(Sighting sighting) {
    Standing theirs = sighting.standing();
    if (reported.isNews(now(), identity.id(), theirs)) {
      log()
          .warn(
              "another cluster of this name was formed apart ours={} size={} theirs={} size={}"
                  + " member={} heals={}",
              Long.toHexString(identity.id()),
              standing().clusterSize(),
              Long.toHexString(theirs.clusterId()),
              theirs.clusterSize(),
              sighting.member(),
              heals());
      tellSubscribers(sighting.beacon(), theirs, false);
    }
  }

  private void tellSubscribers(Endpoint beacon, Standing theirs, boolean yields) {
    setup
        .actors()
        .core()
        .tell(
            new CoreServer.TellIsland(
                new IslandDetected(
                    beacon.toString(), theirs.clusterSize(), yields, setup.clock().instant())));
  }

  // talking with other clusters

  private Behavior<Command> onAsked(Asked asked) {
    Proposal proposal = asked.received().proposal();
    Sighting proposer = Sighting.of(proposal.proposer());
    if (clustered && proposer.standing().isIslandTo(identity.clustered(1))) {
      report(proposer);
    }
    List<ReunionEffect> effects = reunion.onProposal(now(), proposal.number(), proposer);
    for (ReunionEffect effect : effects) {
      if (effect instanceof ReunionEffect.Answer answer) {
        log()
            .info(
                "a cluster proposes to join this one member={} verdict={} ask={}",
                proposer.member(),
                answer.answer().verdict(),
                answer.answer().whom());
        setup
            .actors()
            .beacon()
            .tell(new BeaconServer.AnswerProposal(asked.received().connection(), answer.answer()));
      }
    }
    return next(effects);
  }

  private Behavior<Command> onAnswered(Answered answered) {
    ProposalResult result = answered.result();
    log().info("proposal answered answer={}", result.answer());
    return next(
        result
            .answer()
            .map(answer -> reunion.onAnswer(now(), answer))
            .orElseGet(() -> reunion.onUnanswered(now(), result.number())));
  }

  private Behavior<Command> onPromised(IslandMessage.Promised promised) {
    if (!leads() && promised.from().equals(leader())) {
      return next(reunion.onPromised(now(), promised.remaining()));
    }
    return this;
  }

  private Behavior<Command> onEnd(IslandMessage.End end) {
    if (clustered && end.clusterId() == identity.id() && heals() && isOrderedByLeader(end.from())) {
      dropOut(end);
    }
    return this;
  }

  /** A leader that has gone already is obeyed as well, unless this node has promised otherwise. */
  private boolean isOrderedByLeader(Incarnation from) {
    boolean stillLeads = !leads() && from.equals(leader());
    boolean led = from.equals(seniority.eldest(Set.of())) && !reunion.isBound(now());
    return !from.equals(setup.self()) && (stillLeads || led);
  }

  private Behavior<Command> letGo() {
    timers.cancel(LingeredEnough.INSTANCE);
    setup.actors().lifecycle().tell(NodeLifecycle.LetGo.INSTANCE);
    return this;
  }

  private Behavior<Command> next(List<ReunionEffect> effects) {
    effects.forEach(this::carryOut);
    Optional<Instant> wakeAt = reunion.wakeAt();
    if (wakeAt.isPresent()) {
      Duration delay = Duration.between(now(), wakeAt.get());
      timers.startSingleTimer(
          Wake.INSTANCE,
          Wake.INSTANCE,
          delay.compareTo(SHORTEST_TIMER) < 0 ? SHORTEST_TIMER : delay);
    } else {
      timers.cancel(Wake.INSTANCE);
    }
    return this;
  }

  private void carryOut(ReunionEffect effect) {
    if (effect instanceof ReunionEffect.Propose propose) {
      log().info("proposing to join another cluster beacon={}", propose.target());
      setup
          .actors()
          .beacon()
          .tell(
              new BeaconServer.Propose(
                  propose.number(),
                  propose.target(),
                  propose.own(),
                  setup.discovery().connectTimeout(),
                  ReunionPolicy.DEFAULT.patience(),
                  onProposal));
    } else if (effect instanceof ReunionEffect.TellPromise promise) {
      tellOthers(new IslandMessage.Promised(setup.self(), promise.remaining()));
    } else if (effect instanceof ReunionEffect.Yield end) {
      dropOut(new IslandMessage.End(setup.self(), identity.id(), end.winner(), end.standing()));
      ending.ifPresent(this::tellOthers);
      timers.startSingleTimer(LingeredEnough.INSTANCE, LingeredEnough.INSTANCE, LINGER);
    }
  }

  private void dropOut(IslandMessage.End end) {
    log()
        .warn(
            "this cluster ends in favour of another one ours={} theirs={} size={} beacon={}",
            Long.toHexString(identity.id()),
            Long.toHexString(end.standing().clusterId()),
            end.standing().clusterSize(),
            end.winner());
    tellSubscribers(end.winner(), end.standing(), true);
    boolean leading = end.from().equals(setup.self());
    if (leading) {
      ending = Optional.of(end);
    }
    // Whoever says goodbye has its roles placed elsewhere, so that the leader, who decides on that,
    // goes last.
    setup
        .actors()
        .lifecycle()
        .tell(new NodeLifecycle.Yield(new Yielded(identity.id(), end.winner()), leading));
  }

  private Instant now() {
    return monotonic.instant();
  }

  private Logger log() {
    return getContext().getLog();
  }
}
