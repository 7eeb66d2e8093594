package io.beethoven.actors.evidence;

import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.eventstream.EventStream;
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
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Decides who is removed from Pekko's membership; nobody else does. See {@code
 * docs/decisions/0003-who-is-removed-from-the-membership.md}.
 *
 * <ol>
 *   <li>The confirmed dead (rule 7): it flags them in the {@link DeadRegistry} and tells the
 *       cluster that they are down, the lowest live node at once, the others if they are still
 *       members some time later. A restarted node at the same address is left alone, since the uid
 *       is compared each time.
 *   <li>Members that are unreachable for a while and hold nothing, as this node's allocator says.
 *       So without a quorum of the voters nobody is removed, and whoever lives, and is only not
 *       seen by somebody, is left alone.
 *   <li>This node, when a member has removed it and refuses to hear it any more.
 * </ol>
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

  /**
   * This node's allocator issues orders, and is certain of some members. Said again and again.
   *
   * @param members the other members that hold nothing
   */
  public record HoldingNothing(Set<Incarnation> members) implements Command {

    /** Copies the set. */
    public HoldingNothing {
      members = Set.copyOf(members);
    }
  }

  private record Refused(UniqueAddress by) implements Command {}

  private record Recheck(Incarnation dead) implements Command {}

  private record Removed(UniqueAddress removed) implements Command {}

  private final TimerScheduler<Command> timers;
  private final Duration downFallback;
  private final Duration removeAfter;
  private final Cluster cluster;
  private final DeadRegistry registry;
  private final FailureDetectorRegistry<Address> detectors;
  private final Set<Incarnation> pending = new HashSet<>();
  private final Set<Incarnation> unmonitored = new HashSet<>();
  private final Map<UniqueAddress, Long> lostSinceNanos = new HashMap<>();

  private Downing(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Duration downFallback,
      Duration removeAfter) {
    super(context);
    this.timers = timers;
    this.downFallback = downFallback;
    this.removeAfter = removeAfter;
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
   * @param removeAfter how long a member that holds nothing may be unreachable
   * @return the behavior
   */
  public static Behavior<Command> create(Duration downFallback, Duration removeAfter) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  Downing downing = new Downing(context, timers, downFallback, removeAfter);
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
    ActorRef<ThisActorSystemQuarantinedEvent> refusals =
        getContext()
            .messageAdapter(
                ThisActorSystemQuarantinedEvent.class,
                event ->
                    new Refused(
                        UniqueAddress.apply(
                            event.remoteAddress().address(), event.remoteAddress().uid())));
    getContext()
        .getSystem()
        .eventStream()
        .tell(new EventStream.Subscribe<>(ThisActorSystemQuarantinedEvent.class, refusals));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Confirmed.class, this::onConfirmed)
        .onMessage(HoldingNothing.class, this::onHoldingNothing)
        .onMessage(Refused.class, this::onRefused)
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

  private Behavior<Command> onHoldingNothing(HoldingNothing message) {
    long now = System.nanoTime();
    List<Member> lost =
        cluster.state().getUnreachable().stream()
            .filter(member -> !isNode(member) || isAmong(message.members(), member))
            .toList();
    lostSinceNanos.keySet().retainAll(lost.stream().map(Member::uniqueAddress).toList());
    for (Member member : lost) {
      long since = lostSinceNanos.computeIfAbsent(member.uniqueAddress(), key -> now);
      if (now - since >= removeAfter.toNanos()) {
        down(member);
      }
    }
    return this;
  }

  /** Members of the cluster that do not take part in Beethoven hold none of its roles. */
  private static boolean isNode(Member member) {
    return member.hasRole(PekkoOverlay.MEMBER_ROLE);
  }

  private static boolean isAmong(Set<Incarnation> nodes, Member member) {
    return nodes.stream().anyMatch(node -> isSame(member.uniqueAddress(), node));
  }

  /** It cannot take part in the same cluster any more. */
  private Behavior<Command> onRefused(Refused refused) {
    boolean byMember =
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .anyMatch(member -> member.uniqueAddress().equals(refused.by()));
    if (byMember && !cluster.isTerminated()) {
      getContext().getLog().warn("removed by the others, starting anew by={}", refused.by());
      cluster.manager().tell(new Down(cluster.selfMember().address()));
    }
    return this;
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
