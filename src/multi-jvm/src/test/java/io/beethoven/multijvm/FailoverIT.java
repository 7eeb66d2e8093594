package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeStatus;
import io.beethoven.multijvm.RoleWitness.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are killed: what they ran goes on elsewhere, and never more often than it shall. */
@Timeout(180)
class FailoverIT {

  /** Ten times the goal for the 90th of 100 kills. */
  private static final Duration HOST_LIMIT = Duration.ofSeconds(2);

  /** Ten times the goal for a host that runs the allocator, too. */
  private static final Duration ALLOCATOR_LIMIT = Duration.ofSeconds(25);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(FailoverIT.class, Map.of("one", 1, "two", 2, "three", 3));

  private long since;

  @BeforeEach
  void fiveOrMoreAreOneCluster() {
    CLUSTER.ensureAtLeast(5);
    CLUSTER.awaitArmed();
    since = System.nanoTime();
  }

  @Test
  void shouldRunRolesElsewhereWhenTheirHostIsKilled() {
    int allocator = CLUSTER.allocator();
    int victim =
        CLUSTER.hosts("three", allocator).stream()
            .filter(host -> host != allocator)
            .findFirst()
            .orElseThrow();

    long killed = CLUSTER.kill(victim);
    Duration elsewhere = CLUSTER.awaitRunning("three", killed, TestCluster.WHOLE);

    TestCluster.measured("host killed to role elsewhere", elsewhere);
    assertThat(elsewhere).isLessThan(HOST_LIMIT);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    CLUSTER.assertNeverMoreThanCounted(since);
    assertThat(statusAtAll(victim)).containsOnly(NodeStatus.OFFLINE);
  }

  @Test
  void shouldRunRolesElsewhereWhenTheAllocatorsNodeIsKilled() {
    int victim = CLUSTER.allocator();
    List<String> ran = rolesOn(victim);

    long killed = CLUSTER.kill(victim);
    for (String role : ran) {
      Duration elsewhere = CLUSTER.awaitRunning(role, killed, TestCluster.WHOLE);
      TestCluster.measured("allocator's node killed to role " + role + " elsewhere", elsewhere);
      assertThat(elsewhere).isLessThan(ALLOCATOR_LIMIT);
    }
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    TestCluster.measured(
        "allocator's node killed to whole", Duration.ofNanos(System.nanoTime() - killed));
    assertThat(CLUSTER.allocator()).isNotEqualTo(victim);
    CLUSTER.assertNeverMoreThanCounted(since);
  }

  @Test
  void shouldRunRolesElsewhereWhenTwoNodesAreKilledAtOnce() {
    int allocator = CLUSTER.allocator();
    int other =
        CLUSTER.living().stream().filter(node -> node != allocator).findFirst().orElseThrow();

    long killed = CLUSTER.kill(allocator, other);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    TestCluster.measured(
        "allocator's and another node killed to whole",
        Duration.ofNanos(System.nanoTime() - killed));
    CLUSTER.assertNeverMoreThanCounted(since);
    assertThat(statusAtAll(allocator)).containsOnly(NodeStatus.OFFLINE);
    assertThat(statusAtAll(other)).containsOnly(NodeStatus.OFFLINE);
  }

  @Test
  void shouldKeepItsRowWhenANodeIsStartedAgainAtTheSameAddress() {
    int victim = CLUSTER.living().stream().filter(n -> n != CLUSTER.allocator()).toList().get(0);
    int rows = CLUSTER.snapshot(CLUSTER.allocator()).clusterNodes().size();
    Instant before = row(CLUSTER.allocator(), victim).lastChange();

    CLUSTER.kill(victim);
    CLUSTER.start(victim);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.assertNeverMoreThanCounted(since);
    for (int node : CLUSTER.living()) {
      CLUSTER.await(
          TestCluster.WHOLE,
          "one row for the node that came back",
          () -> {
            assertThat(CLUSTER.snapshot(node).clusterNodes()).hasSize(rows);
            assertThat(row(node, victim).status()).isEqualTo(NodeStatus.ONLINE);
            assertThat(row(node, victim).lastChange()).isAfter(before);
          });
    }
  }

  @Test
  void shouldRunRolesElsewhereWhenANodeIsKilledWhileAnotherOneJoins() {
    int allocator = CLUSTER.allocator();
    int victim = CLUSTER.living().stream().filter(n -> n != allocator).toList().get(0);

    startAndAwaitJoining(CLUSTER.unused());
    CLUSTER.kill(victim);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.assertNeverMoreThanCounted(since);
  }

  @Test
  void shouldStayWholeWhenANodeIsKilledWhileItJoins() {
    int newcomer = CLUSTER.unused();

    startAndAwaitJoining(newcomer);
    CLUSTER.kill(newcomer);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.start(newcomer);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    CLUSTER.assertNeverMoreThanCounted(since);
  }

  private static void startAndAwaitJoining(int number) {
    CLUSTER.start(number);
    CLUSTER.await(
        TestCluster.WHOLE,
        "node " + number + " joins",
        () -> assertThat(CLUSTER.node(number).output()).contains("decision=JoinCluster"));
  }

  private static List<String> rolesOn(int node) {
    String name = CLUSTER.node(node).name();
    return List.of("one", "two", "three").stream()
        .filter(
            role ->
                CLUSTER.lives(role).stream()
                    .filter(Life::isRunning)
                    .anyMatch(life -> life.node().equals(name)))
        .toList();
  }

  private static ClusterNode row(int asked, int node) {
    return CLUSTER.snapshot(asked).clusterNodes().stream()
        .filter(row -> row.node().equals(CLUSTER.id(node)))
        .findFirst()
        .orElseThrow();
  }

  private static List<NodeStatus> statusAtAll(int node) {
    return CLUSTER.living().stream().map(asked -> row(asked, node).status()).toList();
  }
}
