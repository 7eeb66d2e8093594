package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestNode.Network;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node that the others reach through something that ends their connections and opens others. */
@ExtendWith(LogCapturingExtension.class)
class ProxiedNodeTest {

  private static final Map<String, Integer> ROLES = Map.of("single", 1, "pair", 2);
  private static final String SEEN_AS = "127.0.0.5";

  /** Noticed by heartbeats alone, so in little more than this. */
  private static final String QUICK =
      """
      beethoven.pekko.cluster.failure-detector.acceptable-heartbeat-pause = 1s
      beethoven.evidence.remove-after = 1s
      """;

  private static final String PROXIED =
      QUICK
          + """
          beethoven.node.advertised-host = "127.0.0.5"
          beethoven.pekko.coordinated-shutdown.run-by-actor-system-terminate = off
          """;

  private final Network network = Network.create();
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<Forwarder> forwarders = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    nodes.forEach(TestNode::close);
    for (Forwarder forwarder : forwarders) {
      forwarder.close();
    }
  }

  @Test
  void shouldGiveNoEvidenceAndSaySoOnceWhileEverythingElseWorks() throws Exception {
    Forwarder beacon = forward(network.beaconPort());
    forward(network.remotingPort());
    NodeId proxied = new NodeId(SEEN_AS, network.remotingPort());
    TestNode first = start("127.0.0.1", QUICK);
    TestNode third = start("127.0.0.3", QUICK);
    TestNode behind = start("127.0.0.2", PROXIED);
    List<NodeId> all = List.of(first.node(), third.node(), proxied);

    // Each side of each of the two pairs says so.
    LoggingTestKit.warn("no evidence of death from this peer")
        .withOccurrences(4)
        .expect(
            first.system(),
            () -> {
              eventually(() -> assertWhole(all, first, third, behind));
              return null;
            });
    LoggingTestKit.warn("no evidence of death from this peer")
        .withOccurrences(0)
        .expect(
            first.system(),
            () -> {
              int before = beacon.opened();
              beacon.dropConnections();
              eventually(() -> assertThat(beacon.opened()).isGreaterThan(before + 1));
              return null;
            });

    TestProbe<ClusterEvent> seen = TestProbe.create(ClusterEvent.class, first.system());
    first.system().tell(new GuardianRequest.Subscribe(seen.ref()));
    nodes.remove(behind);
    behind.system().terminate();

    assertThat(offline(seen).cause()).as("nobody proved it").isEqualTo(OfflineCause.EXCLUDED);
    eventually(() -> assertWhole(List.of(first.node(), third.node()), first, third));
  }

  private Forwarder forward(int port) throws Exception {
    Forwarder forwarder = new Forwarder(SEEN_AS, port, "127.0.0.2");
    forwarders.add(forwarder);
    return forwarder;
  }

  private TestNode start(String host, String overrides) {
    TestNode node = network.start(host, ROLES, overrides);
    nodes.add(node);
    return node;
  }

  private static NodeOffline offline(TestProbe<ClusterEvent> seen) {
    return seen
        .fishForMessage(
            Duration.ofSeconds(60),
            event ->
                event instanceof NodeOffline
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore())
        .stream()
        .map(NodeOffline.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static void assertWhole(List<NodeId> members, TestNode... nodes) {
    for (TestNode node : nodes) {
      assertThat(node.isReady()).isTrue();
      assertThat(node.snapshot().activeNodes()).isEqualTo(members);
      assertThat(node.hosts().get("single")).hasSize(1);
      assertThat(node.hosts().get("pair")).hasSize(2).isSubsetOf(members);
    }
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
