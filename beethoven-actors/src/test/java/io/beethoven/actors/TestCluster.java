package io.beethoven.actors;

import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.ClusterEvent.MemberDowned;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberExited;
import org.apache.pekko.cluster.ClusterEvent.MemberJoined;
import org.apache.pekko.cluster.ClusterEvent.MemberLeft;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.GetCurrentState;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.util.Version;
import scala.collection.immutable.Set$;

/**
 * Actor systems that are ready for a cluster, at a free port of 127.0.0.1, with the settings of
 * {@code beethoven.pekko}; and what Pekko would tell of members that do not exist.
 */
public final class TestCluster {

  /** How long anything may take that takes a moment. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final AtomicLong NEXT_UID = new AtomicLong(1);
  private static final String MEMBER_ROLE = "beethoven";

  private TestCluster() {}

  /**
   * Returns the configuration of one actor system.
   *
   * @param settings what else shall hold, in HOCON
   * @return the whole configuration
   */
  public static Config config(String... settings) {
    return ConfigFactory.parseString(String.join("\n", settings))
        .withFallback(
            ConfigFactory.parseString(
                """
                pekko.remote.artery.canonical.hostname = 127.0.0.1
                pekko.remote.artery.canonical.port = 0
                pekko.cluster.roles = [beethoven]
                pekko.cluster.leader-actions-interval = 100ms
                pekko.cluster.gossip-interval = 100ms
                pekko.cluster.run-coordinated-shutdown-when-down = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                """))
        .withFallback(ConfigFactory.load().getConfig("beethoven.pekko").atPath("pekko"))
        .withFallback(ConfigFactory.load());
  }

  /**
   * Starts an actor system that is in no cluster yet.
   *
   * @param settings what else shall hold, in HOCON
   * @return its test kit
   */
  public static ActorTestKit kit(String... settings) {
    return ActorTestKit.create("beethoven", config(settings));
  }

  /**
   * Makes an actor system a cluster of one.
   *
   * @param system which
   */
  public static void joinSelf(ActorSystem<?> system) {
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    awaitStatus(system, MemberStatus.up());
  }

  /**
   * Waits until an actor system sees its own membership so.
   *
   * @param system which
   * @param status the status
   */
  public static void awaitStatus(ActorSystem<?> system, MemberStatus status) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> Cluster.get(system).selfMember().status().equals(status));
  }

  /**
   * Tells how many members an actor system sees.
   *
   * @param system which
   * @return the count, whatever their status
   */
  public static long memberCount(ActorSystem<?> system) {
    return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
        .count();
  }

  /**
   * Waits until everything that was sent to Pekko's subscriptions so far is in force.
   *
   * @param kit whose
   */
  public static void awaitSubscriptions(ActorTestKit kit) {
    TestProbe<CurrentClusterState> probe = kit.createTestProbe(CurrentClusterState.class);
    Cluster.get(kit.system()).subscriptions().tell(new GetCurrentState(probe.ref()));
    probe.receiveMessage();
    org.apache.pekko.cluster.Cluster.get(kit.system())
        .sendCurrentClusterState(Adapter.toClassic(probe.ref()));
    probe.receiveMessage();
  }

  /**
   * Returns the node that an actor system is.
   *
   * @param system which
   * @return its incarnation
   */
  public static Incarnation self(ActorSystem<?> system) {
    UniqueAddress self = Cluster.get(system).selfMember().uniqueAddress();
    return new Incarnation(
        new NodeId(self.address().getHost().orElseThrow(), self.address().getPort().orElseThrow()),
        self.longUid());
  }

  /**
   * Invents a life of a node.
   *
   * @param host where
   * @param port its remoting
   * @return a life that no other call returns
   */
  public static Incarnation invent(String host, int port) {
    return new Incarnation(new NodeId(host, port), NEXT_UID.getAndIncrement());
  }

  /**
   * Tells an actor system's subscribers that a member has reached a status.
   *
   * @param system whose subscribers
   * @param who the member
   * @param status joining, up, leaving, exiting, down or removed
   */
  public static void say(ActorSystem<?> system, Incarnation who, MemberStatus status) {
    say(system, who, status, MEMBER_ROLE);
  }

  /**
   * Tells an actor system's subscribers that a member has reached a status.
   *
   * @param system whose subscribers
   * @param who the member
   * @param status joining, up, leaving, exiting, down or removed
   * @param role the member's only role
   */
  public static void say(ActorSystem<?> system, Incarnation who, MemberStatus status, String role) {
    Address address = new Address("pekko", system.name(), who.node().host(), who.node().port());
    Member member =
        new Member(
            new UniqueAddress(address, who.uid()),
            1,
            status,
            Set$.MODULE$.<String>empty().$plus(role).$plus("dc-default"),
            Version.Zero());
    Adapter.toClassic(system).eventStream().publish(event(member));
  }

  private static MemberEvent event(Member member) {
    MemberStatus status = member.status();
    if (status.equals(MemberStatus.joining())) {
      return new MemberJoined(member);
    } else if (status.equals(MemberStatus.up())) {
      return new MemberUp(member);
    } else if (status.equals(MemberStatus.leaving())) {
      return new MemberLeft(member);
    } else if (status.equals(MemberStatus.exiting())) {
      return new MemberExited(member);
    } else if (status.equals(MemberStatus.down())) {
      return new MemberDowned(member);
    } else {
      return new MemberRemoved(member, MemberStatus.down());
    }
  }
}
