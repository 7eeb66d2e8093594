package io.beethoven.actors.membership;

import io.beethoven.actors.beacon.AddressClaimed;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.membership.PeerRegistry.HeldForDead;
import io.beethoven.actors.membership.PeerRegistry.PeerJoining;
import io.beethoven.actors.membership.PeerRegistry.PeerNews;
import io.beethoven.actors.membership.PeerRegistry.PeerOffline;
import io.beethoven.actors.membership.PeerRegistry.PeerOnline;
import io.beethoven.actors.membership.PeerRegistry.PeersChanged;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.AddressRefused;
import io.beethoven.actors.protocol.CoreMessage.CompareRows;
import io.beethoven.actors.protocol.CoreMessage.Introduce;
import io.beethoven.actors.protocol.CoreMessage.RowsChanged;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.GuardianRequest.ForgetReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.IslandMessage;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.actors.settings.MembershipSettings;
import io.beethoven.allocation.RoleTableDiff;
import io.beethoven.discovery.Endpoint;
import io.beethoven.grant.Bounds;
import io.beethoven.membership.ClusterView;
import io.beethoven.membership.FailoverMeter;
import io.beethoven.membership.NodeEvents;
import io.beethoven.membership.NodeRow;
import io.beethoven.membership.NodeTable;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.FailedOver;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * This node's view of the cluster: mode, node table, table of roles, event fan-out; publishes an
 * immutable snapshot.
 *
 * <p>Spawned by the guardian; spawns the {@link PeerRegistry}; watches its subscribers. It is never
 * restarted, since what it holds cannot be rebuilt: if it fails, the node ends.
 */
public final class CoreServer extends AbstractBehavior<CoreServer.Command> {

  /**
   * What it understands: the messages nested here from this node, {@link CoreMessage} from others.
   */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param beaconEndpoint where this node's beacon listens
   * @param beacon this node's beacon
   * @param roles this node's role server, which decides on deaths; handed on in introductions
   * @param guardian told when the other nodes hold this one for dead
   * @param definitions this node's own role definitions, as a table in which nothing is placed
   * @param settings how tables and evidence are kept
   * @param holder where the snapshot is put
   * @param clock the node's clock
   */
  public record Setup(
      Incarnation self,
      Endpoint beaconEndpoint,
      ActorRef<BeaconServer.Command> beacon,
      ActorRef<RoleServer.Command> roles,
      ActorRef<HeldForDead> guardian,
      RoleTable definitions,
      Settings settings,
      SnapshotHolder holder,
      Clock clock) {}

  /**
   * The settings it needs.
   *
   * @param membership how tables are kept
   * @param evidence how death is noticed
   * @param bounds how long a failover may take
   */
  public record Settings(MembershipSettings membership, EvidenceSettings evidence, Bounds bounds) {}

  /**
   * Asks for {@link Members}, now and at each change.
   *
   * @param watcher told until it ends
   */
  public record WatchMembers(ActorRef<Members> watcher) implements Command {}

  /**
   * Asks for the online peers and who holds their lines.
   *
   * @param replyTo told once
   */
  public record DescribePeers(ActorRef<PeerRegistry.Described> replyTo) implements Command {}

  /**
   * Asks for events, from now on.
   *
   * @param subscriber told until it ends
   */
  public record Subscribe(ActorRef<ClusterEvent> subscriber) implements Command {}

  /**
   * Asks for no more events.
   *
   * @param subscriber who subscribed
   */
  public record Unsubscribe(ActorRef<ClusterEvent> subscriber) implements Command {}

  /**
   * Takes an offline node off the list, here and at all peers.
   *
   * @param node which
   * @param replyTo told what came of it
   */
  public record Forget(NodeId node, ActorRef<ForgetReply> replyTo) implements Command {}

  /**
   * What this node's role server runs has changed, or its part in the cluster.
   *
   * @param ready whether this node has a part in its cluster and runs all that is assigned to it
   */
  public record LocalRolesChanged(boolean ready) implements Command {}

  /**
   * This node's beacon has refused another life at an address that is taken.
   *
   * @param claim who claims whose
   */
  public record AddressConflictSeen(AddressClaimed claim) implements Command {}

  /**
   * The guardian says whether this node has ended its search. It has not while it seeks and while
   * it joins.
   *
   * @param settled the new value
   */
  public record Settled(boolean settled) implements Command {}

  /**
   * The guardian says that this node has stopped all its roles to join a cluster: no placement
   * holds any more.
   */
  public enum RolesStopped implements Command {
    /** The only value. */
    INSTANCE
  }

  /**
   * Names the actor that is handed what other members say about clusters that were formed apart.
   *
   * @param envoy handed all of it
   */
  public record HandOn(ActorRef<? super IslandMessage> envoy) implements Command {}

  /**
   * Another cluster was met; subscribers are to be told.
   *
   * @param event what to tell them
   */
  public record TellIsland(IslandDetected event) implements Command {}

  /**
   * This node's allocator has excluded a node.
   *
   * @param node which
   * @param silent for how long it had not been heard
   */
  public record NodeExcluded(Incarnation node, Duration silent) implements Command {}

  /**
   * This node's allocator, which issues orders, says again and again of whom it is certain.
   *
   * @param members the other members that hold nothing
   */
  public record HoldingNothing(Set<Incarnation> members) implements Command {

    /** Copies the set. */
    public HoldingNothing {
      members = Set.copyOf(members);
    }
  }

  private record News(PeerNews news) implements Command {}

  private enum Tick implements Command {
    EXCHANGE
  }

  /** How many ticks a node known by hearsay may take to begin to join in this node's view. */
  private static final int STRANGER_TICKS = 60;

  private final Setup setup;
  private final ActorRef<PeerRegistry.Command> registry;
  private final Set<ActorRef<ClusterEvent>> subscribers = new LinkedHashSet<>();
  private final Set<Incarnation> present = new HashSet<>();
  private final Set<Incarnation> awaited = new HashSet<>();
  private final Map<Incarnation, Integer> strangers = new HashMap<>();
  private final AddressConflicts conflicts = new AddressConflicts();
  private List<ActorRef<CoreMessage>> peers = List.of();
  private Optional<ActorRef<? super IslandMessage>> envoy = Optional.empty();
  private ClusterView view;
  private RoleTableDiff roleChanges = RoleTableDiff.START;
  private FailoverMeter meter;
  private int exchangeTurn;

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior; narrow its reference to {@link CoreMessage} before handing it to other
   *     nodes
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      Tick.EXCHANGE, setup.settings().membership().tick());
                  return new CoreServer(context, setup);
                }));
  }

  private CoreServer(ActorContext<Command> context, Setup setup) {
    super(context);
    context.setLoggerName(CoreServer.class);
    this.setup = setup;
    present.add(setup.self());
    Bounds bounds = setup.settings().bounds();
    this.meter = new FailoverMeter(bounds.crash(), bounds.freeze());
    this.view = ClusterView.starting(setup.self(), setup.definitions(), now());
    ActorRef<CoreMessage> core = context.getSelf().narrow();
    this.registry =
        context.spawn(
            PeerRegistry.create(
                new PeerRegistry.Setup(
                    new Introduction(
                        setup.self(), setup.beaconEndpoint(), core, setup.roles().narrow()),
                    setup.settings().evidence(),
                    setup.beacon(),
                    setup.roles(),
                    context.messageAdapter(PeerNews.class, News::new))),
            "peers");
    context.watch(registry);
    setup.holder().publish(view.snapshot());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(News.class, this::onNews)
        .onMessage(Introduce.class, this::onIntroduce)
        .onMessage(RowsChanged.class, this::onRowsChanged)
        .onMessage(CompareRows.class, this::onCompareRows)
        .onMessage(TablePublished.class, this::onTablePublished)
        .onMessage(AddressConflictSeen.class, this::onAddressConflictSeen)
        .onMessage(AddressRefused.class, this::onAddressRefused)
        .onMessage(IslandMessage.class, this::onIslandMessage)
        .onMessage(HandOn.class, this::onHandOn)
        .onMessage(TellIsland.class, this::onTellIsland)
        .onMessage(NodeExcluded.class, this::onNodeExcluded)
        .onMessage(HoldingNothing.class, this::onHoldingNothing)
        .onMessage(LocalRolesChanged.class, this::onLocalRolesChanged)
        .onMessage(Settled.class, this::onSettled)
        .onMessage(RolesStopped.class, this::onRolesStopped)
        .onMessage(WatchMembers.class, this::onWatchMembers)
        .onMessage(DescribePeers.class, this::onDescribePeers)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Unsubscribe.class, this::onUnsubscribe)
        .onMessage(Forget.class, this::onForget)
        .onMessage(Tick.class, this::onTick)
        .onSignal(Terminated.class, this::onRegistryEnded)
        .build();
  }

  // what the peer registry notices

  private Behavior<Command> onNews(News message) {
    PeerNews news = message.news();
    if (news instanceof PeerJoining joining) {
      awaited.add(joining.peer());
    } else if (news instanceof PeerOnline online) {
      awaited.remove(online.peer());
      present.add(online.peer());
      meter = meter.returned(online.peer().node());
      changeAndTell(view.nodes().online(online.peer(), now()));
    } else if (news instanceof PeerOffline offline) {
      awaited.remove(offline.peer());
      present.remove(offline.peer());
      changeAndTell(view.nodes().offline(offline.peer(), offline.cause(), now()));
    } else if (news instanceof PeersChanged changed) {
      peers = changed.cores();
      changed.introduced().ifPresent(this::tellRows);
    } else if (news instanceof HeldForDead held) {
      setup.guardian().tell(held);
    }
    return this;
  }

  private Behavior<Command> onIntroduce(Introduce message) {
    Introduction theirs = message.introduction();
    if (message.answer()) {
      ActorRef<CoreMessage> core = getContext().getSelf().narrow();
      Introduction ours =
          new Introduction(setup.self(), setup.beaconEndpoint(), core, setup.roles().narrow());
      theirs.core().tell(new Introduce(ours, false));
    }
    registry.tell(new PeerRegistry.Introduced(theirs));
    return this;
  }

  private Behavior<Command> onIslandMessage(IslandMessage message) {
    envoy.ifPresent(ref -> ref.tell(message));
    return this;
  }

  private Behavior<Command> onHandOn(HandOn message) {
    envoy = Optional.of(message.envoy());
    return this;
  }

  private Behavior<Command> onTellIsland(TellIsland message) {
    raise(message.event());
    return this;
  }

  private Behavior<Command> onWatchMembers(WatchMembers watch) {
    registry.tell(new PeerRegistry.WatchMembers(watch.watcher()));
    return this;
  }

  private Behavior<Command> onDescribePeers(DescribePeers describe) {
    registry.tell(new PeerRegistry.Describe(describe.replyTo()));
    return this;
  }

  // the node table, exchanged with peers

  /**
   * What this node sees itself holds over hearsay: a member is offline when this node notices, not
   * before.
   */
  private Behavior<Command> onRowsChanged(RowsChanged message) {
    List<NodeRow> credible =
        message.rows().stream()
            .filter(row -> row.offline().isEmpty() || !present.contains(row.incarnation()))
            .toList();
    NodeTable merged =
        view.nodes().merge(credible, now(), setup.settings().membership().forgetAfter());
    change(view.withNodes(merged));
    return this;
  }

  private Behavior<Command> onCompareRows(CompareRows message) {
    if (message.digest() != view.nodes().digest()) {
      tellRows(message.replyTo());
    }
    return this;
  }

  private Behavior<Command> onTick(Tick tick) {
    change(view.withNodes(view.nodes().expire(now(), setup.settings().membership().forgetAfter())));
    dropStrangers();
    if (!peers.isEmpty()) {
      exchangeTurn = (exchangeTurn + 1) % peers.size();
      ActorRef<CoreMessage> core = getContext().getSelf().narrow();
      peers.get(exchangeTurn).tell(new CompareRows(view.nodes().digest(), core));
    }
    return this;
  }

  /**
   * Rows of nodes that came by hearsay, and that never became members in this node's view. A life
   * that is called offline never comes back, so one that is joining is left alone.
   */
  private void dropStrangers() {
    Set<Incarnation> unseen =
        view.nodes().rows().values().stream()
            .filter(row -> row.offline().isEmpty())
            .map(NodeRow::incarnation)
            .filter(node -> !present.contains(node) && !awaited.contains(node))
            .collect(Collectors.toSet());
    strangers.keySet().retainAll(unseen);
    for (Incarnation stranger : unseen) {
      if (strangers.merge(stranger, 1, Integer::sum) > STRANGER_TICKS) {
        changeAndTell(view.nodes().offline(stranger, OfflineCause.REMOVED, now()));
      }
    }
  }

  private Behavior<Command> onForget(Forget forget) {
    try {
      changeAndTell(view.nodes().forget(forget.node()));
      forget.replyTo().tell(new ForgetReply(Optional.empty()));
    } catch (IllegalArgumentException e) {
      forget.replyTo().tell(new ForgetReply(Optional.of(String.valueOf(e.getMessage()))));
    }
    return this;
  }

  private void changeAndTell(NodeTable changed) {
    Collection<NodeRow> rows = changed.changedSince(view.nodes());
    change(view.withNodes(changed));
    RowsChanged.of(rows).forEach(message -> peers.forEach(peer -> peer.tell(message)));
  }

  private void tellRows(ActorRef<CoreMessage> peer) {
    RowsChanged.of(view.nodes().rows().values()).forEach(peer::tell);
  }

  // address conflicts: the node that refuses tells all, so that the holder hears of it, too

  private Behavior<Command> onAddressConflictSeen(AddressConflictSeen message) {
    AddressClaimed claim = message.claim();
    AddressRefused refused =
        new AddressRefused(
            claim.holder(), claim.holderText(), claim.claimant(), claim.claimantText());
    if (conflicts.isNews(refused)) {
      peers.forEach(peer -> peer.tell(refused));
      warn(refused);
    }
    return this;
  }

  private Behavior<Command> onAddressRefused(AddressRefused refused) {
    if (conflicts.isNews(refused)) {
      if (refused.holder().equals(setup.self())) {
        warn(refused);
      } else {
        raise(conflicts.event(refused, now()));
      }
    }
    return this;
  }

  private void warn(AddressRefused refused) {
    getContext()
        .getLog()
        .warn(
            "address conflict: a second node claims the address of a living one and is not let in;"
                + " holder=\"{}\" claimant=\"{}\"",
            refused.holderText(),
            refused.claimantText());
    raise(conflicts.event(refused, now()));
  }

  // roles and readiness

  private Behavior<Command> onTablePublished(TablePublished message) {
    if (message.table().isNewerThan(view.roles())) {
      change(view.withRoles(message.table()));
      meter = meter.published(message.table());
    }
    return this;
  }

  private Behavior<Command> onRolesStopped(RolesStopped stopped) {
    change(view.withRoles(view.roles().withNothingPlaced()));
    return this;
  }

  private Behavior<Command> onLocalRolesChanged(LocalRolesChanged changed) {
    change(view.withRolesReady(changed.ready()));
    return this;
  }

  private Behavior<Command> onSettled(Settled settled) {
    change(view.withSettled(settled.settled()));
    return this;
  }

  private void change(ClusterView changed) {
    if (changed.equals(view)) {
      return;
    }
    ClusterView before = view;
    view = changed;
    setup.holder().publish(view.snapshot());
    NodeEvents.between(before.shownNodes(), view.shownNodes()).forEach(this::raise);
    if (before.mode() != view.mode()) {
      raise(new ModeChanged(view.mode(), now()));
    }
    if (!before.roles().equals(view.roles())) {
      roleChanges.eventsOf(view.roles(), now()).forEach(this::raiseRoleEvent);
      roleChanges = roleChanges.with(view.roles());
    }
  }

  private void raiseRoleEvent(ClusterEvent event) {
    raise(event);
    if (event instanceof RoleMoved moved) {
      meter.measure(moved, view.nodes()).ifPresent(this::raiseMeasured);
    }
  }

  private void raiseMeasured(FailedOver measured) {
    raise(measured);
    if (!measured.withinBound()) {
      getContext()
          .getLog()
          .warn(
              "a failover took longer than its bound role={} slot={} took={} bound={}",
              measured.role(),
              measured.slot(),
              measured.took(),
              measured.bound());
    }
  }

  private Behavior<Command> onNodeExcluded(NodeExcluded excluded) {
    meter = meter.excluded(excluded.node().node(), now().minus(excluded.silent()));
    return this;
  }

  private Behavior<Command> onHoldingNothing(HoldingNothing message) {
    registry.tell(new PeerRegistry.HoldingNothing(message.members()));
    return this;
  }

  private void raise(ClusterEvent event) {
    getContext().getLog().info("cluster event={}", event);
    subscribers.forEach(subscriber -> subscriber.tell(event));
  }

  // subscriptions

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    if (subscribers.add(subscribe.subscriber())) {
      getContext().watchWith(subscribe.subscriber(), new Unsubscribe(subscribe.subscriber()));
    }
    return this;
  }

  private Behavior<Command> onUnsubscribe(Unsubscribe unsubscribe) {
    if (subscribers.remove(unsubscribe.subscriber())) {
      getContext().unwatch(unsubscribe.subscriber());
    }
    return this;
  }

  private Behavior<Command> onRegistryEnded(Terminated ended) {
    throw new IllegalStateException("the peer registry ended: the node cannot go on");
  }

  private Instant now() {
    return setup.clock().instant();
  }
}
