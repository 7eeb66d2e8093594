package io.beethoven.actors.lifecycle;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.discovery.Envoy;
import io.beethoven.actors.discovery.Locator;
import io.beethoven.actors.discovery.Locator.Decision;
import io.beethoven.actors.discovery.Locator.FormCluster;
import io.beethoven.actors.discovery.Locator.IslandSeen;
import io.beethoven.actors.discovery.Locator.JoinCluster;
import io.beethoven.actors.discovery.Locator.StayStandalone;
import io.beethoven.actors.evidence.ProofRehearsal;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.role.InstanceRehearsal;
import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.actors.settings.RoleSettings.RunAlone;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SelfRemoved;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Carries out what the {@link Locator} decides, in the order that keeps roles from running twice,
 * and takes the node out of the cluster in good order.
 *
 * <p>Spawned by the guardian; spawns the allocator of a node that is in no cluster, and starts the
 * cluster singleton once it is in one. Never restarted: if it fails, the node ends.
 */
public final class NodeLifecycle extends AbstractBehavior<NodeLifecycle.Command> {

  /** What it understands, all from this node. */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param settings the node's settings
   * @param allocators make the allocator
   * @param actors the node's other actors
   * @param snapshots tells how many nodes are online
   * @param legacy takes what the node's next life in this process has to know
   * @param clock the node's clock
   */
  public record Setup(
      Incarnation self,
      BeethovenSettings settings,
      Allocators allocators,
      Actors actors,
      SnapshotHolder snapshots,
      Legacy legacy,
      Clock clock) {}

  /**
   * How allocators are made.
   *
   * @param allocator for this node alone, or as the cluster's singleton
   * @param standIn for one that stands in for a silent singleton
   */
  public record Allocators(
      Behavior<RoleAllocator.Command> allocator, Behavior<RoleAllocator.Command> standIn) {}

  /**
   * The node's other actors.
   *
   * @param beacon told of standings, and to close
   * @param core told whether the search has ended; told of events
   * @param roles told to stop, to go on, to drain
   */
  public record Actors(
      ActorRef<BeaconServer.Command> beacon,
      ActorRef<CoreServer.Command> core,
      ActorRef<RoleServer.Command> roles) {}

  /**
   * The locator that this actor carries out the decisions of. Sent once, right after the start: the
   * two need each other.
   *
   * @param locator told what came of its decisions
   */
  public record Located(ActorRef<Locator.Command> locator) implements Command {}

  /**
   * The envoy that speaks for this node's cluster. Sent once, right after the start: the two need
   * each other.
   *
   * @param envoy told whether this node is in a cluster
   */
  public record Accredited(ActorRef<Envoy.Command> envoy) implements Command {}

  /**
   * How this node's cluster is called, by the word of the member that leads it.
   *
   * @param identity the cluster's
   */
  public record Identified(ClusterIdentity identity) implements Command {}

  /**
   * This node's cluster ends in favour of another one: stop all roles without handing them over,
   * say goodbye, and drop out, for the next life to join the other.
   *
   * @param yielded what the next life has to know
   * @param lingers whether goodbye is said only after {@link LetGo}
   */
  public record Yield(Yielded yielded, boolean lingers) implements Command {}

  /** The other members know that the cluster ends, so that this node may say goodbye. */
  public enum LetGo implements Command {
    /** The only value. */
    INSTANCE
  }

  /**
   * A decision of the locator.
   *
   * @param decision what
   */
  public record Decided(Decision decision) implements Command {}

  /**
   * Takes the node's part in roles and evidence to an end: hands the roles over, says goodbye,
   * closes the beacon. Its membership of the Pekko cluster is left to coordinated shutdown.
   *
   * @param replyTo told when all of that is done; every caller is
   */
  public record Depart(ActorRef<Done> replyTo) implements Command {}

  /**
   * The other nodes hold this one for dead: stop everything at once and drop out of the cluster.
   */
  public enum Dropped implements Command {
    /** The only value. */
    INSTANCE
  }

  private record SelfIsUp() implements Command {}

  private record SelfIsGone() implements Command {}

  private record RolesStopped() implements Command {}

  private record RolesDrained() implements Command {}

  private record TakesNoPart() implements Command {}

  private record StandIn() implements Command {}

  private record BeaconClosed() implements Command {}

  private record Happened(ClusterEvent event) implements Command {}

  private record Announced() implements Command {}

  private enum Rehearse implements Command {
    INSTANCE
  }

  private record Rehearsed(Optional<String> failure) implements Command {}

  private enum JoinTimeout implements Command {
    INSTANCE
  }

  private enum Stage {
    SEEKING,
    STANDALONE,
    FORMING,
    JOINING,
    CLUSTERED,
    LEAVING,
    LEFT
  }

  /**
   * How long the singleton waits after its former node was removed. Two allocators at once do no
   * harm, and zero would fall back to the resolver's stable-after.
   */
  private static final Duration REMOVAL_MARGIN = Duration.ofMillis(1);

  /** Joining is a busy moment; a rehearsal can wait until it is over. */
  private static final Duration REHEARSAL_DELAY = Duration.ofSeconds(1);

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final ActorRef<BeaconServer.Announced> announced;
  private final List<ActorRef<Done>> departing = new ArrayList<>();
  private Optional<ActorRef<Locator.Command>> locator = Optional.empty();
  private Optional<ActorRef<Envoy.Command>> envoy = Optional.empty();
  private Optional<ActorRef<RoleAllocator.Command>> localAllocator = Optional.empty();
  private Optional<Address> joinTarget = Optional.empty();
  private Stage stage = Stage.SEEKING;
  private ClusterIdentity identity = ClusterIdentity.NONE;
  private boolean yielding;
  private boolean lingering;
  private boolean rolesClear;
  private boolean selfUp;
  private boolean beaconClosing;

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new NodeLifecycle(context, timers, setup)));
  }

  private NodeLifecycle(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    context.setLoggerName(NodeLifecycle.class);
    this.setup = setup;
    this.timers = timers;
    this.cluster = Cluster.get(context.getSystem());
    this.announced =
        context.messageAdapter(BeaconServer.Announced.class, message -> new Announced());
    setup
        .actors()
        .core()
        .tell(new CoreServer.Subscribe(context.messageAdapter(ClusterEvent.class, Happened::new)));
    setup
        .actors()
        .roles()
        .tell(
            new RoleServer.WatchAllocator(
                context.messageAdapter(RoleServer.StandInWanted.class, wanted -> new StandIn())));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(SelfUp.class, up -> new SelfIsUp()), SelfUp.class));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(SelfRemoved.class, gone -> new SelfIsGone()),
                SelfRemoved.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Located.class, this::onLocated)
        .onMessage(Accredited.class, this::onAccredited)
        .onMessage(Identified.class, this::onIdentified)
        .onMessage(Yield.class, this::onYield)
        .onMessage(LetGo.class, this::onLetGo)
        .onMessage(Decided.class, this::onDecided)
        .onMessage(SelfIsUp.class, this::onSelfIsUp)
        .onMessage(SelfIsGone.class, this::onSelfIsGone)
        .onMessage(RolesStopped.class, this::onRolesStopped)
        .onMessage(RolesDrained.class, this::onRolesDrained)
        .onMessage(TakesNoPart.class, this::onTakesNoPart)
        .onMessage(StandIn.class, this::onStandIn)
        .onMessage(BeaconClosed.class, this::onBeaconClosed)
        .onMessage(Happened.class, this::onHappened)
        .onMessage(Announced.class, message -> this)
        .onMessage(Rehearse.class, this::onRehearse)
        .onMessage(Rehearsed.class, this::onRehearsed)
        .onMessage(JoinTimeout.class, this::onJoinTimeout)
        .onMessage(Depart.class, this::onDepart)
        .onMessage(Dropped.class, this::onDropped)
        .build();
  }

  private Behavior<Command> onLocated(Located message) {
    locator = Optional.of(message.locator());
    return this;
  }

  private Behavior<Command> onAccredited(Accredited message) {
    envoy = Optional.of(message.envoy());
    return this;
  }

  // decisions of the locator

  private Behavior<Command> onDecided(Decided message) {
    Decision decision = message.decision();
    if (decision instanceof IslandSeen island) {
      tellEnvoy(new Envoy.Noticed(Sighting.of(island.other())));
      return this;
    }
    if (isLeaving() || selfUp) {
      // On its way out, or a member already: the decision was made before the locator heard of it.
      return this;
    }
    getContext().getLog().info("decided stage={} decision={}", stage, decision);
    if (decision instanceof StayStandalone) {
      standAlone();
    } else if (decision instanceof FormCluster form) {
      form(form.clusterId());
    } else if (decision instanceof JoinCluster join) {
      join(join);
    }
    return this;
  }

  private void standAlone() {
    stage = Stage.STANDALONE;
    found();
    if (localAllocator.isEmpty()) {
      localAllocator = Optional.of(getContext().spawn(setup.allocators().allocator(), "allocator"));
    }
    setup.actors().core().tell(new CoreServer.Settled(true));
  }

  /** Runs roles by itself, or begins the cluster that others will join, where rule 4.7 allows. */
  private void found() {
    setup
        .actors()
        .roles()
        .tell(
            new RoleServer.Found(
                setup.self().uid(), setup.settings().role().loneNodeRoles() == RunAlone.ALWAYS));
  }

  /** Roles that run go on: the singleton takes them over as they are. */
  private void form(long id) {
    stage = Stage.FORMING;
    found();
    identity = new ClusterIdentity(id, setup.clock().instant());
    stopLocalAllocator();
    rolesClear = true;
    joinAt(cluster.selfMember().address());
  }

  private void join(JoinCluster decision) {
    stage = Stage.JOINING;
    identity = ClusterIdentity.of(decision.target().standing());
    stopRoles();
    NodeId target = decision.target().node().node();
    Address address =
        new Address("pekko", getContext().getSystem().name(), target.host(), target.port());
    joinTarget = Optional.of(address);
    // A role that does not stop must not keep the node between two lives for ever.
    timers.startSingleTimer(
        JoinTimeout.INSTANCE,
        setup.settings().discovery().joinTimeout().plus(setup.settings().role().drainTimeout()));
  }

  private void stopRoles() {
    stopLocalAllocator();
    rolesClear = false;
    setup.actors().core().tell(new CoreServer.Settled(false));
    setup
        .actors()
        .roles()
        .tell(
            new RoleServer.StopAll(
                getContext().messageAdapter(RoleServer.AllStopped.class, m -> new RolesStopped())));
  }

  private void stopLocalAllocator() {
    localAllocator.ifPresent(getContext()::stop);
    localAllocator = Optional.empty();
  }

  private Behavior<Command> onRolesStopped(RolesStopped message) {
    if (stage != Stage.JOINING && !isLeaving()) {
      // Too late: the join counts as failed, and roles run here again.
      return this;
    }
    rolesClear = true;
    setup.actors().core().tell(CoreServer.RolesStopped.INSTANCE);
    if (isLeaving()) {
      if (!lingering) {
        closeBeacon();
      }
    } else if (stage == Stage.JOINING) {
      joinTarget.ifPresent(this::joinAt);
      completeJoin();
    }
    return this;
  }

  private void joinAt(Address address) {
    joinTarget = Optional.empty();
    if (!selfUp) {
      timers.startSingleTimer(JoinTimeout.INSTANCE, setup.settings().discovery().joinTimeout());
      cluster.manager().tell(Join.create(address));
    }
  }

  private Behavior<Command> onSelfIsUp(SelfIsUp message) {
    selfUp = true;
    if (stage == Stage.SEEKING || stage == Stage.STANDALONE) {
      // Somebody else made this node a member, or a join that counted as failed succeeded late.
      getContext().getLog().info("became a member without a decision stage={}", stage);
      boolean ranAlone = stage == Stage.STANDALONE;
      stage = Stage.JOINING;
      if (ranAlone) {
        stopRoles();
      } else {
        // What runs already was granted by the cluster's allocator, which may be quicker than this.
        rolesClear = true;
        if (isOldest()) {
          found();
        }
      }
    }
    completeJoin();
    return this;
  }

  /** Whether somebody else's cluster began with this node. */
  private boolean isOldest() {
    Member self = cluster.selfMember();
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> member.hasRole(PekkoOverlay.MEMBER_ROLE))
        .filter(member -> !member.uniqueAddress().equals(self.uniqueAddress()))
        .noneMatch(member -> isIn(member) && member.isOlderThan(self));
  }

  private static boolean isIn(Member member) {
    return member.status().equals(MemberStatus.up())
        || member.status().equals(MemberStatus.leaving());
  }

  private void completeJoin() {
    boolean joining = stage == Stage.FORMING || stage == Stage.JOINING;
    if (!joining || !rolesClear || !selfUp) {
      return;
    }
    timers.cancel(JoinTimeout.INSTANCE);
    stage = Stage.CLUSTERED;
    getContext()
        .getLog()
        .info("clustered cluster={} self={}", Long.toHexString(identity.id()), setup.self());
    setup.actors().roles().tell(RoleServer.Resume.INSTANCE);
    startSingleton();
    tellLocator(new Locator.Joined(identity.id()));
    tellAlone();
    announceClustered();
    setup.actors().core().tell(new CoreServer.Settled(true));
    tellEnvoy(new Envoy.Clustered(identity));
    timers.startSingleTimer(Rehearse.INSTANCE, REHEARSAL_DELAY);
  }

  private Behavior<Command> onRehearse(Rehearse message) {
    ActorSystem<?> system = getContext().getSystem();
    getContext().spawnAnonymous(InstanceRehearsal.create(setup.settings().role()));
    getContext().spawnAnonymous(ProofRehearsal.create(setup.settings().evidence()));
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(
                () -> new FailoverRehearsal(system).run(),
                system.dispatchers().lookup(DispatcherSelector.blocking())),
            (done, failure) ->
                new Rehearsed(Optional.ofNullable(failure).map(Throwable::toString)));
    return this;
  }

  private Behavior<Command> onRehearsed(Rehearsed message) {
    message
        .failure()
        .ifPresent(
            failure ->
                getContext()
                    .getLog()
                    .warn("a rehearsal failed, so the first failover is slower: {}", failure));
    return this;
  }

  private void tellAlone() {
    tellLocator(new Locator.Alone(setup.snapshots().latest().mode() == ClusterMode.STANDALONE));
  }

  private void startSingleton() {
    ClusterSingletonSettings settings =
        ClusterSingletonSettings.create(getContext().getSystem())
            .withRole(PekkoOverlay.MEMBER_ROLE)
            .withRemovalMargin(REMOVAL_MARGIN);
    ClusterSingleton.get(getContext().getSystem())
        .init(
            SingletonActor.of(setup.allocators().allocator(), "beethoven-allocator")
                .withSettings(settings));
  }

  private Behavior<Command> onJoinTimeout(JoinTimeout timeout) {
    if (stage != Stage.FORMING && stage != Stage.JOINING) {
      return this;
    }
    joinTarget = Optional.empty();
    if (isMember()) {
      // Let in but never Up, as when the one that let it in died at once. Pekko ignores every later
      // join of a member, so only another life of this node can join.
      getContext()
          .getLog()
          .warn("stuck half-way into a cluster, dropping out self={}", setup.self());
      cluster.manager().tell(new Down(cluster.selfMember().address()));
      return this;
    }
    getContext()
        .getLog()
        .warn("joining failed limit={}", setup.settings().discovery().joinTimeout());
    stage = Stage.SEEKING;
    identity = ClusterIdentity.NONE;
    setup.actors().roles().tell(RoleServer.Resume.INSTANCE);
    tellLocator(new Locator.JoinFailed("not a member in time"));
    return this;
  }

  /** Before the first join Pekko says of this node that it is removed. */
  private boolean isMember() {
    return !cluster.isTerminated() && !cluster.selfMember().status().equals(MemberStatus.removed());
  }

  // what peers are told of this node

  private Behavior<Command> onHappened(Happened message) {
    ClusterEvent event = message.event();
    if (stage == Stage.CLUSTERED) {
      if (event instanceof NodeOnline || event instanceof NodeOffline) {
        announceClustered();
      } else if (event instanceof ModeChanged changed) {
        tellLocator(new Locator.Alone(changed.mode() == ClusterMode.STANDALONE));
      }
    }
    return this;
  }

  private void announceClustered() {
    if (!identity.isKnown()) {
      // Not known yet: whoever joined now would not know which cluster it is in.
      return;
    }
    int others = setup.snapshots().latest().activeNodes().size();
    announce(identity.clustered(Math.max(1, others)));
  }

  private void announce(Standing standing) {
    setup.actors().beacon().tell(new BeaconServer.Announce(standing, announced));
  }

  private Behavior<Command> onIdentified(Identified identified) {
    if (stage == Stage.CLUSTERED) {
      identity = identified.identity();
      tellLocator(new Locator.Clustered(identity.id()));
      tellAlone();
      announceClustered();
    }
    return this;
  }

  private void tellEnvoy(Envoy.Command message) {
    envoy.ifPresent(ref -> ref.tell(message));
  }

  private void tellLocator(Locator.Command message) {
    locator.ifPresent(ref -> ref.tell(message));
  }

  // leaving

  private boolean isLeaving() {
    return stage == Stage.LEAVING || stage == Stage.LEFT;
  }

  private Behavior<Command> onDepart(Depart depart) {
    if (stage == Stage.LEFT) {
      depart.replyTo().tell(Done.getInstance());
      return this;
    }
    departing.add(depart.replyTo());
    if (stage == Stage.LEAVING) {
      return this;
    }
    getContext().getLog().info("leaving stage={}", stage);
    // A node that is alone or downed has nobody to hand its roles over to.
    boolean drains = stage == Stage.CLUSTERED && !isDowned();
    beginLeaving();
    if (drains) {
      setup
          .actors()
          .roles()
          .tell(
              new RoleServer.Drain(
                  setup.settings().role().drainTimeout(),
                  getContext()
                      .messageAdapter(RoleServer.Drained.class, drained -> new RolesDrained())));
    } else {
      stopRoles();
    }
    return this;
  }

  private void beginLeaving() {
    stage = Stage.LEAVING;
    tellLocator(new Locator.Left());
    tellEnvoy(Envoy.Left.INSTANCE);
    announce(new Standing(Phase.LEAVING, identity.id(), 0, identity.formedAt()));
  }

  /** The whole cluster goes, so that there is nobody to hand roles over to. */
  private Behavior<Command> onYield(Yield message) {
    if (isLeaving()) {
      return this;
    }
    getContext().getLog().info("yielding self={} to={}", setup.self(), message.yielded().winner());
    setup.legacy().leave(message.yielded());
    yielding = true;
    lingering = message.lingers();
    beginLeaving();
    stopRoles();
    return this;
  }

  private Behavior<Command> onLetGo(LetGo message) {
    lingering = false;
    if (yielding && rolesClear) {
      closeBeacon();
    }
    return this;
  }

  private boolean isDowned() {
    return cluster.isTerminated() || cluster.selfMember().status().equals(MemberStatus.down());
  }

  private Behavior<Command> onRolesDrained(RolesDrained message) {
    closeBeacon();
    return this;
  }

  /** The beacon is the node's life sign: it goes only now that the last role has stopped. */
  private void closeBeacon() {
    stopLocalAllocator();
    if (!beaconClosing) {
      beaconClosing = true;
      setup
          .actors()
          .roles()
          .tell(
              new RoleServer.Depart(
                  getContext()
                      .messageAdapter(RoleServer.TakesNoPart.class, done -> new TakesNoPart())));
    }
  }

  /** Whoever has said goodbye gives no more credit, so that comes first. */
  private Behavior<Command> onTakesNoPart(TakesNoPart message) {
    setup
        .actors()
        .beacon()
        .tell(
            new BeaconServer.Shutdown(
                getContext().messageAdapter(Done.class, done -> new BeaconClosed())));
    return this;
  }

  private Behavior<Command> onStandIn(StandIn message) {
    if (stage == Stage.CLUSTERED && getContext().getChild("stand-in").isEmpty()) {
      getContext().getLog().info("standing in for a silent allocator");
      getContext().spawn(setup.allocators().standIn(), "stand-in");
    }
    return this;
  }

  private Behavior<Command> onBeaconClosed(BeaconClosed message) {
    getContext().getLog().info("left self={}", setup.self());
    stage = Stage.LEFT;
    departing.forEach(waiting -> waiting.tell(Done.getInstance()));
    departing.clear();
    if (yielding && !isDowned()) {
      // Leaving would have the members wait for each other; of a downed one nobody waits, and its
      // actor system ends by coordinated shutdown as soon as the others have heard of it.
      cluster.manager().tell(new Down(cluster.selfMember().address()));
    }
    return this;
  }

  private Behavior<Command> onSelfIsGone(SelfIsGone message) {
    selfUp = false;
    if (stage != Stage.LEFT && !beaconClosing) {
      // Downed, or removed while its roles were still draining: nobody will take them over from
      // here.
      getContext().getLog().warn("removed from the cluster stage={} self={}", stage, setup.self());
      stage = Stage.LEAVING;
      tellEnvoy(Envoy.Left.INSTANCE);
      stopRoles();
    }
    return this;
  }

  private Behavior<Command> onDropped(Dropped message) {
    if (!isLeaving()) {
      stopRoles();
      cluster.manager().tell(new Down(cluster.selfMember().address()));
    }
    return this;
  }
}
