package io.beethoven.peers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.benchmarks.compare.ActLines;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * A member of a Pekko cluster with the split brain resolver. The role is a cluster singleton
 * (manual, "Cluster Singleton"); it begins with the actor and ends in its {@code PostStop}, as
 * "Application specific stop message" has it for a stop without asynchronous actions.
 */
public final class PekkoNode {

  private PekkoNode() {}

  /**
   * Runs the member.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Seat seat = NodeStart.seat(args);
    Instance role = new Instance(seat.name());
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.setup(
                context -> {
                  ClusterSingleton.get(context.getSystem())
                      .init(SingletonActor.of(singleton(role), ActLines.ROLE));
                  context.spawn(members(), "members");
                  return Behaviors.empty();
                }),
            "compare",
            config(seat));
    system.getWhenTerminated().toCompletableFuture().get();
    System.exit(0);
  }

  private static Behavior<Void> singleton(Instance role) {
    return Behaviors.setup(
        context -> {
          role.start();
          return Behaviors.receive(Void.class)
              .onSignal(
                  PostStop.class,
                  stopped -> {
                    role.stop();
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private static Behavior<ClusterEvent.ClusterDomainEvent> members() {
    return Behaviors.setup(
        context -> {
          Cluster cluster = Cluster.get(context.getSystem());
          cluster
              .subscriptions()
              .tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
          return Behaviors.receive(ClusterEvent.ClusterDomainEvent.class)
              .onAnyMessage(
                  event -> {
                    ClusterEvent.CurrentClusterState state = cluster.state();
                    if (state.getUnreachable().isEmpty()) {
                      ActLines.members(
                          (int)
                              StreamSupport.stream(state.getMembers().spliterator(), false)
                                  .filter(member -> member.status().equals(MemberStatus.up()))
                                  .count());
                    }
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private static Config config(Seat seat) {
    String seeds =
        seat.hosts().stream()
            .map(host -> "\"pekko://compare@" + host + ":" + seat.port() + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    Config needed =
        ConfigFactory.parseString(
            """
            pekko.actor.provider = cluster
            pekko.cluster.downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
            pekko.cluster.seed-nodes = %s
            """
                .formatted(seeds));
    Config address =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                seat.host(),
                "pekko.remote.artery.canonical.port",
                seat.port()));
    Config all = needed.withFallback(address);
    return (seat.isExpert() ? expert().withFallback(all) : all)
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  /**
   * stable-after is the least that the manual recommends for any size ("Split Brain Resolver",
   * table); the removal margin follows it, as recommended there. The rest makes heartbeats, gossip
   * and the leader's actions more frequent ("Using the Failure Detector", reference.conf).
   */
  private static Config expert() {
    return ConfigFactory.parseString(
        """
        pekko.cluster {
          split-brain-resolver.stable-after = 7s
          failure-detector.heartbeat-interval = 500ms
          failure-detector.acceptable-heartbeat-pause = 1500ms
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          unreachable-nodes-reaper-interval = 200ms
          singleton.hand-over-retry-interval = 200ms
        }
        pekko.coordinated-shutdown.exit-jvm = on
        """);
  }
}
