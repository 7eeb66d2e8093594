package io.beethoven.actors.discovery;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.Announced;
import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Finding;
import io.beethoven.discovery.SeekEffect;
import io.beethoven.discovery.SeekPolicy;
import io.beethoven.discovery.Seeker;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Finds peers and decides whether this node stays alone, forms a cluster, or joins one. The
 * guardian carries the decisions out and says what came of them.
 *
 * <p>Spawned by the guardian once the beacon listens; it begins to seek at once. The standing that
 * the beacon tells peers has one owner at a time: the locator announces SEEKING, STANDALONE,
 * FORMING and JOINING; from a {@link FormCluster} or {@link JoinCluster} decision until {@link
 * JoinFailed} it announces nothing, and the guardian announces CLUSTERED and LEAVING.
 *
 * <p>It watches nobody and keeps what it knows in a {@link Seeker}. It is not to be restarted: a
 * new one would not know whether the node is in a cluster.
 */
public final class Locator extends AbstractBehavior<Locator.Command> {

  private static final Duration RECHECK = Duration.ofMillis(150);
  private static final Duration ISLAND_REPEAT = Duration.ofMinutes(5);

  /** How long a node does not return to a cluster that has ended. */
  private static final Duration SHUN = Duration.ofSeconds(30);

  private static final Duration SHORTEST_TIMER = Duration.ofMillis(1);
  private static final String WAKE = "wake";
  private static final String SOURCES = "sources";

  /**
   * What it is given.
   *
   * @param self this life of this node
   * @param beacon where its beacon listens; never probed
   * @param settings how peers are found
   * @param sources who names candidates; none means that peers are met only when they call
   * @param beaconServer sends probes, announces, and tells of inbound hellos
   * @param replyTo told the decisions
   * @param yielded what this node's last life has left, where its cluster had ended in favour of
   *     another one
   */
  public record Dependencies(
      Incarnation self,
      Endpoint beacon,
      DiscoverySettings settings,
      List<CandidateSource> sources,
      ActorRef<BeaconServer.Command> beaconServer,
      ActorRef<Decision> replyTo,
      Optional<Yielded> yielded) {

    /** Copies the list, and adds where the other cluster was met. */
    public Dependencies {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(beacon, "beacon");
      Objects.requireNonNull(settings, "settings");
      List<CandidateSource> all = new ArrayList<>(sources);
      yielded.ifPresent(left -> all.add(new FixedListSource(List.of(left.winner()))));
      sources = List.copyOf(all);
      Objects.requireNonNull(beaconServer, "beaconServer");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /** What it decides; told to the guardian. */
  public sealed interface Decision {}

  /**
   * Nobody was found: run the roles alone. Told once after each time that seeking began; seeking
   * goes on slowly.
   */
  public record StayStandalone() implements Decision {}

  /**
   * Form a cluster by joining oneself; roles that run go on. FORMING is announced already. The
   * guardian answers with {@link Joined} or {@link JoinFailed}.
   *
   * @param clusterId the new cluster's id, never 0
   */
  public record FormCluster(long clusterId) implements Decision {}

  /**
   * Stop the roles and join a peer's cluster. JOINING is announced already. The guardian answers
   * with {@link Joined} or {@link JoinFailed}.
   *
   * @param target a member of the cluster
   */
  public record JoinCluster(Hello target) implements Decision {}

  /**
   * Another cluster of the same name exists, which is the {@link Envoy}'s affair. Told once per
   * cluster in a few minutes.
   *
   * @param other a member of that cluster
   */
  public record IslandSeen(Hello other) implements Decision {}

  /**
   * This node's address is taken: a beacon refused it for that. Told at each such refusal.
   *
   * @param beacon whose beacon
   * @param holder who has the address, for people
   */
  public record AddressTaken(Endpoint beacon, String holder) implements Decision {}

  /** What it understands. */
  public sealed interface Command {}

  /**
   * The decision was carried out: this node is a member.
   *
   * @param clusterId of this cluster
   */
  public record Joined(long clusterId) implements Command {}

  /**
   * The decision could not be carried out: this node is a member of no cluster. The target is left
   * alone for a while and seeking begins anew.
   *
   * @param reason for the log
   */
  public record JoinFailed(String reason) implements Command {}

  /**
   * This node has become a member by somebody else's doing.
   *
   * @param clusterId of this cluster
   */
  public record Clustered(long clusterId) implements Command {}

  /** This node is on its way out of its cluster, or ends: it seeks no more. */
  public record Left() implements Command {}

  /**
   * Whether this node is its cluster's only one, which lets it go on looking slowly. Ignored while
   * it is in no cluster.
   *
   * @param alone true if no other member is online
   */
  public record Alone(boolean alone) implements Command {}

  private record Answered(ProbeResult result) implements Command {}

  private record Called(PeerSeen call) implements Command {}

  private record InForce(Announced announced) implements Command {}

  private record Woken() implements Command {}

  private record SourceAnswered(int round, int source, Candidates candidates) implements Command {}

  private record SourceFailed(int round, int source, String reason) implements Command {}

  private record SourcesLate(int round) implements Command {}

  /**
   * Creates a locator.
   *
   * @param dependencies what it is given
   * @return its behavior
   */
  public static Behavior<Command> create(Dependencies dependencies) {
    long origin = System.nanoTime();
    return create(
        dependencies,
        () -> Instant.EPOCH.plusNanos(System.nanoTime() - origin),
        new SplittableRandom(dependencies.self().uid() ^ origin));
  }

  /**
   * Creates a locator of a node that somebody else brings into a cluster: it looks for nobody and
   * decides nothing.
   *
   * @return its behavior
   */
  public static Behavior<Command> idle() {
    return Behaviors.receive(Command.class).onAnyMessage(ignored -> Behaviors.same()).build();
  }

  static Behavior<Command> create(
      Dependencies dependencies, InstantSource clock, RandomGenerator random) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Locator(context, timers, dependencies, clock, random)));
  }

  private final TimerScheduler<Command> timers;
  private final Dependencies dependencies;
  private final InstantSource clock;
  private final Seeker seeker;
  private final SourceAnswers answers;
  private final ActorRef<ProbeResult> onProbe;
  private final ActorRef<Announced> onAnnounced;

  private Locator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Dependencies dependencies,
      InstantSource clock,
      RandomGenerator random) {
    super(context);
    this.timers = timers;
    this.dependencies = dependencies;
    this.clock = clock;
    this.seeker =
        new Seeker(
            dependencies.self(), dependencies.beacon(), policy(dependencies.settings()), random);
    this.answers = new SourceAnswers(dependencies.sources().size());
    this.onProbe = context.messageAdapter(ProbeResult.class, Answered::new);
    this.onAnnounced = context.messageAdapter(Announced.class, InForce::new);
    dependencies
        .beaconServer()
        .tell(new BeaconServer.Subscribe(context.messageAdapter(PeerSeen.class, Called::new)));
    dependencies
        .yielded()
        .ifPresent(left -> seeker.shun(left.clusterId(), clock.instant().plus(SHUN)));
    log()
        .info(
            "event=seeking node={} sources={}",
            dependencies.self(),
            dependencies.sources().stream().map(CandidateSource::describe).toList());
    carryOut(seeker.start(clock.instant()));
  }

  private static SeekPolicy policy(DiscoverySettings settings) {
    return new SeekPolicy(
        settings.probes(),
        settings.connectTimeout(),
        settings.helloTimeout(),
        settings.passes(),
        settings.backoffMin(),
        settings.backoffMax(),
        settings.settle(),
        settings.slowPassMin(),
        settings.slowPassMax(),
        RECHECK,
        settings.formationTimeout(),
        settings.joinTimeout(),
        ISLAND_REPEAT);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Joined.class, joined -> onClustered(joined.clusterId()))
        .onMessage(Clustered.class, clustered -> onClustered(clustered.clusterId()))
        .onMessage(JoinFailed.class, this::onJoinFailed)
        .onMessage(Left.class, left -> onLeft())
        .onMessage(Alone.class, alone -> next(seeker.onAlone(clock.instant(), alone.alone())))
        .onMessage(Answered.class, answered -> onAnswered(answered.result()))
        .onMessage(Called.class, this::onCalled)
        .onMessage(InForce.class, this::onInForce)
        .onMessage(Woken.class, woken -> next(seeker.onWake(clock.instant())))
        .onMessage(SourceAnswered.class, this::onSourceAnswered)
        .onMessage(SourceFailed.class, this::onSourceFailed)
        .onMessage(SourcesLate.class, this::onSourcesLate)
        .build();
  }

  private Behavior<Command> onClustered(long clusterId) {
    return next(seeker.onClustered(clock.instant(), clusterId));
  }

  private Behavior<Command> onJoinFailed(JoinFailed failed) {
    log().warn("event=join-failed reason=\"{}\"", failed.reason());
    return next(seeker.onJoinFailed(clock.instant()));
  }

  private Behavior<Command> onLeft() {
    timers.cancel(SOURCES);
    return next(seeker.onLeft(clock.instant()));
  }

  private Behavior<Command> onCalled(Called called) {
    return next(seeker.onPeerSeen(clock.instant(), called.call().theirs()));
  }

  private Behavior<Command> onInForce(InForce inForce) {
    return next(seeker.onAnnounced(clock.instant(), inForce.announced().standing()));
  }

  private Behavior<Command> onAnswered(ProbeResult result) {
    log().debug("event=probed target={} outcome={}", result.target(), result.outcome());
    if (result.outcome() instanceof ProbeOutcome.Rejected rejected) {
      onRejected(result.target(), rejected.refusal());
    }
    return next(seeker.onFinding(clock.instant(), result.target(), finding(result.outcome())));
  }

  private static Finding finding(ProbeOutcome outcome) {
    if (outcome instanceof ProbeOutcome.Answered answered) {
      return new Finding.Answered(answered.theirs());
    }
    if (outcome instanceof ProbeOutcome.Rejected rejected) {
      return rejected.refusal().reason() == RefusalReason.TOO_MANY
          ? new Finding.Busy()
          : new Finding.Stranger();
    }
    if (outcome instanceof ProbeOutcome.Mute) {
      return new Finding.Mute();
    }
    return outcome instanceof ProbeOutcome.Refused ? new Finding.Refused() : new Finding.Silent();
  }

  /**
   * A refusal that this node made of a hello names it alone; one that it was told its beacon, too.
   */
  private void onRejected(Endpoint target, Refusal refusal) {
    boolean told = !refusal.theirs().equals(dependencies.self().toString());
    if (refusal.reason() == RefusalReason.SAME_ADDRESS && told) {
      decide(new AddressTaken(target, refusal.ours()));
    }
  }

  private Behavior<Command> onSourceAnswered(SourceAnswered answered) {
    if (answered.candidates().size() > Candidates.MAX_SIZE) {
      String reason =
          "candidates must be at most "
              + Candidates.MAX_SIZE
              + ", were "
              + answered.candidates().size();
      return onSourceFailed(new SourceFailed(answered.round(), answered.source(), reason));
    }
    answers.answered(answered.round(), answered.source(), answered.candidates());
    return passIfComplete();
  }

  private Behavior<Command> onSourceFailed(SourceFailed failed) {
    if (answers.failed(failed.round(), failed.source())) {
      logFailing(failed.source(), failed.reason());
    }
    return passIfComplete();
  }

  private Behavior<Command> onSourcesLate(SourcesLate late) {
    answers.giveUp(late.round()).forEach(source -> logFailing(source, "no answer in time"));
    return passIfComplete();
  }

  /** Once, until it answers again. */
  private void logFailing(int source, String reason) {
    log()
        .warn(
            "event=source-failed source=\"{}\" reason=\"{}\"",
            dependencies.sources().get(source).describe(),
            reason);
  }

  private Behavior<Command> passIfComplete() {
    Optional<Candidates> candidates = answers.takeComplete();
    if (candidates.isPresent()) {
      timers.cancel(SOURCES);
      return next(seeker.onCandidates(clock.instant(), candidates.get()));
    }
    return this;
  }

  private Behavior<Command> next(List<SeekEffect> effects) {
    carryOut(effects);
    return this;
  }

  private void carryOut(List<SeekEffect> effects) {
    effects.forEach(this::carryOut);
    Optional<Instant> wakeAt = seeker.wakeAt();
    if (wakeAt.isPresent()) {
      Duration delay = Duration.between(clock.instant(), wakeAt.get());
      timers.startSingleTimer(
          WAKE, new Woken(), delay.compareTo(SHORTEST_TIMER) < 0 ? SHORTEST_TIMER : delay);
    } else {
      timers.cancel(WAKE);
    }
  }

  private void carryOut(SeekEffect effect) {
    if (effect instanceof SeekEffect.Probe probe) {
      DiscoverySettings settings = dependencies.settings();
      tellBeacon(
          new BeaconServer.Probe(
              probe.target(), settings.connectTimeout(), settings.helloTimeout(), onProbe));
    } else if (effect instanceof SeekEffect.CollectCandidates) {
      collectCandidates();
    } else if (effect instanceof SeekEffect.Announce announce) {
      tellBeacon(new BeaconServer.Announce(announce.standing(), onAnnounced));
    } else if (effect instanceof SeekEffect.PassEnded pass) {
      logPass(pass);
    } else if (effect instanceof SeekEffect.Following following) {
      log().info("event=following leader={}", following.leader().node());
    } else if (effect instanceof SeekEffect.StayStandalone) {
      log().info("event=standalone");
      decide(new StayStandalone());
    } else if (effect instanceof SeekEffect.FormCluster form) {
      log().info("event=form-cluster id={}", Long.toHexString(form.clusterId()));
      decide(new FormCluster(form.clusterId()));
    } else if (effect instanceof SeekEffect.JoinCluster join) {
      Hello target = join.target();
      log()
          .info(
              "event=join-cluster target={} id={} size={}",
              target.node(),
              Long.toHexString(target.standing().clusterId()),
              target.standing().clusterSize());
      decide(new JoinCluster(target));
    } else if (effect instanceof SeekEffect.IslandSeen island) {
      Hello other = island.other();
      log()
          .debug(
              "event=island-seen member={} id={} size={}",
              other.node(),
              Long.toHexString(other.standing().clusterId()),
              other.standing().clusterSize());
      decide(new IslandSeen(other));
    }
  }

  /** The first of a search tells how wide it is and how long it takes; the others are alike. */
  private void logPass(SeekEffect.PassEnded pass) {
    log()
        .atLevel(pass.number() == 1 ? Level.INFO : Level.DEBUG)
        .log(
            "event=pass number={} probes={} took_ms={}",
            pass.number(),
            pass.probes(),
            pass.took().toMillis());
  }

  private void collectCandidates() {
    int round = answers.begin();
    List<CandidateSource> sources = dependencies.sources();
    for (int i = 0; i < sources.size(); i++) {
      int source = i;
      getContext()
          .pipeToSelf(
              candidates(sources.get(source)),
              (candidates, failure) ->
                  failure == null
                      ? new SourceAnswered(round, source, candidates)
                      : new SourceFailed(round, source, failure.toString()));
    }
    timers.startSingleTimer(
        SOURCES, new SourcesLate(round), dependencies.settings().helloTimeout());
    passIfComplete();
  }

  private static CompletionStage<Candidates> candidates(CandidateSource source) {
    try {
      return source.candidates();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void tellBeacon(BeaconServer.Command command) {
    dependencies.beaconServer().tell(command);
  }

  private void decide(Decision decision) {
    dependencies.replyTo().tell(decision);
  }

  private Logger log() {
    return getContext().getLog();
  }
}
