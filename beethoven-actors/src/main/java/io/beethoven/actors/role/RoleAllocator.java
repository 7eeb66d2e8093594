package io.beethoven.actors.role;

import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.AllocatorMessage.TellWhenSettled;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage.AllocatorSettled;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.allocation.Planner;
import io.beethoven.grant.Allocator;
import io.beethoven.grant.AllocatorEffect;
import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.grant.AllocatorEffect.Excluded;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.LeaseLost;
import io.beethoven.grant.AllocatorEffect.NoLongerNeeded;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.ReignBegan;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.Suspected;
import io.beethoven.grant.AllocatorEffect.VotersChanged;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Outlook;
import io.beethoven.grant.Timing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.event.Level;

/**
 * The allocator, carried out: sends the orders and publishes the table that {@link Allocator}
 * decides on, with the plans of {@link Planner}.
 *
 * <p>Spawned as the cluster's singleton, by the guardian of a node that is in no cluster, or to
 * stand in for a singleton that is silent; watches the {@link Members} of its own node's {@link
 * CoreServer}. It holds nothing that it could not rebuild: it starts empty and learns from what the
 * nodes report, so a restarted one is a new one.
 */
public final class RoleAllocator extends AbstractBehavior<RoleAllocator.Command> {

  /** A table that got lost is repaired after so many ticks. */
  private static final int TICKS_PER_TABLE = 25;

  /** How long an edit may take to be stored by all voters before it is called provisional. */
  private static final Duration EDIT_LIMIT = Duration.ofSeconds(2);

  /** The shortest pause before something that is awaited is looked at. */
  private static final Duration SHORTEST_WAKE = Duration.ofMillis(5);

  /** What it understands: {@link io.beethoven.actors.protocol.AllocatorMessage} from the nodes. */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self this node
   * @param core this node's view of the cluster
   * @param timing by what times it goes
   * @param maxVoters how many nodes vote at most
   * @param outlook what this node's role server knows
   * @param clock the clocks that leases go by
   */
  public record Setup(
      Incarnation self,
      ActorRef<CoreServer.Command> core,
      Timing timing,
      int maxVoters,
      OutlookHolder outlook,
      LeaseClock clock) {

    /** Checks the parts. */
    public Setup {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(core, "core");
      Objects.requireNonNull(timing, "timing");
      Objects.requireNonNull(outlook, "outlook");
      Objects.requireNonNull(clock, "clock");
    }
  }

  private record Edit(RoleSpec wanted, ActorRef<SetCountReply> replyTo, Moment since) {}

  private record MembersChanged(Members members) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Wake implements Command {
    INSTANCE
  }

  private final Setup setup;
  private final TimerScheduler<Command> timers;
  private final Allocator allocator;
  private final TreeMap<Incarnation, Introduction> members = new TreeMap<>();
  private final List<Edit> edits = new ArrayList<>();
  private final List<ActorRef<AllocatorSettled>> whenSettled = new ArrayList<>();
  private String lastStored = "stored by nobody";
  private int ticks;
  private boolean publishedSinceTick;
  private boolean noLongerNeeded;

  /**
   * Creates the behavior of the cluster's allocator, or of a node's that is alone.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return create(setup, false);
  }

  /**
   * Creates the behavior of one that stands in for a silent allocator; it ends by itself when that
   * is back.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> standIn(Setup setup) {
    return create(setup, true);
  }

  private static Behavior<Command> create(Setup setup, boolean standIn) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new RoleAllocator(context, timers, setup, standIn)));
  }

  private RoleAllocator(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup, boolean standIn) {
    super(context);
    context.setLoggerName(RoleAllocator.class);
    this.setup = setup;
    this.timers = timers;
    this.allocator =
        new Allocator(
            new Allocator.Setup(
                setup.self(), Planner::plan, setup.timing(), setup.maxVoters(), standIn),
            new SplittableRandom(),
            outlook(),
            setup.clock().now());
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, setup.timing().contact());
    setup
        .core()
        .tell(
            new CoreServer.WatchMembers(
                context.messageAdapter(Members.class, MembersChanged::new)));
    context.getLog().info("allocator started epoch={} standIn={}", allocator.epoch(), standIn);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(MembersChanged.class, this::onMembersChanged)
        .onMessage(Answered.class, this::onAnswer)
        .onMessage(AllocatorMessage.SetCount.class, this::onSetCount)
        .onMessage(TellWhenSettled.class, this::onTellWhenSettled)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessageEquals(Wake.INSTANCE, this::onTime)
        .build();
  }

  private Behavior<Command> onMembersChanged(MembersChanged message) {
    Members changed = message.members();
    Set<Incarnation> before = new TreeSet<>(members.keySet());
    members.clear();
    changed.members().forEach(member -> members.put(member.node(), member));
    List<AllocatorEffect> effects =
        allocator.members(members.keySet(), changed.pending(), outlook(), setup.clock().now());
    if (effects.stream().noneMatch(Publish.class::isInstance)) {
      members.values().stream()
          .filter(member -> !before.contains(member.node()))
          .forEach(member -> show(member, allocator.table()));
    }
    return carryOut(effects);
  }

  private Behavior<Command> onAnswer(Answered message) {
    return carryOut(allocator.answered(message.answer(), outlook(), setup.clock().now()));
  }

  private Behavior<Command> onSetCount(AllocatorMessage.SetCount message) {
    Optional<RoleSpec> spec = allocator.definition(message.role());
    if (spec.isEmpty()) {
      String reason = allocator.isIssuing() ? "no node defines it" : "the allocator is not ready";
      message.replyTo().tell(new SetCountReply(Optional.of(reason)));
      return this;
    }
    RoleSpec wanted = spec.get().withCount(message.count());
    edits.add(new Edit(wanted, message.replyTo(), setup.clock().now()));
    return carryOut(allocator.edit(wanted, outlook(), setup.clock().now()));
  }

  private Behavior<Command> onTellWhenSettled(TellWhenSettled message) {
    whenSettled.add(message.replyTo());
    return carryOut(List.of());
  }

  private void edited(EditStored stored) {
    if (stored.acknowledged()) {
      edits.removeIf(
          edit -> {
            boolean done = stored.edits().specs().contains(edit.wanted());
            if (done) {
              edit.replyTo().tell(new SetCountReply(Optional.empty()));
            }
            return done;
          });
    }
    lastStored = "stored by " + stored.stored() + " of " + stored.of() + " voters";
  }

  /** An edit that is not acknowledged may yet take effect, or be lost with its allocator. */
  private void giveUpEdits(Predicate<Edit> which, String reason) {
    edits.removeIf(
        edit -> {
          if (which.test(edit)) {
            edit.replyTo().tell(new SetCountReply(Optional.of(reason)));
          }
          return which.test(edit);
        });
  }

  private Behavior<Command> onTick() {
    ticks++;
    Moment now = setup.clock().now();
    giveUpEdits(edit -> now.isPast(edit.since(), EDIT_LIMIT), "provisional: " + lastStored);
    if (publishedSinceTick || ticks % TICKS_PER_TABLE == 0) {
      publishedSinceTick = false;
      members.values().forEach(member -> show(member, allocator.table()));
    }
    if (allocator.isIssuing()) {
      setup.core().tell(new CoreServer.HoldingNothing(allocator.holdingNothing()));
    }
    return onTime();
  }

  private Behavior<Command> onTime() {
    return carryOut(allocator.tick(outlook(), setup.clock().now()));
  }

  private Behavior<Command> carryOut(List<AllocatorEffect> effects) {
    for (AllocatorEffect effect : effects) {
      if (effect instanceof Send send) {
        send(send);
      } else if (effect instanceof Publish publish) {
        publishedSinceTick = true;
        members.values().forEach(member -> show(member, publish.table()));
      } else if (effect instanceof NoLongerNeeded) {
        noLongerNeeded = true;
      } else {
        log(effect);
      }
    }
    if (noLongerNeeded) {
      getContext().getLog().info("the allocator is back, no longer standing in");
      return Behaviors.stopped();
    }
    if (!allocator.awaitsAnswers()) {
      whenSettled.forEach(asker -> asker.tell(new AllocatorSettled()));
      whenSettled.clear();
    } else if (!timers.isTimerActive(Wake.INSTANCE)) {
      timers.startSingleTimer(Wake.INSTANCE, Wake.INSTANCE, pause());
    }
    return this;
  }

  /** What is repeated or waited for first. */
  private Duration pause() {
    Timing timing = setup.timing();
    Duration least =
        timing.orderResend().compareTo(timing.successionWait()) < 0
            ? timing.orderResend()
            : timing.successionWait();
    return least.compareTo(SHORTEST_WAKE) < 0 ? SHORTEST_WAKE : least;
  }

  private void log(AllocatorEffect effect) {
    if (effect instanceof Deposed || effect instanceof LeaseLost) {
      giveUpEdits(edit -> true, "the allocator was replaced; " + lastStored);
    }
    if (effect instanceof ReignBegan began) {
      getContext().getLog().info("reign began epoch={}", began.epoch());
    } else if (effect instanceof IssuingBegan began) {
      getContext()
          .getLog()
          .info("all nodes reported epoch={} members={}", began.epoch(), members.keySet());
    } else if (effect instanceof Deposed deposed) {
      getContext()
          .getLog()
          .warn("higher epoch met epoch={} higher={}", deposed.epoch(), deposed.promised());
    } else if (effect instanceof LeaseLost lost) {
      getContext().getLog().warn("lease lost, the reign ends epoch={}", lost.epoch());
    } else if (effect instanceof Suspected suspected) {
      getContext().getLog().warn("node silent, excluding it node={}", suspected.node());
    } else if (effect instanceof Excluded excluded) {
      setup.core().tell(new CoreServer.NodeExcluded(excluded.node(), excluded.silent()));
      getContext()
          .getLog()
          .warn("node excluded, it has forfeited its roles node={}", excluded.node());
    } else if (effect instanceof VotersChanged changed) {
      getContext()
          .getLog()
          .info(
              "voters changed version={} voters={}",
              changed.voters().version(),
              changed.voters().current().voters());
    } else if (effect instanceof EditStored stored) {
      edited(stored);
      getContext()
          .getLog()
          .atLevel(stored.stored() == stored.of() ? Level.INFO : Level.DEBUG)
          .log(
              "edited definitions stored edits={} at={} of={}",
              stored.edits(),
              stored.stored(),
              stored.of());
    }
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
      member.roles().tell(new Ordered(send.order(), getContext().getSelf().narrow()));
    }
  }

  private static void show(Introduction member, RoleTable table) {
    if (table.version() > 0) {
      member.core().tell(new TablePublished(table));
    }
  }

  private Outlook outlook() {
    return setup.outlook().latest();
  }
}
