package io.beethoven.actors.role;

import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.AllocatorMessage.TellWhenSettled;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.protocol.RoleServerMessage.AllocatorSettled;
import io.beethoven.actors.protocol.RoleServerMessage.Contacted;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Participant;
import io.beethoven.grant.ParticipantEffect;
import io.beethoven.grant.ParticipantEffect.Dead;
import io.beethoven.grant.ParticipantEffect.Forfeit;
import io.beethoven.grant.ParticipantEffect.HeldForDead;
import io.beethoven.grant.ParticipantEffect.Keep;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Retoken;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.StandIn;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.ParticipantEffect.TellVotes;
import io.beethoven.grant.ParticipantEffect.Warn;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Timing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * This node's part in the protocol of rights, carried out: runs its role instances, starts what is
 * granted or succeeded to, stops what no longer is, keeps the lease, and votes on deaths. Every
 * decision is {@link Participant}'s.
 *
 * <p>Spawned by the guardian, one per node; watches the allocator that it promised last and its
 * {@link RoleInstance}s. It is never restarted, since what it holds cannot be rebuilt: if it fails,
 * the node ends.
 */
public final class RoleServer extends AbstractBehavior<RoleServer.Command> {

  /**
   * What it understands: the messages nested here from this node, {@link RoleServerMessage} from
   * others.
   */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param registry the roles that this node can run
   * @param definitions the roles that this node defines
   * @param settings how roles are run
   * @param timing by what times leases go
   * @param running knows whether any role of this node can still run
   * @param outlook where an allocator on this node finds what it has to know
   * @param memory what is kept over a restart
   * @param clock the clocks that leases go by
   */
  public record Setup(
      Incarnation self,
      RoleRegistry registry,
      List<RoleSpec> definitions,
      RoleSettings settings,
      Timing timing,
      RolesRunning running,
      OutlookHolder outlook,
      Memory memory,
      LeaseClock clock) {

    /** Copies the list. */
    public Setup {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(registry, "registry");
      definitions = List.copyOf(definitions);
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(timing, "timing");
      Objects.requireNonNull(running, "running");
      Objects.requireNonNull(outlook, "outlook");
      Objects.requireNonNull(memory, "memory");
      Objects.requireNonNull(clock, "clock");
    }
  }

  /**
   * What is kept over a restart.
   *
   * @param restored what the last life kept
   * @param keep keeps what is given; completed when it is kept, on any thread
   */
  public record Memory(Durable restored, Function<Durable, CompletionStage<Done>> keep) {

    /** Checks the parts. */
    public Memory {
      Objects.requireNonNull(restored, "restored");
      Objects.requireNonNull(keep, "keep");
    }
  }

  /**
   * Asks to be told whether this node has a part in its cluster and runs all that is assigned to
   * it, now and at each change. There is one watcher; another one takes its place.
   *
   * @param watcher told until it ends
   */
  public record WatchReady(ActorRef<LocalRolesChanged> watcher) implements Command {}

  /**
   * Asks to be told what is known of deaths, now and at each change. There is one watcher.
   *
   * @param watcher told until it ends
   */
  public record WatchEvidence(ActorRef<? super EvidenceNews> watcher) implements Command {}

  /** What it tells of deaths. */
  public sealed interface EvidenceNews {}

  /**
   * What is known of deaths has changed.
   *
   * @param evidence what
   * @param dead who entered D just now, sorted by address
   */
  public record EvidenceChanged(Evidence evidence, List<Incarnation> dead) implements EvidenceNews {

    /** Copies the list. */
    public EvidenceChanged {
      dead = List.copyOf(dead);
    }
  }

  /**
   * Every peer has to be told this node's votes, until they are confirmed.
   *
   * @param proved whose death this node proved, the latest last
   * @param dead D, the latest last
   */
  public record VotesToTell(List<Incarnation> proved, List<Incarnation> dead)
      implements EvidenceNews {

    /** Copies the lists. */
    public VotesToTell {
      proved = List.copyOf(proved);
      dead = List.copyOf(dead);
    }
  }

  /** The other nodes hold this one for dead. */
  public record SelfHeldForDead() implements EvidenceNews {}

  /**
   * Asks to be told when an allocator has to stand in for one that is silent. There is one watcher.
   *
   * @param watcher told until it ends
   */
  public record WatchAllocator(ActorRef<StandInWanted> watcher) implements Command {}

  /** The cluster's allocator is silent or dead: this node has to start one that stands in. */
  public record StandInWanted() {}

  /**
   * The members of the cluster are others.
   *
   * @param members all that are not removed, this node included
   * @param reachable how those are reached that have said so
   */
  public record MembersChanged(Set<Incarnation> members, List<Introduction> reachable)
      implements Command {

    /** Copies the collections. */
    public MembersChanged {
      members = Set.copyOf(members);
      reachable = List.copyOf(reachable);
    }
  }

  /**
   * This node proved that a peer's process is dead.
   *
   * @param peer whose
   */
  public record Proved(Incarnation peer) implements Command {}

  /**
   * A peer told its votes.
   *
   * @param from the peer
   * @param proved whose death it proved
   * @param dead its D
   */
  public record Voted(Incarnation from, List<Incarnation> proved, List<Incarnation> dead)
      implements Command {

    /** Copies the lists. */
    public Voted {
      proved = List.copyOf(proved);
      dead = List.copyOf(dead);
    }
  }

  /**
   * A peer said goodbye.
   *
   * @param peer who
   */
  public record Departed(Incarnation peer) implements Command {}

  /**
   * The node is alone, or forms a cluster: it may run roles by itself, if the rules let it.
   *
   * @param cluster the id of the cluster that begins with it
   * @param force whether to do so even if it knew a cluster that may live elsewhere
   */
  public record Found(long cluster, boolean force) implements Command {}

  /**
   * An operator says that the voters that are silent are dead.
   *
   * @param replyTo told whom that was
   */
  public record ForceQuorum(ActorRef<QuorumForcedReply> replyTo) implements Command {}

  /**
   * Changes how often a role shall run: handed on to the allocator.
   *
   * @param role which role
   * @param count how often
   * @param replyTo told once
   */
  public record SetCount(RoleName role, int count, ActorRef<SetCountReply> replyTo)
      implements Command {}

  /**
   * Stops all instances, drops all rights, and takes none until {@link Resume}: the node is about
   * to join a cluster.
   *
   * @param replyTo told when nothing runs any more
   */
  public record StopAll(ActorRef<AllStopped> replyTo) implements Command {}

  /** The answer to {@link StopAll}: nothing runs any more. */
  public record AllStopped() {}

  /** Takes rights again. */
  public enum Resume implements Command {
    /** The only one. */
    INSTANCE
  }

  /**
   * Takes no more rights and asks the allocator to have those that are held taken over: the node is
   * leaving.
   *
   * @param timeout after which all instances are stopped without waiting for the allocator
   * @param replyTo told when nothing runs any more
   */
  public record Drain(Duration timeout, ActorRef<Drained> replyTo) implements Command {}

  /** The answer to {@link Drain}: nothing runs any more. */
  public record Drained() {}

  /**
   * Takes no more part: goodbye is said next. To be sent only when nothing runs any more.
   *
   * @param replyTo told when this node takes no more part
   */
  public record Depart(ActorRef<TakesNoPart> replyTo) implements Command {}

  /** The answer to {@link Depart}. */
  public record TakesNoPart() {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum DrainOverdue implements Command {
    INSTANCE
  }

  private enum HandOverOverdue implements Command {
    INSTANCE
  }

  private record Kept(Durable state, Optional<Throwable> failure) implements Command {}

  private enum KeepAgain implements Command {
    INSTANCE
  }

  private record AllocatorGone(ActorRef<AllocatorMessage> allocator) implements Command {}

  private record InstanceLost(Slot slot, ActorRef<RoleInstance.Command> instance)
      implements Command {}

  private record LostRunEnded(Slot slot, ActorRef<RoleInstance.Command> instance)
      implements Command {}

  /** How long a leaving node waits at most for its allocator to hand its last slots over. */
  private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(1);

  private static final String LOST = "its instance was lost";

  /** How long a keeper that failed is left alone. */
  private static final Duration KEEP_PAUSE = Duration.ofSeconds(1);

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Participant participant;
  private final RoleInstances instances;
  private final LeaseView lease;
  private final LeaseWatchdog watchdog;
  private final Map<Incarnation, ActorRef<RoleServerMessage>> peers = new TreeMap<>();
  private final List<Runnable> whenEmpty = new ArrayList<>();
  private final Outbox outbox;
  private Optional<ActorRef<AllocatorMessage>> allocator = Optional.empty();
  private Optional<ActorRef<LocalRolesChanged>> watcher = Optional.empty();
  private Optional<ActorRef<? super EvidenceNews>> evidenceWatcher = Optional.empty();
  private Optional<ActorRef<StandInWanted>> allocatorWatcher = Optional.empty();
  private Evidence told;
  private boolean ready;
  private boolean handingOver;

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RoleServer(context, timers, setup)));
  }

  private RoleServer(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    context.setLoggerName(RoleServer.class);
    this.setup = setup;
    this.timers = timers;
    this.lease = new LeaseView(setup.clock());
    this.watchdog = new LeaseWatchdog(lease);
    this.outbox = new Outbox(setup.memory().keep());
    this.instances =
        new RoleInstances(
            context,
            setup.self().node(),
            setup.registry(),
            setup.settings(),
            new RoleThreads(setup.running()),
            lease,
            InstanceLost::new);
    this.participant =
        new Participant(
            setup.self(),
            new Catalog(setup.registry().names(), setup.definitions(), List.of()),
            setup.timing(),
            setup.memory().restored(),
            lease.now());
    this.told = participant.evidence();
    setup.running().begin();
    setup.outlook().publish(participant.outlook());
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, setup.timing().contact());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Contacted.class, this::onContacted)
        .onMessage(Ordered.class, this::onOrdered)
        .onMessage(Proved.class, this::onProved)
        .onMessage(Voted.class, this::onVoted)
        .onMessage(Departed.class, this::onDeparted)
        .onMessage(MembersChanged.class, this::onMembersChanged)
        .onMessage(RoleInstance.Changed.class, this::onChanged)
        .onMessage(RoleInstance.Stopped.class, this::onStopped)
        .onMessage(RoleInstance.GaveUp.class, this::onGaveUp)
        .onMessage(InstanceLost.class, this::onInstanceLost)
        .onMessage(LostRunEnded.class, this::onLostRunEnded)
        .onMessage(WatchReady.class, this::onWatchReady)
        .onMessage(WatchEvidence.class, this::onWatchEvidence)
        .onMessage(WatchAllocator.class, this::onWatchAllocator)
        .onMessage(Found.class, this::onFound)
        .onMessage(ForceQuorum.class, this::onForceQuorum)
        .onMessage(SetCount.class, this::onSetCount)
        .onMessage(StopAll.class, this::onStopAll)
        .onMessageEquals(Resume.INSTANCE, this::onResume)
        .onMessage(Drain.class, this::onDrain)
        .onMessageEquals(DrainOverdue.INSTANCE, this::onDrainOverdue)
        .onMessage(AllocatorSettled.class, settled -> onHandedOver())
        .onMessageEquals(HandOverOverdue.INSTANCE, this::onHandedOver)
        .onMessage(Depart.class, this::onDepart)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(Kept.class, this::onKept)
        .onMessageEquals(KeepAgain.INSTANCE, this::onKeepAgain)
        .onMessage(AllocatorGone.class, this::onAllocatorGone)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  // other nodes

  private Behavior<Command> onContacted(Contacted message) {
    return carryOut(participant.contacted(message.contact(), lease.now()));
  }

  private Behavior<Command> onOrdered(Ordered message) {
    List<ParticipantEffect> effects = participant.ordered(message.order(), lease.now());
    if (effects.stream().noneMatch(RoleServer::isNack)) {
      follow(message.replyTo());
    }
    return carryOut(effects, Optional.of(message.replyTo()));
  }

  private static boolean isNack(ParticipantEffect effect) {
    return effect instanceof Reply reply && reply.answer() instanceof Answer.Nacked;
  }

  private void follow(ActorRef<AllocatorMessage> promised) {
    if (allocator.filter(promised::equals).isPresent()) {
      return;
    }
    allocator.ifPresent(getContext()::unwatch);
    allocator = Optional.of(promised);
    getContext().watchWith(promised, new AllocatorGone(promised));
    getContext()
        .getLog()
        .info("following allocator epoch={} allocator={}", participant.promised(), promised);
  }

  private Behavior<Command> onAllocatorGone(AllocatorGone message) {
    if (allocator.filter(message.allocator()::equals).isPresent()) {
      allocator = Optional.empty();
    }
    return this;
  }

  private Behavior<Command> onTick() {
    return carryOut(participant.tick(lease.now()));
  }

  // membership and evidence

  private Behavior<Command> onMembersChanged(MembersChanged message) {
    peers.clear();
    message.reachable().forEach(peer -> peers.put(peer.node(), peer.roles()));
    return carryOut(participant.members(message.members(), lease.now()));
  }

  private Behavior<Command> onProved(Proved message) {
    return carryOut(participant.proved(message.peer(), lease.now()));
  }

  private Behavior<Command> onVoted(Voted message) {
    return carryOut(
        participant.voted(message.from(), message.proved(), message.dead(), lease.now()));
  }

  private Behavior<Command> onDeparted(Departed message) {
    return carryOut(participant.departed(message.peer(), lease.now()));
  }

  private Behavior<Command> onWatchEvidence(WatchEvidence message) {
    evidenceWatcher = Optional.of(message.watcher());
    message.watcher().tell(new EvidenceChanged(told, List.of()));
    return this;
  }

  private void tellEvidence(List<ParticipantEffect> effects) {
    List<Incarnation> dead =
        effects.stream()
            .filter(Dead.class::isInstance)
            .flatMap(effect -> ((Dead) effect).nodes().stream())
            .toList();
    if (!dead.isEmpty() || !told.equals(participant.evidence())) {
      logVoters(told.voters(), participant.voters());
      told = participant.evidence();
      evidenceWatcher.ifPresent(to -> to.tell(new EvidenceChanged(told, dead)));
    }
  }

  private void logVoters(Voters before, Voters now) {
    if (!now.equals(before) && !now.isJoint()) {
      getContext()
          .getLog()
          .info("voters version={} settled={}", now.version(), now.current().voters());
    }
  }

  // instances

  private Behavior<Command> onChanged(RoleInstance.Changed event) {
    return carryOut(participant.changed(event.slot(), event.state(), lease.now()));
  }

  private Behavior<Command> onStopped(RoleInstance.Stopped event) {
    instances.forget(event.slot());
    getContext()
        .getLog()
        .info("role stopped role={} slot={}", event.slot().role(), event.slot().index());
    return carryOut(participant.stopped(event.slot(), lease.now()));
  }

  private Behavior<Command> onGaveUp(RoleInstance.GaveUp event) {
    instances.forget(event.slot());
    return gaveUp(event.slot(), event.reason());
  }

  private Behavior<Command> gaveUp(Slot slot, String reason) {
    getContext()
        .getLog()
        .warn(
            "role given up here role={} slot={} reason=\"{}\"", slot.role(), slot.index(), reason);
    return carryOut(participant.gaveUp(slot, reason, lease.now()));
  }

  /**
   * Its actors have ended and it has asked its thread to end; until that has really ended the right
   * stays held, so that nobody else gets it.
   */
  private Behavior<Command> onInstanceLost(InstanceLost message) {
    if (!instances.lost(message.slot(), message.instance())) {
      return this;
    }
    getContext()
        .getLog()
        .error(
            "role instance lost, its slot stays taken until its thread ends role={} slot={}",
            message.slot().role(),
            message.slot().index());
    getContext()
        .pipeToSelf(
            instances.lastRunEnded(message.slot()),
            (ended, failure) -> new LostRunEnded(message.slot(), message.instance()));
    return carryOut(participant.changed(message.slot(), InstanceState.RESTARTING, lease.now()));
  }

  private Behavior<Command> onLostRunEnded(LostRunEnded message) {
    if (!instances.isPresent(message.slot(), message.instance())) {
      return this;
    }
    instances.drop(message.slot());
    return gaveUp(message.slot(), LOST);
  }

  private Behavior<Command> onWatchReady(WatchReady message) {
    watcher = Optional.of(message.watcher());
    message.watcher().tell(new LocalRolesChanged(ready));
    return this;
  }

  private void publishReady() {
    boolean readyNow = participant.isAdmitted() && participant.allRunning();
    if (readyNow != ready) {
      ready = readyNow;
      watcher.ifPresent(to -> to.tell(new LocalRolesChanged(readyNow)));
    }
  }

  // the life of the node

  private Behavior<Command> onWatchAllocator(WatchAllocator message) {
    allocatorWatcher = Optional.of(message.watcher());
    return this;
  }

  private Behavior<Command> onFound(Found message) {
    carryOut(participant.found(message.cluster(), message.force(), lease.now()));
    if (!participant.mayBeAlone()) {
      getContext()
          .getLog()
          .warn(
              "this node knew a cluster and runs no roles until its voters are back voters={}"
                  + " key=beethoven.role.lone-node-roles",
              participant.voters().all());
    }
    return this;
  }

  private Behavior<Command> onForceQuorum(ForceQuorum message) {
    Collection<Incarnation> before = Set.copyOf(participant.dead());
    carryOut(participant.forceQuorum(lease.now()));
    List<Incarnation> declared =
        participant.dead().stream().filter(node -> !before.contains(node)).toList();
    getContext().getLog().warn("an operator declared voters dead nodes={}", declared);
    message
        .replyTo()
        .tell(new QuorumForcedReply(declared.stream().map(Incarnation::node).sorted().toList()));
    return this;
  }

  private Behavior<Command> onSetCount(SetCount message) {
    allocator.ifPresentOrElse(
        to ->
            to.tell(
                new AllocatorMessage.SetCount(message.role(), message.count(), message.replyTo())),
        () ->
            message
                .replyTo()
                .tell(new SetCountReply(Optional.of("no allocator is known at present"))));
    return this;
  }

  private Behavior<Command> onStopAll(StopAll message) {
    whenEmpty.add(() -> message.replyTo().tell(new AllStopped()));
    return carryOut(participant.leaveForCluster(lease.now()));
  }

  private Behavior<Command> onResume() {
    return carryOut(participant.joined(lease.now()));
  }

  private Behavior<Command> onDrain(Drain message) {
    whenEmpty.add(() -> message.replyTo().tell(new Drained()));
    handingOver = false;
    List<ParticipantEffect> effects = participant.drain(lease.now());
    if (allocator.isEmpty()) {
      carryOut(effects);
      return carryOut(participant.endDrain(lease.now()));
    }
    timers.startSingleTimer(DrainOverdue.INSTANCE, DrainOverdue.INSTANCE, message.timeout());
    return carryOut(effects);
  }

  private Behavior<Command> onDrainOverdue() {
    if (participant.slots().isEmpty()) {
      return carryOut(List.of());
    }
    getContext()
        .getLog()
        .warn("roles not taken over in time, stopping them slots={}", participant.slots());
    return carryOut(participant.endDrain(lease.now()));
  }

  private Behavior<Command> onDepart(Depart message) {
    if (participant.slots().isEmpty()) {
      depart(message);
      return this;
    }
    // Something was succeeded to in the last moment.
    whenEmpty.add(() -> depart(message));
    return carryOut(participant.endDrain(lease.now()));
  }

  private void depart(Depart message) {
    carryOut(participant.depart(lease.now()));
    message.replyTo().tell(new TakesNoPart());
  }

  /** Every actor below this one has ended; threads of roles may go on, and count by themselves. */
  private Behavior<Command> onPostStop(PostStop signal) {
    lease.set(Optional.empty());
    lease.check();
    watchdog.close();
    setup.running().end();
    return this;
  }

  // effects

  private Behavior<Command> carryOut(List<ParticipantEffect> effects) {
    return carryOut(effects, Optional.empty());
  }

  private Behavior<Command> carryOut(
      List<ParticipantEffect> effects, Optional<ActorRef<AllocatorMessage>> sender) {
    setup.outlook().publish(participant.outlook());
    for (ParticipantEffect effect : effects) {
      if (!run(effect)) {
        boolean repeated =
            effect instanceof Reply || effect instanceof Tell || effect instanceof Send;
        saying(effect, sender).ifPresent(repeated ? outbox::sayRepeated : outbox::say);
      }
    }
    tellEvidence(effects);
    publishReady();
    if (participant.slots().isEmpty() && !whenEmpty.isEmpty() && !holdsClusterBack()) {
      List<Runnable> waiting = List.copyOf(whenEmpty);
      whenEmpty.clear();
      waiting.forEach(Runnable::run);
      timers.cancel(DrainOverdue.INSTANCE);
    }
    return this;
  }

  /**
   * A node that drains and is the only voter waits for another one, as long as it may. One on which
   * the allocator runs lets it grant to others what has been freed here last.
   */
  private boolean holdsClusterBack() {
    return timers.isTimerActive(DrainOverdue.INSTANCE)
        && (!participant.mayDepart() || isHandingOver());
  }

  private boolean isHandingOver() {
    if (!handingOver && participant.reignsOverOthers()) {
      handingOver = true;
      timers.startSingleTimer(HandOverOverdue.INSTANCE, HandOverOverdue.INSTANCE, HAND_OVER_LIMIT);
      // Behind what tells the allocator that the last slot is free.
      allocator.ifPresent(
          asked ->
              outbox.say(() -> asked.tell(new TellWhenSettled(getContext().getSelf().narrow()))));
    }
    return timers.isTimerActive(HandOverOverdue.INSTANCE);
  }

  private Behavior<Command> onHandedOver() {
    timers.cancel(HandOverOverdue.INSTANCE);
    return carryOut(List.of());
  }

  /** Carries out what this node does; false if it is something to be said. */
  private boolean run(ParticipantEffect effect) {
    if (effect instanceof Start start) {
      start(start);
    } else if (effect instanceof Stop stop) {
      instances.stop(stop.slot());
    } else if (effect instanceof Forfeit forfeit) {
      forfeit(forfeit.slot());
    } else if (effect instanceof Retoken retoken) {
      instances.retoken(retoken.slot(), retoken.token());
    } else if (effect instanceof Lease changed) {
      lease.set(changed.until());
      watchdog.wake();
    } else if (effect instanceof Keep keep) {
      await(outbox.keep(keep.state()));
    } else if (effect instanceof StandIn) {
      getContext().getLog().info("the allocator is silent epoch={}", participant.promised());
      allocatorWatcher.ifPresent(to -> to.tell(new StandInWanted()));
    } else if (effect instanceof Warn warn) {
      warn.differences().forEach(this::warn);
    } else {
      return effect instanceof Dead;
    }
    return true;
  }

  private void start(Start start) {
    instances.start(start);
    getContext()
        .getLog()
        .info(
            "role starting role={} slot={} token={} cause={}",
            start.slot().role(),
            start.slot().index(),
            start.token(),
            start.cause());
  }

  private void forfeit(Slot slot) {
    instances.stop(slot);
    getContext()
        .getLog()
        .warn("role forfeited, the lease has ended role={} slot={}", slot.role(), slot.index());
  }

  private void warn(Difference difference) {
    getContext()
        .getLog()
        .warn(
            "role definition differs, the allocator's holds role={} difference=\"{}\"",
            difference.role(),
            difference.text());
  }

  // what is said waits for what has to be kept first

  private Optional<Runnable> saying(
      ParticipantEffect effect, Optional<ActorRef<AllocatorMessage>> sender) {
    if (effect instanceof Reply reply) {
      return sender.map(to -> () -> to.tell(new Answered(reply.answer())));
    } else if (effect instanceof Tell tell) {
      return allocator.map(to -> () -> to.tell(new Answered(tell.answer())));
    } else if (effect instanceof Send send) {
      return Optional.ofNullable(peers.get(send.to()))
          .map(to -> () -> to.tell(new Contacted(send.contact())));
    } else if (effect instanceof TellVotes votes) {
      return evidenceWatcher.map(
          to -> () -> to.tell(new VotesToTell(votes.proved(), votes.dead())));
    } else if (effect instanceof HeldForDead) {
      return evidenceWatcher.map(to -> () -> to.tell(new SelfHeldForDead()));
    }
    throw new IllegalArgumentException("unknown effect " + effect);
  }

  private void await(Optional<Outbox.Keeping> keeping) {
    keeping.ifPresent(
        what ->
            getContext()
                .pipeToSelf(
                    what.done(),
                    (done, failure) -> new Kept(what.state(), Optional.ofNullable(failure))));
  }

  private Behavior<Command> onKept(Kept message) {
    if (message.failure().isPresent()) {
      getContext()
          .getLog()
          .error(
              "the node's state could not be kept, so it says nothing until it can; its lease ends"
                  + " key=beethoven.state.directory reason=\"{}\"",
              message.failure().get().toString());
      timers.startSingleTimer(KeepAgain.INSTANCE, KeepAgain.INSTANCE, KEEP_PAUSE);
    } else {
      await(outbox.kept(message.state()));
    }
    return this;
  }

  private Behavior<Command> onKeepAgain() {
    await(outbox.keepNewest());
    return this;
  }
}
