package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeStatus;
import io.beethoven.multijvm.RoleWitness.Life;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are asked to leave hand their roles over before they go. */
@Timeout(180)
class HandOverIT {

  private static final Duration END = Duration.ofSeconds(40);

  /** What the original takes for a planned stop, tenfold. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @RegisterExtension
  static final TestCluster CLUSTER = new TestCluster(HandOverIT.class, Map.of("one", 1, "two", 2));

  private long since;

  @BeforeEach
  void fourNodesAreOneCluster() {
    CLUSTER.ensure(1, 2, 3, 4);
    since = System.nanoTime();
  }

  @Test
  void shouldHandRolesOverWhenSigtermReachesAHost() {
    int allocator = CLUSTER.allocator();
    int leaving =
        CLUSTER.hosts("two", allocator).stream()
            .filter(host -> host != allocator)
            .findFirst()
            .orElseThrow();

    handOver(leaving, "SIGTERM", () -> CLUSTER.node(leaving).terminate());
  }

  @Test
  void shouldHandRolesOverWhenSigtermReachesTheAllocatorsNode() {
    int leaving = CLUSTER.allocator();

    handOver(leaving, "SIGTERM at the allocator's node", () -> CLUSTER.node(leaving).terminate());
  }

  @Test
  void shouldHandRolesOverWhenAHostIsToldToLeave() {
    int leaving = CLUSTER.hosts("one", CLUSTER.allocator()).get(0);

    handOver(
        leaving,
        "control leave",
        () -> assertThat(CLUSTER.control(leaving, "leave")).isEqualTo("leaving"));
  }

  @Test
  void shouldHandRolesOverWhenTwoLeaveAtOnce() {
    int allocator = CLUSTER.allocator();
    int other = CLUSTER.living().stream().filter(n -> n != allocator).findFirst().orElseThrow();

    CLUSTER.node(allocator).terminate();
    CLUSTER.node(other).terminate();
    CLUSTER.awaitEnd(allocator, END);
    CLUSTER.awaitEnd(other, END);
    TestCluster.measured("two leave at once", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.assertNeverMoreThanCounted(since);
  }

  private void handOver(int leaving, String how, Runnable ask) {
    String name = CLUSTER.node(leaving).name();
    List<String> ran =
        List.of("one", "two").stream()
            .filter(role -> CLUSTER.running(role).contains(name))
            .toList();
    long asked = System.nanoTime();

    ask.run();
    CLUSTER.awaitEnd(leaving, END);
    TestCluster.measured(
        how + " to end of the process", Duration.ofNanos(System.nanoTime() - asked));
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.assertNeverMoreThanCounted(since);
    for (String role : ran) {
      long stopped = endOf(role, name);
      Duration gap = CLUSTER.awaitRunning(role, stopped, LIMIT);
      TestCluster.measured(how + " gap of role " + role, gap);
      assertThat(gap).isLessThan(LIMIT);
    }
    for (int node : CLUSTER.living()) {
      assertThat(CLUSTER.snapshot(node).clusterNodes())
          .filteredOn(row -> row.node().equals(CLUSTER.id(leaving)))
          .extracting(ClusterNode::status)
          .containsExactly(NodeStatus.OFFLINE);
    }
  }

  /** Returns when the role's instance said its last on a node. */
  private static long endOf(String role, String node) {
    return CLUSTER.lives(role).stream()
        .filter(life -> life.node().equals(node))
        .max(Comparator.comparingLong(Life::from))
        .map(Life::until)
        .orElseThrow();
  }
}
