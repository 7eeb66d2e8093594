package io.beethoven.actors.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real actor systems with the settings of {@code beethoven.pekko}, but with nothing else that could
 * remove a member: no downing provider, and heartbeats may be missing for a minute.
 */
@Tag("slow")
class DowningTest {

  private static final Logger LOG = LoggerFactory.getLogger(DowningTest.class);
  private static final Duration BOUND = Duration.ofSeconds(15);
  private static final Duration FALLBACK = Duration.ofMillis(500);
  private static final Duration REMOVE_AFTER = Duration.ofMillis(500);
  private static final String QUICK_DETECTOR =
      """
      pekko.cluster.failure-detector {
        heartbeat-interval = 100ms
        acceptable-heartbeat-pause = 500ms
        expected-response-after = 500ms
      }
      """;

  private final List<Node> nodes = new ArrayList<>();
  private final Queue<UniqueAddress> singletonStarts = new ConcurrentLinkedQueue<>();

  /** One actor system with what this test is about. */
  private record Node(
      ActorSystem<Void> system, Cluster cluster, ActorRef<Downing.Command> downing) {

    UniqueAddress address() {
      return cluster.selfMember().uniqueAddress();
    }

    Incarnation incarnation() {
      return new Incarnation(
          new NodeId(
              address().address().getHost().orElseThrow(),
              address().address().getPort().orElseThrow()),
          address().longUid());
    }

    boolean seesMember(UniqueAddress which) {
      return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
          .map(Member::uniqueAddress)
          .anyMatch(which::equals);
    }

    long seesUp() {
      return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
          .filter(member -> member.status() == MemberStatus.up())
          .count();
    }
  }

  private Node startNode(int port) {
    return startNode(port, "");
  }

  private Node startNode(int port, String settings) {
    Config config =
        ConfigFactory.parseString(
                "pekko.cluster.downing-provider-class = \"\"\n"
                    + "pekko.cluster.roles = [beethoven]\n"
                    + "pekko.cluster.failure-detector.acceptable-heartbeat-pause = 60s\n"
                    + "pekko.remote.artery.canonical.hostname = 127.0.0.1\n"
                    + "pekko.remote.artery.canonical.port = "
                    + port
                    + "\n"
                    // A process that dies tells nobody.
                    + "pekko.coordinated-shutdown.run-by-actor-system-terminate = off\n"
                    + "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off\n"
                    + settings)
            .withFallback(ConfigFactory.load().getConfig("beethoven.pekko").atPath("pekko"))
            .withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "downing", config);
    ActorRef<Downing.Command> downing =
        system.systemActorOf(Downing.create(FALLBACK, REMOVE_AFTER), "downing", Props.empty());
    Node node = new Node(system, Cluster.get(system), downing);
    nodes.add(node);
    return node;
  }

  private void join(Node node, Node seed) {
    node.cluster().manager().tell(new Join(seed.address().address()));
    await().atMost(BOUND).until(() -> node.cluster().selfMember().status() == MemberStatus.up());
  }

  private void startSingleton(Node node) {
    Behavior<Void> singleton =
        Behaviors.setup(
            context -> {
              singletonStarts.add(Cluster.get(context.getSystem()).selfMember().uniqueAddress());
              return Behaviors.empty();
            });
    ClusterSingleton.get(node.system())
        .init(
            SingletonActor.of(singleton, "single")
                .withSettings(
                    ClusterSingletonSettings.create(node.system())
                        .withRemovalMargin(Duration.ofMillis(1))));
  }

  private void kill(Node node) {
    nodes.remove(node);
    node.system().terminate();
    node.system().getWhenTerminated().toCompletableFuture().orTimeout(15, TimeUnit.SECONDS).join();
  }

  /** A node and a lost one, in a cluster of their own. */
  private record Pair(Node survivor, Incarnation lost, UniqueAddress lostAddress) {

    boolean isMember() {
      return survivor.seesMember(lostAddress);
    }
  }

  private Pair loseOne(String survivorsSettings, String lostOnesSettings) {
    Node survivor = startNode(0, survivorsSettings);
    join(survivor, survivor);
    Node lost = startNode(0, lostOnesSettings);
    join(lost, survivor);
    Pair pair = new Pair(survivor, lost.incarnation(), lost.address());
    kill(lost);
    return pair;
  }

  private Node lowest(List<Node> among) {
    return among.stream()
        .min(Comparator.comparing(node -> node.incarnation().node()))
        .orElseThrow();
  }

  @BeforeEach
  void formCluster() {
    Node first = startNode(0);
    join(first, first);
    startSingleton(first);
    await().atMost(BOUND).until(() -> singletonStarts.contains(first.address()));
    for (int i = 0; i < 2; i++) {
      Node next = startNode(0);
      join(next, first);
      startSingleton(next);
    }
    await().atMost(BOUND).until(() -> nodes.stream().allMatch(node -> node.seesUp() == 3));
  }

  @AfterEach
  void stopAll() {
    List.copyOf(nodes).forEach(this::kill);
  }

  @Test
  void shouldRemoveAConfirmedDeadNodeAndStartTheSingletonElsewhere() {
    Node victim = nodes.get(0);
    Incarnation dead = victim.incarnation();
    UniqueAddress deadAddress = victim.address();
    kill(victim);
    NodeId lowest = lowest(nodes).incarnation().node();
    long confirmedNanos = System.nanoTime();

    nodes.forEach(node -> node.downing().tell(new Downing.Confirmed(dead, lowest)));

    await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> nodes.stream().noneMatch(node -> node.seesMember(deadAddress)));
    LOG.info("removedMillis={}", millisSince(confirmedNanos));
    await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> nodes.stream().anyMatch(node -> singletonStarts.contains(node.address())));
    LOG.info("singletonMillis={}", millisSince(confirmedNanos));
    assertThat(nodes).allMatch(node -> node.seesUp() == 2);
    await()
        .atMost(BOUND)
        .until(
            () ->
                nodes.stream()
                    .noneMatch(node -> DeadRegistry.of(node.system()).isFlagged(dead.node())));
  }

  @Test
  void shouldRemoveItAllTheSameWhenTheLowestDoesNotAct() {
    Node victim = nodes.get(0);
    Incarnation dead = victim.incarnation();
    UniqueAddress deadAddress = victim.address();
    kill(victim);
    Node lowest = lowest(nodes);
    Node other = nodes.stream().filter(node -> node != lowest).findFirst().orElseThrow();

    other.downing().tell(new Downing.Confirmed(dead, lowest.incarnation().node()));

    await()
        .atMost(BOUND)
        .until(() -> nodes.stream().noneMatch(node -> node.seesMember(deadAddress)));
  }

  @Test
  void shouldTakeInANewLifeAtTheSameAddress() {
    Node victim = nodes.get(2);
    Incarnation dead = victim.incarnation();
    UniqueAddress deadAddress = victim.address();
    kill(victim);
    NodeId lowest = lowest(nodes).incarnation().node();
    nodes.forEach(node -> node.downing().tell(new Downing.Confirmed(dead, lowest)));
    await()
        .atMost(BOUND)
        .until(() -> nodes.stream().noneMatch(node -> node.seesMember(deadAddress)));

    Node reborn = startNode(dead.node().port());
    join(reborn, nodes.get(0));

    assertThat(reborn.incarnation().node()).isEqualTo(dead.node());
    await().atMost(BOUND).until(this::allSeeThreeReachable);
  }

  @Test
  void shouldRemoveANodeThatDiesBeforeItsFirstHeartbeatAndTakeInItsNextLife() {
    String silent = "pekko.cluster.failure-detector.heartbeat-interval = 60s";
    Pair pair = loseOne(silent, silent);
    Node survivor = pair.survivor();

    survivor.downing().tell(new Downing.Confirmed(pair.lost(), survivor.incarnation().node()));

    await().atMost(BOUND).until(() -> !pair.isMember());
    Node reborn = startNode(pair.lost().node().port(), silent);
    join(reborn, survivor);
    await()
        .during(FALLBACK.multipliedBy(2))
        .atMost(BOUND)
        .until(() -> survivor.cluster().state().getUnreachable().isEmpty());
  }

  @Test
  void shouldLeaveALivingNodeAloneWhenAnEarlierLifeOfItIsConfirmedDead() {
    Node living = nodes.get(2);
    Incarnation earlier = new Incarnation(living.incarnation().node(), 4711);
    Node acting = nodes.get(0);

    acting.downing().tell(new Downing.Confirmed(earlier, acting.incarnation().node()));

    await().during(FALLBACK.multipliedBy(2)).atMost(BOUND).until(this::allSeeThreeReachable);
    assertThat(DeadRegistry.of(acting.system()).isFlagged(earlier.node())).isFalse();
  }

  @Test
  void shouldRemoveAnUnreachableMemberThatHoldsNothing() {
    Pair pair = loseOne(QUICK_DETECTOR, QUICK_DETECTOR);

    await()
        .atMost(BOUND)
        .until(
            () -> {
              pair.survivor().downing().tell(new Downing.HoldingNothing(Set.of(pair.lost())));
              return !pair.isMember();
            });
  }

  @Test
  void shouldLeaveAnUnreachableMemberAloneThatMayHoldSomething() {
    Pair pair = loseOne(QUICK_DETECTOR, QUICK_DETECTOR);
    await()
        .atMost(BOUND)
        .until(() -> !pair.survivor().cluster().state().getUnreachable().isEmpty());

    await()
        .during(REMOVE_AFTER.multipliedBy(4))
        .atMost(BOUND)
        .until(
            () -> {
              pair.survivor().downing().tell(new Downing.HoldingNothing(Set.of()));
              return pair.isMember();
            });
  }

  @Test
  void shouldRemoveAnUnreachableMemberThatIsNoNode() {
    Pair pair = loseOne(QUICK_DETECTOR, QUICK_DETECTOR + "pekko.cluster.roles = [other]");

    await()
        .atMost(BOUND)
        .until(
            () -> {
              pair.survivor().downing().tell(new Downing.HoldingNothing(Set.of()));
              return !pair.isMember();
            });
  }

  @Test
  void shouldLeaveAMemberAloneThatHoldsNothingAndIsReachable() {
    Node acting = nodes.get(0);
    Set<Incarnation> others = Set.of(nodes.get(1).incarnation(), nodes.get(2).incarnation());

    await()
        .during(REMOVE_AFTER.multipliedBy(4))
        .atMost(BOUND)
        .until(
            () -> {
              acting.downing().tell(new Downing.HoldingNothing(others));
              return allSeeThreeReachable();
            });
  }

  @Test
  void shouldEndItsOwnMembershipWhenAMemberHasRemovedIt() {
    Node removed = nodes.get(2);
    refuse(removed, nodes.get(0).address());

    await().atMost(BOUND).until(() -> removed.cluster().isTerminated());
  }

  @Test
  void shouldStayAMemberWhenSomebodyElseRefusesIt() {
    Node refused = nodes.get(2);
    UniqueAddress stranger = new UniqueAddress(nodes.get(0).address().address(), 4711L);
    refuse(refused, stranger);

    await().during(FALLBACK.multipliedBy(2)).atMost(BOUND).until(this::allSeeThreeReachable);
  }

  /** What Pekko tells a system of which the other end says that it has removed it. */
  private static void refuse(Node refused, UniqueAddress by) {
    refused
        .system()
        .eventStream()
        .tell(
            new EventStream.Publish<>(
                new ThisActorSystemQuarantinedEvent(remote(refused.address()), remote(by))));
  }

  private static org.apache.pekko.remote.UniqueAddress remote(UniqueAddress address) {
    return new org.apache.pekko.remote.UniqueAddress(address.address(), address.longUid());
  }

  private boolean allSeeThreeReachable() {
    return nodes.stream().allMatch(node -> node.seesUp() == 3)
        && nodes.stream().allMatch(node -> node.cluster().state().getUnreachable().isEmpty());
  }

  private static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}
