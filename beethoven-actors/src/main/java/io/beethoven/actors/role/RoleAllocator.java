package io.beethoven.actors.role;

import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.allocation.Planner;
import io.beethoven.grant.Allocator;
import io.beethoven.grant.AllocatorEffect;
import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.ReignBegan;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorTimes;
import io.beethoven.grant.Order.Differ;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Decides who runs what, and orders it: compares what shall run with what the nodes report, on each
 * event and on a tick.
 *
 * <p>Spawned as the cluster's singleton, or by the guardian of a node that is in no cluster;
 * watches the {@link Members} of its own node's {@link CoreServer}. It holds nothing that it could
 * not rebuild: it starts empty and learns from what the nodes report, so a restarted one is a new
 * one. The decisions are those of {@link Allocator} and {@link Planner}.
 */
public final class RoleAllocator extends AbstractBehavior<RoleAllocator.Command> {

  /** A table that got lost is repaired after so many ticks. */
  private static final int TICKS_PER_TABLE = 10;

  /** A node that has not reported for so many ticks is asked. */
  private static final int TICKS_UNTIL_ASKED = 3;

  /** What it understands: {@link AllocatorMessage} from the nodes. */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param core this node's view of the cluster
   * @param settings how roles are allocated
   * @param clock the node's clock
   */
  public record Setup(
      Incarnation self, ActorRef<CoreServer.Command> core, RoleSettings settings, Clock clock) {

    /** Creates a setup. */
    public Setup {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(core, "core");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(clock, "clock");
    }
  }

  private record MembersChanged(Members members) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Resend implements Command {
    INSTANCE
  }

  private enum Wake implements Command {
    INSTANCE
  }

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Allocator allocator;
  private final TreeMap<Incarnation, Introduction> members = new TreeMap<>();
  private int ticks;
  private boolean publishedSinceTick;

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RoleAllocator(context, timers, setup)));
  }

  private RoleAllocator(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    this.setup = setup;
    this.timers = timers;
    RoleSettings settings = setup.settings();
    AllocatorTimes times =
        new AllocatorTimes(
            settings.orderResend(),
            settings.retryAfter(),
            settings.tick().multipliedBy(TICKS_UNTIL_ASKED),
            settings.tick());
    this.allocator =
        new Allocator(setup.self(), Planner::plan, times, new SplittableRandom(), now());
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, settings.tick());
    setup
        .core()
        .tell(
            new CoreServer.WatchMembers(
                context.messageAdapter(Members.class, MembersChanged::new)));
    context.getLog().info("allocator started epoch={}", allocator.epoch());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(MembersChanged.class, this::onMembersChanged)
        .onMessage(AllocatorMessage.class, this::onAnswer)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessageEquals(Resend.INSTANCE, this::onTime)
        .onMessageEquals(Wake.INSTANCE, this::onTime)
        .build();
  }

  private Behavior<Command> onMembersChanged(MembersChanged message) {
    Members changed = message.members();
    Set<Incarnation> before = new TreeSet<>(members.keySet());
    members.clear();
    changed.members().forEach(member -> members.put(member.node(), member));
    List<AllocatorEffect> effects =
        allocator.members(members.keySet(), changed.pending(), changed.dead(), now());
    carryOut(effects);
    if (effects.stream().noneMatch(Publish.class::isInstance)) {
      members.values().stream()
          .filter(member -> !before.contains(member.node()))
          .forEach(member -> show(member, allocator.table()));
    }
    return this;
  }

  private Behavior<Command> onAnswer(AllocatorMessage message) {
    carryOut(allocator.answered(message.answer(), now()));
    return this;
  }

  private Behavior<Command> onTick() {
    ticks++;
    if (publishedSinceTick || ticks % TICKS_PER_TABLE == 0) {
      publishedSinceTick = false;
      members.values().forEach(member -> show(member, allocator.table()));
    }
    return onTime();
  }

  private Behavior<Command> onTime() {
    carryOut(allocator.tick(now()));
    return this;
  }

  private void carryOut(List<AllocatorEffect> effects) {
    for (AllocatorEffect effect : effects) {
      if (effect instanceof Send send) {
        send(send);
      } else if (effect instanceof Publish publish) {
        publishedSinceTick = true;
        members.values().forEach(member -> show(member, publish.table()));
      } else if (effect instanceof ReignBegan began) {
        getContext().getLog().info("reign began epoch={}", began.epoch());
      } else if (effect instanceof IssuingBegan began) {
        getContext()
            .getLog()
            .info("all members reported epoch={} members={}", began.epoch(), members.keySet());
      } else if (effect instanceof Deposed deposed) {
        getContext()
            .getLog()
            .warn("higher epoch met epoch={} higher={}", deposed.epoch(), deposed.promised());
      }
    }
    scheduleWake();
  }

  private void send(Send send) {
    if (send.order() instanceof Differ differ) {
      differ
          .differences()
          .forEach(
              difference ->
                  getContext()
                      .getLog()
                      .warn(
                          "role definition differs role={} node={} difference=\"{}\"",
                          difference.role(),
                          send.to(),
                          difference.text()));
    }
    Introduction member = members.get(send.to());
    if (member != null) {
      member.roles().tell(RoleServerMessage.of(send.order(), getContext().getSelf().narrow()));
    }
  }

  private static void show(Introduction member, RoleTable table) {
    if (table.version() > 0) {
      member.core().tell(new TablePublished(table));
    }
  }

  private void scheduleWake() {
    if (allocator.awaitsAnswers() && !timers.isTimerActive(Resend.INSTANCE)) {
      timers.startSingleTimer(Resend.INSTANCE, Resend.INSTANCE, setup.settings().orderResend());
    }
    allocator
        .wakeAt()
        .ifPresent(
            at -> {
              Duration pause = Duration.between(now(), at);
              Duration least = Duration.ofMillis(1);
              timers.startSingleTimer(
                  Wake.INSTANCE, Wake.INSTANCE, pause.compareTo(least) < 0 ? least : pause);
            });
  }

  private Instant now() {
    return setup.clock().instant();
  }
}
