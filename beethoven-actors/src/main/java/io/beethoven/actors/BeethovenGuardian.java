package io.beethoven.actors;

import io.beethoven.actors.beacon.AddressClaimed;
import io.beethoven.actors.beacon.BeaconServer.BeaconFailed;
import io.beethoven.actors.beacon.BeaconTransport;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.control.ControlServer;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.control.NodeControl;
import io.beethoven.actors.discovery.Locator;
import io.beethoven.actors.lifecycle.Legacy;
import io.beethoven.actors.lifecycle.NodeLifecycle;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.membership.PeerRegistry.HeldForDead;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest.ActiveNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ClusterNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ForceQuorum;
import io.beethoven.actors.protocol.GuardianRequest.Forget;
import io.beethoven.actors.protocol.GuardianRequest.GetActiveNodes;
import io.beethoven.actors.protocol.GuardianRequest.GetClusterNodes;
import io.beethoven.actors.protocol.GuardianRequest.GetNodeStatus;
import io.beethoven.actors.protocol.GuardianRequest.GetRoles;
import io.beethoven.actors.protocol.GuardianRequest.GetSnapshot;
import io.beethoven.actors.protocol.GuardianRequest.HostingReply;
import io.beethoven.actors.protocol.GuardianRequest.Leave;
import io.beethoven.actors.protocol.GuardianRequest.LeaveReply;
import io.beethoven.actors.protocol.GuardianRequest.NodeStatusReply;
import io.beethoven.actors.protocol.GuardianRequest.RolesReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCount;
import io.beethoven.actors.protocol.GuardianRequest.SnapshotReply;
import io.beethoven.actors.protocol.GuardianRequest.Subscribe;
import io.beethoven.actors.protocol.GuardianRequest.Unsubscribe;
import io.beethoven.actors.protocol.GuardianRequest.WhoIsHosting;
import io.beethoven.actors.role.RoleRegistry;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.state.StateStores;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The one address that an embedding program needs: spawns and wires everything else, and answers
 * queries.
 *
 * <p>Spawned by the program, one per actor system, as its root or anywhere below. It is not
 * restarted: if a part of it fails, it ends its actor system by coordinated shutdown, in which the
 * node's roles stop before its beacon does. What it understands stands in {@link
 * io.beethoven.actors.protocol.GuardianRequest}; those messages may come from other nodes too.
 */
public final class BeethovenGuardian extends AbstractBehavior<BeethovenGuardian.Command> {

  /** What it understands: {@link io.beethoven.actors.protocol.GuardianRequest}. */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param settings the node's settings
   * @param registry the roles that this node can run
   * @param roles the roles that this node defines
   * @param beacon binds the beacon; called once, when the guardian starts
   * @param snapshots where the newest snapshot is put, for readers on any thread
   * @param clock the node's clock
   * @param legacy what the node's last life in this process has left, and what its next one finds
   */
  public record Setup(
      BeethovenSettings settings,
      RoleRegistry registry,
      List<RoleSpec> roles,
      Supplier<BeaconTransport> beacon,
      SnapshotHolder snapshots,
      Clock clock,
      Legacy legacy) {

    /**
     * Copies the list.
     *
     * @throws io.beethoven.error.BeethovenConfigException if the roles are too many, too long
     *     altogether, or one may take longer to stop than the node may take to leave
     */
    public Setup {
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(registry, "registry");
      roles = List.copyOf(roles);
      settings.requireValidRoles(roles);
      Objects.requireNonNull(beacon, "beacon");
      Objects.requireNonNull(snapshots, "snapshots");
      Objects.requireNonNull(clock, "clock");
      Objects.requireNonNull(legacy, "legacy");
    }

    /**
     * Creates what a guardian needs that is the node's only life in this process.
     *
     * @param settings the node's settings
     * @param registry the roles that this node can run
     * @param roles the roles that this node defines
     * @param beacon binds the beacon; called once, when the guardian starts
     * @param snapshots where the newest snapshot is put, for readers on any thread
     * @param clock the node's clock
     */
    public Setup(
        BeethovenSettings settings,
        RoleRegistry registry,
        List<RoleSpec> roles,
        Supplier<BeaconTransport> beacon,
        SnapshotHolder snapshots,
        Clock clock) {
      this(settings, registry, roles, beacon, snapshots, clock, new Legacy());
    }

    /**
     * Returns what a guardian needs whose beacon is bound, and whose state is kept, as the settings
     * say. What is kept stays locked for this process until it ends.
     *
     * @param settings the node's settings
     * @param registry the roles that this node can run
     * @param roles the roles that this node defines
     * @return the setup, with a snapshot holder of its own
     */
    public static Setup of(
        BeethovenSettings settings, RoleRegistry registry, List<RoleSpec> roles) {
      return new Setup(
          settings,
          registry,
          roles,
          () -> TcpBeaconTransport.bind(settings.beacon()),
          new SnapshotHolder(),
          Clock.systemUTC(),
          new Legacy(StateStores.open(settings, false)));
    }
  }

  /** Why Beethoven ended an actor system. */
  public enum ShutdownReason implements CoordinatedShutdown.Reason {
    /** The node was asked to leave and has left in good order. */
    LEFT,
    /** The node's cluster has ended in favour of another one. */
    YIELDED,
    /** A part of the node failed. */
    FAILED
  }

  /**
   * Why an actor system ended: another living node has this node's address.
   *
   * @param holder who, for people
   */
  public record AddressTaken(String holder) implements CoordinatedShutdown.Reason {}

  private record Departed() implements Command {}

  private record LocalRoles(LocalRolesChanged changed) implements Command {}

  private record Decided(Locator.Decision decision) implements Command {}

  private record Claimed(AddressClaimed claim) implements Command {}

  private record Failed(BeaconFailed failure) implements Command {}

  private record Dropped() implements Command {}

  private final Setup setup;
  private final Incarnation self;
  private final NodeParts parts;
  private final List<ActorRef<LeaveReply>> leaving = new ArrayList<>();
  private Optional<ControlServer> control = Optional.empty();

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new BeethovenGuardian(context, setup));
  }

  private BeethovenGuardian(ActorContext<Command> context, Setup setup) {
    super(context);
    context.setLoggerName(BeethovenGuardian.class);
    this.setup = setup;
    this.self = incarnationOf(Cluster.get(context.getSystem()).selfMember().uniqueAddress());
    this.parts =
        NodeParts.spawn(
            context,
            setup,
            self,
            new NodeParts.Listeners(
                context.messageAdapter(BeaconFailed.class, Failed::new),
                context.messageAdapter(HeldForDead.class, held -> new Dropped()),
                context.messageAdapter(LocalRolesChanged.class, LocalRoles::new),
                context.messageAdapter(Locator.Decision.class, Decided::new),
                context.messageAdapter(AddressClaimed.class, Claimed::new)));
    parts.all().forEach(context::watch);
    leaveOnShutdown();
    this.control = openControl();
    BeethovenSettings settings = setup.settings();
    context
        .getLog()
        .info(
            "node started self={} cluster={} host={} reason=\"{}\"",
            self,
            settings.clusterName(),
            settings.node().host(),
            settings.node().hostReason());
    context
        .getLog()
        .info("profile={} {}", settings.profile(), settings.bounds(setup.roles()).text());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(GetActiveNodes.class, this::onGetActiveNodes)
        .onMessage(GetClusterNodes.class, this::onGetClusterNodes)
        .onMessage(GetNodeStatus.class, this::onGetNodeStatus)
        .onMessage(GetRoles.class, this::onGetRoles)
        .onMessage(WhoIsHosting.class, this::onWhoIsHosting)
        .onMessage(GetSnapshot.class, this::onGetSnapshot)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Unsubscribe.class, this::onUnsubscribe)
        .onMessage(Forget.class, this::onForget)
        .onMessage(SetCount.class, this::onSetCount)
        .onMessage(ForceQuorum.class, this::onForceQuorum)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Departed.class, this::onDeparted)
        .onMessage(LocalRoles.class, this::onLocalRoles)
        .onMessage(Decided.class, this::onDecided)
        .onMessage(Claimed.class, this::onClaimed)
        .onMessage(Failed.class, this::onFailed)
        .onMessage(Dropped.class, this::onDropped)
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  // queries, answered from what the core server published last

  private ClusterSnapshot latest() {
    return setup.snapshots().latest();
  }

  private Behavior<Command> onGetActiveNodes(GetActiveNodes query) {
    query.replyTo().tell(new ActiveNodesReply(latest().activeNodes()));
    return this;
  }

  private Behavior<Command> onGetClusterNodes(GetClusterNodes query) {
    query.replyTo().tell(new ClusterNodesReply(latest().clusterNodes()));
    return this;
  }

  private Behavior<Command> onGetNodeStatus(GetNodeStatus query) {
    query.replyTo().tell(new NodeStatusReply(latest().mode()));
    return this;
  }

  private Behavior<Command> onGetRoles(GetRoles query) {
    query.replyTo().tell(new RolesReply(latest().roles()));
    return this;
  }

  private Behavior<Command> onWhoIsHosting(WhoIsHosting query) {
    List<NodeId> hosts =
        latest().roles().stream()
            .filter(role -> role.role().equals(query.role()))
            .findFirst()
            .map(RoleStatus::nodes)
            .orElse(List.of());
    query.replyTo().tell(new HostingReply(hosts));
    return this;
  }

  private Behavior<Command> onGetSnapshot(GetSnapshot query) {
    query.replyTo().tell(new SnapshotReply(latest()));
    return this;
  }

  private Behavior<Command> onSubscribe(Subscribe request) {
    parts.core().tell(new CoreServer.Subscribe(request.subscriber()));
    return this;
  }

  private Behavior<Command> onUnsubscribe(Unsubscribe request) {
    parts.core().tell(new CoreServer.Unsubscribe(request.subscriber()));
    return this;
  }

  private Behavior<Command> onForget(Forget request) {
    parts.core().tell(new CoreServer.Forget(request.node(), request.replyTo()));
    return this;
  }

  private Behavior<Command> onSetCount(SetCount request) {
    parts.roles().tell(new RoleServer.SetCount(request.role(), request.count(), request.replyTo()));
    return this;
  }

  private Behavior<Command> onForceQuorum(ForceQuorum request) {
    parts.roles().tell(new RoleServer.ForceQuorum(request.replyTo()));
    return this;
  }

  // what the parts tell each other through this actor, since neither could be spawned with the
  // other

  private Behavior<Command> onLocalRoles(LocalRoles message) {
    parts.core().tell(message.changed());
    return this;
  }

  private Behavior<Command> onDecided(Decided message) {
    if (message.decision() instanceof Locator.AddressTaken taken) {
      // A member has shown its address to others; a conflict that it meets later is logged.
      if (!isMember()) {
        giveWay(taken.holder());
      }
    } else {
      parts.lifecycle().tell(new NodeLifecycle.Decided(message.decision()));
    }
    return this;
  }

  private Behavior<Command> onClaimed(Claimed message) {
    AddressClaimed claim = message.claim();
    if (claim.yields()) {
      giveWay(claim.claimantText());
    } else {
      parts.core().tell(new CoreServer.AddressConflictSeen(claim));
    }
    return this;
  }

  private boolean isMember() {
    MemberStatus status = Cluster.get(getContext().getSystem()).selfMember().status();
    return !status.equals(MemberStatus.removed()) && !status.equals(MemberStatus.joining());
  }

  private void giveWay(String holder) {
    if (CoordinatedShutdown.get(getContext().getSystem()).getShutdownReason().isPresent()) {
      return;
    }
    getContext()
        .getLog()
        .error(
            "another living node has this node's address, so the node ends self={} holder=\"{}\""
                + " fix=\"give one of the two another address\"",
            self,
            holder);
    shutDown(new AddressTaken(holder));
  }

  private Behavior<Command> onDropped(Dropped message) {
    parts.lifecycle().tell(NodeLifecycle.Dropped.INSTANCE);
    return this;
  }

  // the end of the node

  private Behavior<Command> onFailed(Failed message) {
    getContext()
        .getLog()
        .error("the beacon failed, so the node ends self={} reason={}", self, message.failure());
    shutDown(ShutdownReason.FAILED);
    return this;
  }

  private Behavior<Command> onLeave(Leave request) {
    getContext().getLog().info("asked to leave self={}", self);
    leaving.add(request.replyTo());
    parts
        .lifecycle()
        .tell(
            new NodeLifecycle.Depart(
                getContext().messageAdapter(Done.class, done -> new Departed())));
    return this;
  }

  private Behavior<Command> onDeparted(Departed departed) {
    leaving.forEach(replyTo -> replyTo.tell(new LeaveReply(self.node())));
    leaving.clear();
    shutDown(ShutdownReason.LEFT);
    return this;
  }

  private void shutDown(CoordinatedShutdown.Reason reason) {
    CoordinatedShutdown.get(getContext().getSystem()).runAll(reason);
  }

  private Behavior<Command> onTerminated(Terminated ended) {
    boolean beacon = ended.getRef().path().equals(parts.beacon().path());
    if ((beacon && !leaving.isEmpty())
        || CoordinatedShutdown.get(getContext().getSystem()).getShutdownReason().isPresent()) {
      return this;
    }
    if (beacon && setup.legacy().isLeft()) {
      getContext().getLog().info("the cluster has ended, so the actor system ends self={}", self);
      shutDown(ShutdownReason.YIELDED);
      return this;
    }
    getContext()
        .getLog()
        .error("a part of the node ended, so the node ends self={} part={}", self, ended.getRef());
    shutDown(ShutdownReason.FAILED);
    return this;
  }

  private Behavior<Command> onPostStop(PostStop signal) {
    control.ifPresent(ControlServer::close);
    return this;
  }

  /** Lets roles go and says goodbye before Pekko takes the node out of the membership. */
  private void leaveOnShutdown() {
    ActorSystem<?> system = getContext().getSystem();
    ActorRef<NodeLifecycle.Command> target = parts.lifecycle();
    Duration timeout = setup.settings().lifecycle().leaveTimeout();
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "beethoven-depart",
            () -> AskPattern.ask(target, NodeLifecycle.Depart::new, timeout, system.scheduler()));
  }

  private static Incarnation incarnationOf(UniqueAddress self) {
    Address address = self.address();
    NodeId node = new NodeId(address.getHost().orElseThrow(), address.getPort().orElseThrow());
    return new Incarnation(node, self.longUid());
  }

  private Optional<ControlServer> openControl() {
    BeethovenSettings settings = setup.settings();
    if (!settings.control().enabled()) {
      return Optional.empty();
    }
    GuardianControl node =
        new GuardianControl(
            settings.clusterName(),
            setup.snapshots(),
            getContext().getSystem(),
            getContext().getSelf(),
            new SelfDescription(
                settings,
                parts.beaconEndpoint(),
                getContext().getSystem(),
                parts.core(),
                parts.beacon()),
            settings.control().answerTimeout());
    try {
      Path socket =
          ControlSocket.path(settings.control().directory(), settings.clusterName(), self.node());
      return Optional.of(ControlServer.open(settings.control(), socket, new NodeControl(node)));
    } catch (IOException | IllegalArgumentException e) {
      // Nothing else needs the endpoint, so the node goes on without it.
      getContext()
          .getLog()
          .warn(
              "control endpoint not opened key=beethoven.control.directory directory={} reason={}",
              settings.control().directory(),
              e.toString());
      return Optional.empty();
    }
  }
}
