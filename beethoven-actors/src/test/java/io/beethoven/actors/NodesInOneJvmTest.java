package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestNode.Network;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LogCapturingExtension.class)
class NodesInOneJvmTest {

  private static final Map<String, Integer> ROLES = Map.of("single", 1, "pair", 2);

  private final Network network = Network.create();
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void closeNodes() {
    nodes.forEach(TestNode::close);
  }

  @Test
  void shouldRunOneInstanceOfEachRoleWhenAlone() {
    TestNode alone = start("127.0.0.1");

    eventually(
        () -> {
          assertThat(alone.isReady()).isTrue();
          assertThat(alone.snapshot().mode()).isEqualTo(ClusterMode.STANDALONE);
          assertThat(alone.snapshot().activeNodes()).isEmpty();
          assertThat(alone.hosts())
              .containsOnly(
                  Map.entry("single", List.of(alone.node())),
                  Map.entry("pair", List.of(alone.node())));
        });
  }

  @Test
  void shouldFormOneClusterAndHoldCountsWhenStartedTogether() {
    start("127.0.0.1");
    start("127.0.0.2");
    start("127.0.0.3");

    eventually(this::assertFormed);
  }

  @Test
  void shouldJoinAndKeepRolesRunningWhenASecondNodeMeetsAStandaloneOne() {
    TestNode first = start("127.0.0.2");
    eventually(() -> assertThat(first.isReady()).isTrue());

    start("127.0.0.1");

    eventually(this::assertFormed);
  }

  @Test
  void shouldHandRolesOverAndListTheNodeOfflineWhenItLeaves() {
    TestNode first = start("127.0.0.1");
    TestNode second = start("127.0.0.2");
    eventually(this::assertFormed);

    nodes.remove(first);
    first.close();

    eventually(
        () -> {
          assertThat(second.snapshot().mode()).isEqualTo(ClusterMode.STANDALONE);
          assertThat(second.hosts().values()).allMatch(List.of(second.node())::equals);
          assertThat(second.snapshot().clusterNodes())
              .anyMatch(
                  row -> row.node().equals(first.node()) && row.status() == NodeStatus.OFFLINE);
          assertThat(second.isReady()).isTrue();
        });
  }

  @Test
  void shouldDropOutWhenLetInButNeverUp() {
    // The leader lets joiners in at once, and makes them Up only after a minute.
    TestNode first =
        network.start("127.0.0.1", ROLES, "beethoven.pekko.cluster.leader-actions-interval = 60s");
    nodes.add(first);
    eventually(() -> assertThat(first.isReady()).isTrue());

    TestNode second = network.start("127.0.0.2", ROLES, "beethoven.discovery.join-timeout = 2s");
    nodes.add(second);

    // Another life of it could join again; this one could not.
    eventually(() -> assertThat(second.system().getWhenTerminated()).isCompleted());
    assertThat(first.hosts().values()).allMatch(List.of(first.node())::equals);
  }

  private TestNode start(String host) {
    TestNode node = network.start(host, ROLES);
    nodes.add(node);
    return node;
  }

  private void assertFormed() {
    List<NodeId> all = nodes.stream().map(TestNode::node).sorted().toList();
    Map<String, List<NodeId>> hosts = nodes.get(0).hosts();
    for (TestNode node : nodes) {
      assertThat(node.system().getWhenTerminated()).as("end of %s", node.node()).isNotCompleted();
      assertThat(node.isReady()).as("%s is ready: %s", node.node(), node.snapshot()).isTrue();
      assertThat(node.snapshot().mode()).isEqualTo(ClusterMode.CLUSTERED);
      assertThat(node.snapshot().activeNodes()).isEqualTo(all);
      assertThat(node.snapshot().clusterNodes()).isEqualTo(nodes.get(0).snapshot().clusterNodes());
      assertThat(node.hosts()).isEqualTo(hosts);
    }
    assertThat(hosts.get("single")).hasSize(1);
    assertThat(hosts.get("pair")).hasSize(2).doesNotHaveDuplicates();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
