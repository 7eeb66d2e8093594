package io.beethoven.actors.evidence;

import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.FailureDetectorRegistry;

/**
 * Removes the confirmed dead from Pekko's membership (rule 7): flags them in the {@link
 * DeadRegistry} and tells the cluster that they are down, the lowest live node at once, the others
 * if they are still members some time later. A restarted node at the same address is left alone,
 * since the uid is compared each time.
 *
 * <p>Spawned by {@code PeerRegistry}. It watches the cluster's members, to take the flag back from
 * those that are removed. When it ends, the flags it set are taken back.
 */
public final class Downing extends AbstractBehavior<Downing.Command> {

  /** What it understands. */
  public sealed interface Command {}

  /**
   * A node was confirmed dead.
   *
   * @param dead which life of which node
   * @param lowestLive the lowest address of those that live: it acts at once
   */
  public record Confirmed(Incarnation dead, NodeId lowestLive) implements Command {}

  private record Recheck(Incarnation dead) implements Command {}

  private record Removed(UniqueAddress removed) implements Command {}

  private final TimerScheduler<Command> timers;
  private final Duration downFallback;
  private final Cluster cluster;
  private final DeadRegistry registry;
  private final FailureDetectorRegistry<Address> detectors;
  private final Set<Incarnation> pending = new HashSet<>();
  private final Set<Incarnation> unmonitored = new HashSet<>();

  private Downing(
      ActorContext<Command> context, TimerScheduler<Command> timers, Duration downFallback) {
    super(context);
    this.timers = timers;
    this.downFallback = downFallback;
    this.cluster = Cluster.get(context.getSystem());
    this.registry = DeadRegistry.of(context.getSystem());
    this.detectors =
        org.apache.pekko.cluster.Cluster.get(Adapter.toClassic(context.getSystem()))
            .failureDetector();
  }

  /**
   * Creates the actor.
   *
   * @param downFallback how long nodes other than the lowest wait before they act too
   * @return the behavior
   */
  public static Behavior<Command> create(Duration downFallback) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  Downing downing = new Downing(context, timers, downFallback);
                  downing.begin();
                  return downing;
                }));
  }

  private void begin() {
    ActorRef<MemberRemoved> listener =
        getContext()
            .messageAdapter(
                MemberRemoved.class, event -> new Removed(event.member().uniqueAddress()));
    cluster.subscriptions().tell(Subscribe.create(listener, MemberRemoved.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Confirmed.class, this::onConfirmed)
        .onMessage(Recheck.class, this::onRecheck)
        .onMessage(Removed.class, this::onRemoved)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onConfirmed(Confirmed confirmed) {
    Incarnation dead = confirmed.dead();
    Optional<Member> member = member(dead);
    // Without this a late confirmation would flag the next life at that address.
    if (member.isEmpty() || !pending.add(dead)) {
      return this;
    }
    flag(dead, member.get().address());
    if (isAt(cluster.selfMember().address(), confirmed.lowestLive())) {
      down(member.get());
    }
    timers.startSingleTimer(dead, new Recheck(dead), downFallback);
    return this;
  }

  /**
   * Pekko has a detector for an address only from the first heartbeat on, which is seconds after
   * its member came Up, and only on some nodes of a large cluster. Whoever has none is available.
   */
  private void flag(Incarnation dead, Address address) {
    registry.flag(dead);
    if (!detectors.isMonitoring(address)) {
      unmonitored.add(dead);
      detectors.heartbeat(address);
    }
  }

  private void unflag(Incarnation dead) {
    registry.unflag(dead);
    if (unmonitored.remove(dead)) {
      // Nobody else would, and without heartbeats it would take the next life there for dead.
      NodeId node = dead.node();
      detectors.remove(
          new Address("pekko", getContext().getSystem().name(), node.host(), node.port()));
    }
  }

  private Behavior<Command> onRecheck(Recheck recheck) {
    Incarnation dead = recheck.dead();
    if (!pending.contains(dead)) {
      return this;
    }
    Optional<Member> member = member(dead);
    if (member.isEmpty()) {
      forget(dead);
    } else {
      down(member.get());
      timers.startSingleTimer(dead, recheck, downFallback);
    }
    return this;
  }

  private Behavior<Command> onRemoved(Removed event) {
    pending.stream().filter(dead -> isSame(event.removed(), dead)).toList().forEach(this::forget);
    return this;
  }

  private Behavior<Command> onPostStop() {
    pending.forEach(this::unflag);
    return this;
  }

  private void forget(Incarnation dead) {
    pending.remove(dead);
    timers.cancel(dead);
    unflag(dead);
  }

  private void down(Member member) {
    if (member.status() != MemberStatus.down()) {
      getContext().getLog().info("down member={}", member.uniqueAddress());
      cluster.manager().tell(new Down(member.address()));
    }
  }

  private Optional<Member> member(Incarnation dead) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> isSame(member.uniqueAddress(), dead))
        .findFirst();
  }

  private static boolean isSame(UniqueAddress address, Incarnation node) {
    return address.longUid() == node.uid() && isAt(address.address(), node.node());
  }

  private static boolean isAt(Address address, NodeId node) {
    return address.getHost().filter(node.host()::equals).isPresent()
        && address.getPort().filter(port -> port == node.port()).isPresent();
  }
}
