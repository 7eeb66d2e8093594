package io.beethoven.actors.role;

import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One instance of a role: runs its code, starts it again with backoff when it fails, gives it up
 * when it fails too often, and stops it.
 *
 * <p>Spawned by {@link RoleServer}, one per right; watches the actor of a role that is a behavior.
 * Not restarted. There is never more than one run at a time: a run that does not end when it was
 * asked to is pressed again and again, and waited for.
 */
final class RoleInstance extends AbstractBehavior<RoleInstance.Command> {

  /** The longest text of a failure that is reported. */
  private static final int MAX_REASON_CHARS = 300;

  /** What it understands. */
  interface Command {}

  /** Stops the instance for good. Answered with {@link Stopped}. */
  enum Stop implements Command {
    INSTANCE
  }

  /** What it tells the role server. */
  sealed interface Event extends RoleServer.Command permits Changed, Stopped, GaveUp {

    /** Returns the instance's slot. */
    Slot slot();
  }

  /**
   * The instance has another state.
   *
   * @param slot its slot
   * @param state the new state
   */
  record Changed(Slot slot, InstanceState state) implements Event {}

  /**
   * Nothing of the instance runs any more, as was asked; it has ended.
   *
   * @param slot its slot
   */
  record Stopped(Slot slot) implements Event {}

  /**
   * The instance failed too often; nothing of it runs any more; it has ended.
   *
   * @param slot its slot
   * @param reason the last failure
   */
  record GaveUp(Slot slot, String reason) implements Event {}

  /**
   * What it is to run.
   *
   * @param slot in which slot
   * @param node on which node
   * @param spec its definition
   * @param implementation its code
   * @param right its right, as the role server changes it
   * @param threads starts its threads
   * @param settings when it is restarted
   */
  record Setup(
      Slot slot,
      NodeId node,
      RoleSpec spec,
      RoleImplementation implementation,
      RightState right,
      RoleThreads threads,
      RoleSettings settings) {}

  private record Entered(int run) implements Command {}

  private record SaidReady(int run) implements Command {}

  private record Ended(int run, Optional<Throwable> failure) implements Command {}

  private enum ReadyOverdue implements Command {
    INSTANCE
  }

  private enum StopOverdue implements Command {
    INSTANCE
  }

  private enum Restart implements Command {
    INSTANCE
  }

  private final Setup setup;
  private final ActorRef<Event> server;
  private final TimerScheduler<Command> timers;
  private final RestartBackoff backoff;
  private int runs;
  private Optional<Run> run = Optional.empty();
  private Optional<InstanceContext> instance = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private boolean stopping;
  private boolean ready;
  private boolean pressed;

  /**
   * Creates the behavior; it starts its first run at once.
   *
   * @param setup what it is to run
   * @param server told of what becomes of it
   * @return the behavior
   */
  static Behavior<Command> create(Setup setup, ActorRef<Event> server) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new RoleInstance(context, timers, setup, server)));
  }

  private RoleInstance(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Setup setup,
      ActorRef<Event> server) {
    super(context);
    this.timers = timers;
    this.setup = setup;
    this.server = server;
    this.backoff = new RestartBackoff(setup.settings());
    start();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Entered.class, this::onEntered)
        .onMessage(SaidReady.class, this::onSaidReady)
        .onMessage(Ended.class, this::onEnded)
        .onMessageEquals(Stop.INSTANCE, this::onStop)
        .onMessageEquals(ReadyOverdue.INSTANCE, this::onReadyOverdue)
        .onMessageEquals(StopOverdue.INSTANCE, this::onStopOverdue)
        .onMessageEquals(Restart.INSTANCE, this::onRestart)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private void start() {
    runs++;
    ready = false;
    pressed = false;
    failure = Optional.empty();
    int number = runs;
    ActorRef<Command> self = getContext().getSelf();
    InstanceContext context =
        new InstanceContext(
            setup.slot(),
            setup.node(),
            setup.spec(),
            setup.right(),
            setup.threads(),
            () -> self.tell(new SaidReady(number)));
    instance = Optional.of(context);
    timers.startSingleTimer(
        ReadyOverdue.INSTANCE, ReadyOverdue.INSTANCE, setup.spec().readyDeadline());
    if (setup.implementation() instanceof RoleImplementation.Task task) {
      run =
          Optional.of(
              new TaskRun(
                  setup.threads(),
                  setup.slot(),
                  task.factory(),
                  context,
                  () -> self.tell(new Entered(number)),
                  end -> self.tell(new Ended(number, end))));
    } else if (setup.implementation() instanceof RoleImplementation.Lifecycle lifecycle) {
      run =
          Optional.of(
              new LifecycleRun(
                  setup.threads(),
                  setup.slot(),
                  lifecycle.factory(),
                  context,
                  () -> self.tell(new Entered(number)),
                  end -> self.tell(new Ended(number, end))));
    } else {
      startActor((RoleImplementation.Actor) setup.implementation(), context, number);
    }
  }

  private void startActor(RoleImplementation.Actor actor, InstanceContext context, int number) {
    ActorRef<?> child;
    try {
      child = getContext().spawn(actor.factory().apply(context), "run-" + number);
    } catch (RuntimeException | LinkageError e) {
      getContext().getSelf().tell(new Ended(number, Optional.of(e)));
      return;
    }
    getContext().watch(child);
    run = Optional.of(new ActorRun(getContext(), child, actor.stopMessage()));
    getContext().getSelf().tell(new Entered(number));
  }

  private Behavior<Command> onEntered(Entered message) {
    if (message.run() == runs && setup.spec().readiness() == Readiness.ON_START) {
      becomeReady();
    }
    return this;
  }

  private Behavior<Command> onSaidReady(SaidReady message) {
    if (message.run() == runs && setup.spec().readiness() == Readiness.EXPLICIT) {
      becomeReady();
    }
    return this;
  }

  private void becomeReady() {
    if (!ready && !stopping && failure.isEmpty() && instance.isPresent()) {
      ready = true;
      timers.cancel(ReadyOverdue.INSTANCE);
      server.tell(new Changed(setup.slot(), InstanceState.RUNNING));
    }
  }

  private Behavior<Command> onReadyOverdue() {
    if (!ready && !stopping && instance.isPresent() && failure.isEmpty()) {
      failure = Optional.of("not ready within " + setup.spec().readyDeadline());
      endRun();
    }
    return this;
  }

  private Behavior<Command> onStop() {
    if (stopping) {
      return this;
    }
    stopping = true;
    timers.cancel(Restart.INSTANCE);
    timers.cancel(ReadyOverdue.INSTANCE);
    if (instance.isEmpty()) {
      return stopped();
    }
    endRun();
    return this;
  }

  /** Asks the present run to end, and sees to it that it does. */
  private void endRun() {
    instance.ifPresent(InstanceContext::end);
    run.ifPresent(Run::stop);
    timers.startSingleTimer(
        StopOverdue.INSTANCE, StopOverdue.INSTANCE, setup.spec().stopDeadline());
  }

  private Behavior<Command> onStopOverdue() {
    if (!pressed) {
      pressed = true;
      getContext()
          .getLog()
          .warn(
              "role does not stop, waiting role={} slot={} deadline={}",
              setup.slot().role(),
              setup.slot().index(),
              setup.spec().stopDeadline());
    }
    run.ifPresent(Run::press);
    timers.startSingleTimer(
        StopOverdue.INSTANCE, StopOverdue.INSTANCE, setup.spec().stopDeadline());
    return this;
  }

  private Behavior<Command> onChildFailed(ChildFailed signal) {
    return ended(Optional.of(signal.getCause()));
  }

  private Behavior<Command> onTerminated(Terminated signal) {
    return ended(Optional.empty());
  }

  private Behavior<Command> onEnded(Ended message) {
    return message.run() == runs ? ended(message.failure()) : this;
  }

  private Behavior<Command> ended(Optional<Throwable> thrown) {
    instance.ifPresent(InstanceContext::end);
    instance = Optional.empty();
    run = Optional.empty();
    timers.cancel(StopOverdue.INSTANCE);
    timers.cancel(ReadyOverdue.INSTANCE);
    if (stopping) {
      return stopped();
    }
    if (!setup.right().granted()) {
      return endedWithItsRight();
    }
    if (thrown.isEmpty() && failure.isEmpty() && setup.spec().oneShot()) {
      server.tell(new Changed(setup.slot(), InstanceState.COMPLETED));
      return this;
    }
    return failed(
        failure.or(() -> thrown.map(RoleInstance::describe)).orElse("it returned"), thrown);
  }

  /** No failure, and no work done either: it has seen the lease end before it was told to stop. */
  private Behavior<Command> endedWithItsRight() {
    server.tell(new Changed(setup.slot(), InstanceState.RESTARTING));
    startLater(setup.settings().restartBackoffMin());
    return this;
  }

  private void startLater(Duration pause) {
    timers.startSingleTimer(Restart.INSTANCE, Restart.INSTANCE, pause);
  }

  private Behavior<Command> failed(String reason, Optional<Throwable> thrown) {
    Optional<Duration> pause = backoff.failed(System.nanoTime());
    String restartIn = pause.map(Duration::toString).orElse("never");
    try {
      warnFailed(restartIn, reason, thrown);
    } catch (RuntimeException e) {
      // Logging a throwable calls code of whoever wrote its class.
      warnFailed(restartIn, reason, Optional.empty());
    }
    if (pause.isEmpty()) {
      server.tell(new GaveUp(setup.slot(), reason));
      return Behaviors.stopped();
    }
    server.tell(new Changed(setup.slot(), InstanceState.RESTARTING));
    startLater(pause.get());
    return this;
  }

  private void warnFailed(String restartIn, String reason, Optional<Throwable> thrown) {
    getContext()
        .getLog()
        .warn(
            "role failed role={} slot={} failures={} restartIn={} reason=\"{}\"",
            setup.slot().role(),
            setup.slot().index(),
            backoff.failures(),
            restartIn,
            reason,
            thrown.orElse(null));
  }

  private Behavior<Command> onRestart() {
    if (stopping) {
      return this;
    }
    if (setup.right().granted()) {
      server.tell(new Changed(setup.slot(), InstanceState.STARTING));
      start();
    } else {
      startLater(setup.settings().restartBackoffMin());
    }
    return this;
  }

  private Behavior<Command> stopped() {
    server.tell(new Stopped(setup.slot()));
    return Behaviors.stopped();
  }

  /** The actor system ends, orderly or not: nothing is waited for any more. */
  private Behavior<Command> onPostStop(PostStop signal) {
    instance.ifPresent(InstanceContext::end);
    run.ifPresent(Run::stop);
    return this;
  }

  /** What the role threw may be of a class of its author's, whose code must do no harm here. */
  private static String describe(Throwable thrown) {
    String text;
    try {
      text = String.valueOf(thrown.toString());
    } catch (RuntimeException | LinkageError e) {
      text = thrown.getClass().getName();
    }
    return text.length() > MAX_REASON_CHARS ? text.substring(0, MAX_REASON_CHARS) : text;
  }
}
