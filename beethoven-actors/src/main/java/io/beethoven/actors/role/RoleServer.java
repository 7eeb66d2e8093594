package io.beethoven.actors.role;

import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Rights;
import io.beethoven.grant.RightsEffect;
import io.beethoven.grant.RightsEffect.Reply;
import io.beethoven.grant.RightsEffect.Retoken;
import io.beethoven.grant.RightsEffect.Start;
import io.beethoven.grant.RightsEffect.Stop;
import io.beethoven.grant.RightsEffect.Tell;
import io.beethoven.grant.RightsEffect.Warn;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Runs this node's role instances: starts what is granted, stops what is no longer, and reports
 * what really runs.
 *
 * <p>Spawned by the guardian, one per node; watches the allocator that it promised last and its
 * {@link RoleInstance}s. What it may run is decided by {@link Rights}. It is never restarted, since
 * what it holds cannot be rebuilt: if it fails, the node ends.
 */
public final class RoleServer extends AbstractBehavior<RoleServer.Command> {

  /**
   * What it understands: the messages nested here from this node, {@link RoleServerMessage} from
   * allocators.
   */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param registry the roles that this node can run
   * @param definitions the roles that this node defines
   * @param settings how roles are run
   * @param running knows whether any role of this node can still run
   */
  public record Setup(
      Incarnation self,
      RoleRegistry registry,
      List<RoleSpec> definitions,
      RoleSettings settings,
      RolesRunning running) {

    /** Copies the list. */
    public Setup {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(registry, "registry");
      definitions = List.copyOf(definitions);
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(running, "running");
    }
  }

  /**
   * Asks to be told whether all that is assigned to this node runs, now and at each change. There
   * is one watcher; another one takes its place.
   *
   * @param watcher told until it ends
   */
  public record WatchRunning(ActorRef<LocalRolesChanged> watcher) implements Command {}

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

  private enum Tick implements Command {
    INSTANCE
  }

  private enum DrainOverdue implements Command {
    INSTANCE
  }

  private record AllocatorGone(ActorRef<AllocatorMessage> allocator) implements Command {}

  private record InstanceLost(Slot slot, ActorRef<RoleInstance.Command> instance)
      implements Command {}

  private record LostRunEnded(Slot slot, ActorRef<RoleInstance.Command> instance)
      implements Command {}

  private record Instance(ActorRef<RoleInstance.Command> actor, RightState right) {}

  private static final String LOST = "its instance was lost";

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Rights rights;
  private final RoleThreads threads;
  private final Map<Slot, Instance> instances = new HashMap<>();
  private final List<Runnable> whenEmpty = new ArrayList<>();
  private Optional<ActorRef<AllocatorMessage>> allocator = Optional.empty();
  private Optional<ActorRef<LocalRolesChanged>> watcher = Optional.empty();
  private boolean allRunning = true;
  private long starts;

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
    this.setup = setup;
    this.timers = timers;
    this.threads = new RoleThreads(setup.running());
    this.rights =
        new Rights(
            setup.self(), new Catalog(setup.registry().names(), setup.definitions(), List.of()));
    setup.running().begin();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, setup.settings().tick());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(RoleServerMessage.class, this::onOrder)
        .onMessage(RoleInstance.Changed.class, this::onChanged)
        .onMessage(RoleInstance.Stopped.class, this::onStopped)
        .onMessage(RoleInstance.GaveUp.class, this::onGaveUp)
        .onMessage(InstanceLost.class, this::onInstanceLost)
        .onMessage(LostRunEnded.class, this::onLostRunEnded)
        .onMessage(WatchRunning.class, this::onWatchRunning)
        .onMessage(StopAll.class, this::onStopAll)
        .onMessageEquals(Resume.INSTANCE, this::onResume)
        .onMessage(Drain.class, this::onDrain)
        .onMessageEquals(DrainOverdue.INSTANCE, this::onDrainOverdue)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(AllocatorGone.class, this::onAllocatorGone)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private Behavior<Command> onOrder(RoleServerMessage message) {
    List<RightsEffect> effects = rights.handle(message.order());
    if (effects.stream().noneMatch(RoleServer::isNack)) {
      follow(message.replyTo());
    }
    return carryOut(effects, Optional.of(message.replyTo()));
  }

  private static boolean isNack(RightsEffect effect) {
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
        .info("following allocator epoch={} allocator={}", rights.promised(), promised);
  }

  private Behavior<Command> onAllocatorGone(AllocatorGone message) {
    if (allocator.filter(message.allocator()::equals).isPresent()) {
      allocator = Optional.empty();
    }
    return this;
  }

  private Behavior<Command> onChanged(RoleInstance.Changed event) {
    return carryOut(rights.changed(event.slot(), event.state()));
  }

  private Behavior<Command> onStopped(RoleInstance.Stopped event) {
    forget(event.slot());
    getContext()
        .getLog()
        .info("role stopped role={} slot={}", event.slot().role(), event.slot().index());
    return carryOut(rights.stopped(event.slot()));
  }

  private Behavior<Command> onGaveUp(RoleInstance.GaveUp event) {
    forget(event.slot());
    getContext()
        .getLog()
        .warn(
            "role given up here role={} slot={} reason=\"{}\"",
            event.slot().role(),
            event.slot().index(),
            event.reason());
    return carryOut(rights.gaveUp(event.slot(), event.reason()));
  }

  private void forget(Slot slot) {
    Instance instance = instances.remove(slot);
    if (instance != null) {
      instance.right().revoke();
      getContext().unwatch(instance.actor());
    }
  }

  /**
   * Its actors have ended and it has asked its thread to end; until that has really ended the right
   * stays held, so that nobody else gets it.
   */
  private Behavior<Command> onInstanceLost(InstanceLost message) {
    Instance instance = instances.get(message.slot());
    if (instance == null || !instance.actor().equals(message.instance())) {
      return this;
    }
    instance.right().revoke();
    getContext()
        .getLog()
        .error(
            "role instance lost, its slot stays taken until its thread ends role={} slot={}",
            message.slot().role(),
            message.slot().index());
    getContext()
        .pipeToSelf(
            threads.lastRunEnded(message.slot()),
            (ended, failure) -> new LostRunEnded(message.slot(), message.instance()));
    return carryOut(rights.changed(message.slot(), InstanceState.RESTARTING));
  }

  private Behavior<Command> onLostRunEnded(LostRunEnded message) {
    Instance instance = instances.get(message.slot());
    if (instance == null || !instance.actor().equals(message.instance())) {
      return this;
    }
    instances.remove(message.slot());
    getContext()
        .getLog()
        .warn(
            "role given up here role={} slot={} reason=\"{}\"",
            message.slot().role(),
            message.slot().index(),
            LOST);
    return carryOut(rights.gaveUp(message.slot(), LOST));
  }

  private Behavior<Command> onWatchRunning(WatchRunning message) {
    watcher = Optional.of(message.watcher());
    message.watcher().tell(new LocalRolesChanged(allRunning));
    return this;
  }

  private Behavior<Command> onStopAll(StopAll message) {
    whenEmpty.add(() -> message.replyTo().tell(new AllStopped()));
    return carryOut(rights.stopAll());
  }

  private Behavior<Command> onResume() {
    return carryOut(rights.resume());
  }

  private Behavior<Command> onDrain(Drain message) {
    whenEmpty.add(() -> message.replyTo().tell(new Drained()));
    List<RightsEffect> effects = rights.drain();
    if (allocator.isEmpty()) {
      carryOut(effects);
      return carryOut(rights.endDrain());
    }
    timers.startSingleTimer(DrainOverdue.INSTANCE, DrainOverdue.INSTANCE, message.timeout());
    return carryOut(effects);
  }

  private Behavior<Command> onDrainOverdue() {
    if (rights.isEmpty()) {
      return this;
    }
    getContext()
        .getLog()
        .warn("roles not taken over in time, stopping them slots={}", rights.slots());
    return carryOut(rights.endDrain());
  }

  /** Every actor below this one has ended; threads of roles may go on, and count by themselves. */
  private Behavior<Command> onPostStop(PostStop signal) {
    setup.running().end();
    return this;
  }

  private Behavior<Command> onTick() {
    if (allocator.isEmpty()) {
      return this;
    }
    return carryOut(List.of(new Tell(new Answer.Reported(rights.report()))));
  }

  private Behavior<Command> carryOut(List<RightsEffect> effects) {
    return carryOut(effects, Optional.empty());
  }

  private Behavior<Command> carryOut(
      List<RightsEffect> effects, Optional<ActorRef<AllocatorMessage>> sender) {
    for (RightsEffect effect : effects) {
      if (effect instanceof Start start) {
        start(start);
      } else if (effect instanceof Stop stop) {
        stop(stop.slot());
      } else if (effect instanceof Retoken retoken) {
        retoken(retoken);
      } else if (effect instanceof Reply reply) {
        sender.ifPresent(to -> to.tell(AllocatorMessage.of(reply.answer())));
      } else if (effect instanceof Tell tell) {
        allocator.ifPresent(to -> to.tell(AllocatorMessage.of(tell.answer())));
      } else if (effect instanceof Warn warn) {
        warn.differences().forEach(this::warn);
      }
    }
    publishRunning();
    if (rights.isEmpty() && !whenEmpty.isEmpty()) {
      whenEmpty.forEach(Runnable::run);
      whenEmpty.clear();
      timers.cancel(DrainOverdue.INSTANCE);
    }
    return this;
  }

  private void start(Start start) {
    Slot slot = start.slot();
    RightState right = new RightState(start.token());
    RoleImplementation implementation = setup.registry().find(slot.role()).orElseThrow();
    RoleInstance.Setup what =
        new RoleInstance.Setup(
            slot,
            setup.self().node(),
            start.spec(),
            implementation,
            right,
            threads,
            setup.settings());
    starts++;
    ActorRef<RoleInstance.Command> actor =
        getContext()
            .spawn(
                RoleInstance.create(what, getContext().getSelf().narrow()),
                slot.role() + "-" + slot.index() + "-" + starts);
    getContext().watchWith(actor, new InstanceLost(slot, actor));
    instances.put(slot, new Instance(actor, right));
    getContext()
        .getLog()
        .info("role starting role={} slot={} token={}", slot.role(), slot.index(), start.token());
  }

  private void stop(Slot slot) {
    Instance instance = instances.get(slot);
    if (instance != null) {
      // Before anything else, so that the role sees it at its next look, however busy this node is.
      instance.right().revoke();
      instance.actor().tell(RoleInstance.Stop.INSTANCE);
    }
  }

  private void retoken(Retoken retoken) {
    Instance instance = instances.get(retoken.slot());
    if (instance != null) {
      instance.right().retoken(retoken.token());
    }
  }

  private void warn(Difference difference) {
    getContext()
        .getLog()
        .warn(
            "role definition differs, the allocator's holds role={} difference=\"{}\"",
            difference.role(),
            difference.text());
  }

  private void publishRunning() {
    boolean running = rights.allRunning();
    if (running != allRunning) {
      allRunning = running;
      watcher.ifPresent(to -> to.tell(new LocalRolesChanged(running)));
    }
  }
}
