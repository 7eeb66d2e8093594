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
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that look for nobody: the test makes their actor systems join each other. */
@ExtendWith(LogCapturingExtension.class)
class ExternalMembershipTest {

  private static final Map<String, Integer> ROLES = Map.of("single", 1, "pair", 2);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Network network = Network.create();
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void closeNodes() {
    nodes.forEach(TestNode::close);
  }

  private TestNode start(String host) {
    TestNode node = network.start(host, ROLES, "beethoven.discovery.mode = none");
    nodes.add(node);
    return node;
  }

  private static void join(TestNode node, TestNode member) {
    Cluster cluster = Cluster.get(node.system());
    cluster.manager().tell(Join.create(Cluster.get(member.system()).selfMember().address()));
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> cluster.selfMember().status().equals(MemberStatus.up()));
  }

  @Test
  void shouldWaitWhenNobodyMakesItAMember() {
    TestNode first = start("127.0.0.1");
    TestNode second = start("127.0.0.2");

    await()
        .during(PAUSE)
        .atMost(TestCluster.PATIENCE)
        .until(() -> !first.isReady() && !second.isReady());
    assertThat(first.snapshot().activeNodes()).isEmpty();
    assertThat(first.hosts().values()).allMatch(List::isEmpty);
  }

  @Test
  void shouldServeLikeAnyClusterWhenTheTestJoinsTheNodes() {
    TestNode first = start("127.0.0.1");
    TestNode second = start("127.0.0.2");
    TestNode third = start("127.0.0.3");
    join(first, first);
    eventually(() -> assertThat(first.isReady()).isTrue());
    assertThat(first.snapshot().mode()).isEqualTo(ClusterMode.STANDALONE);
    join(second, first);
    join(third, second);

    eventually(this::assertWhole);

    // The node that the others asked for the cluster's id goes.
    nodes.remove(first);
    first.close();

    eventually(
        () -> {
          assertWhole();
          assertThat(second.snapshot().clusterNodes())
              .anyMatch(
                  row -> row.node().equals(first.node()) && row.status() == NodeStatus.OFFLINE);
        });
  }

  private void assertWhole() {
    List<NodeId> all = nodes.stream().map(TestNode::node).sorted().toList();
    for (TestNode node : nodes) {
      assertThat(node.isReady()).isTrue();
      assertThat(node.snapshot().mode()).isEqualTo(ClusterMode.CLUSTERED);
      assertThat(node.snapshot().activeNodes()).isEqualTo(all);
      assertThat(node.hosts()).isEqualTo(nodes.get(0).hosts());
      assertThat(node.hosts().get("single")).hasSize(1);
      assertThat(node.hosts().get("pair")).hasSize(2).doesNotHaveDuplicates();
    }
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
