package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.Publisher;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Answers what the tests say, fails when they say so, and counts how often it was started. */
final class StandInGuardian {

  /** Makes the guardian fail, and its actor system end with it. */
  record Crash() implements BeethovenGuardian.Command {}

  /** Sends an event to subscribers. */
  record Tell(ClusterEvent event) implements BeethovenGuardian.Command {}

  static final NodeId SELF = new NodeId("127.0.0.1", 4001);
  static final NodeId OTHER = new NodeId("127.0.0.2", 4001);
  static final RoleStatus TICKER = new RoleStatus(new RoleName("ticker"), 2, 1, List.of(OTHER));

  final AtomicInteger starts = new AtomicInteger();
  final AtomicInteger leaves = new AtomicInteger();
  final Set<ActorRef<ClusterEvent>> subscribers = ConcurrentHashMap.newKeySet();

  /** Whether it answers nothing, until it is started again. */
  volatile boolean mute;

  volatile boolean failing;
  volatile @Nullable SnapshotHolder holder;
  volatile @Nullable ActorRef<BeethovenGuardian.Command> address;
  volatile @Nullable ActorSystem<?> system;

  Behavior<BeethovenGuardian.Command> create(SnapshotHolder snapshots) {
    return Behaviors.setup(
        context -> {
          starts.incrementAndGet();
          if (failing) {
            throw new IllegalStateException("told to fail");
          }
          subscribers.clear();
          mute = false;
          holder = snapshots;
          address = context.getSelf();
          system = context.getSystem();
          Publisher.publish(snapshots, snapshot(false));
          return Behaviors.receive(BeethovenGuardian.Command.class)
              .onMessage(GuardianRequest.class, this::onRequest)
              .onMessage(
                  Tell.class,
                  tell -> {
                    subscribers.forEach(subscriber -> subscriber.tell(tell.event()));
                    return Behaviors.same();
                  })
              .onMessage(Crash.class, crash -> Behaviors.stopped())
              .build();
        });
  }

  ActorSystem<?> system() {
    return Objects.requireNonNull(system);
  }

  void crash() {
    Objects.requireNonNull(address).tell(new Crash());
  }

  void publish(ClusterEvent event) {
    Objects.requireNonNull(address).tell(new Tell(event));
  }

  void becomeReady() {
    Publisher.publish(holder, snapshot(true));
  }

  static ClusterSnapshot snapshot(boolean ready) {
    return new ClusterSnapshot(
        SELF,
        ClusterMode.CLUSTERED,
        List.of(
            new ClusterNode(SELF, NodeStatus.ONLINE, Instant.EPOCH),
            new ClusterNode(OTHER, NodeStatus.OFFLINE, Instant.EPOCH)),
        List.of(SELF),
        List.of(TICKER),
        Optional.empty(),
        ready);
  }

  private Behavior<BeethovenGuardian.Command> onRequest(GuardianRequest request) {
    ClusterSnapshot known = snapshot(true);
    if (request instanceof GuardianRequest.Subscribe subscribe) {
      subscribers.add(subscribe.subscriber());
    } else if (request instanceof GuardianRequest.Leave leave) {
      leaves.incrementAndGet();
      leave.replyTo().tell(new GuardianRequest.LeaveReply(SELF));
      return Behaviors.stopped();
    } else if (mute) {
      return Behaviors.same();
    } else if (request instanceof GuardianRequest.GetActiveNodes get) {
      get.replyTo().tell(new GuardianRequest.ActiveNodesReply(known.activeNodes()));
    } else if (request instanceof GuardianRequest.GetClusterNodes get) {
      get.replyTo().tell(new GuardianRequest.ClusterNodesReply(known.clusterNodes()));
    } else if (request instanceof GuardianRequest.GetNodeStatus get) {
      get.replyTo().tell(new GuardianRequest.NodeStatusReply(known.mode()));
    } else if (request instanceof GuardianRequest.GetRoles get) {
      get.replyTo().tell(new GuardianRequest.RolesReply(known.roles()));
    } else if (request instanceof GuardianRequest.WhoIsHosting who) {
      boolean ticker = who.role().equals(TICKER.role());
      who.replyTo().tell(new GuardianRequest.HostingReply(ticker ? TICKER.nodes() : List.of()));
    } else if (request instanceof GuardianRequest.Forget forget) {
      forget
          .replyTo()
          .tell(
              new GuardianRequest.ForgetReply(
                  forget.node().equals(SELF) ? Optional.of("it is online") : Optional.empty()));
    }
    return Behaviors.same();
  }
}
