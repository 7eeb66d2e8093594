package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that is frozen: the others go on without it, and it does no harm when it wakes up. */
@Timeout(240)
class FreezeIT {

  /** Ten times the bound of the profile. */
  private static final Duration ELSEWHERE = Duration.ofSeconds(45);

  /** Ten times what heartbeats need until a frozen node is removed. */
  private static final Duration CLEANED_UP = Duration.ofSeconds(100);

  /** Until the node that woke up has noticed, started again and found the others. */
  private static final Duration BACK = Duration.ofSeconds(100);

  @RegisterExtension
  static final TestCluster CLUSTER = new TestCluster(FreezeIT.class, Map.of("one", 1, "two", 2));

  @BeforeEach
  void threeNodesAreOneCluster() {
    CLUSTER.ensure(1, 2, 3);
    CLUSTER.awaitArmed();
  }

  @Test
  void shouldHaveForfeitedWhenAFrozenHostWakesUpSoon() throws InterruptedException {
    int allocator = CLUSTER.allocator();
    int frozen =
        CLUSTER.hosts("two", allocator).stream().filter(n -> n != allocator).toList().get(0);

    long since = System.nanoTime();
    CLUSTER.node(frozen).freeze();
    Duration elsewhere = CLUSTER.awaitRunning("two", since, ELSEWHERE);
    TestCluster.measured("host frozen to role elsewhere", elsewhere);
    CLUSTER.await(
        ELSEWHERE,
        "the frozen node shown offline",
        () ->
            assertThat(CLUSTER.snapshot(allocator).clusterNodes())
                .filteredOn(row -> row.status() == NodeStatus.OFFLINE)
                .extracting(ClusterNode::node)
                .containsExactly(CLUSTER.id(frozen)));

    since = System.nanoTime();
    CLUSTER.node(frozen).thaw();
    CLUSTER.awaitWhole(BACK);
    TestCluster.measured("thawed to whole", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.assertNeverTwoValid();
  }

  @Test
  void shouldHaveForfeitedWhenTheAllocatorsNodeWakesUpLate() throws InterruptedException {
    int frozen = CLUSTER.allocator();
    List<Integer> others = CLUSTER.living().stream().filter(number -> number != frozen).toList();

    long since = System.nanoTime();
    CLUSTER.node(frozen).freeze();
    CLUSTER.awaitWhole(CLEANED_UP, others);
    TestCluster.measured("allocator frozen to whole", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.awaitLog(
        others.get(0), "peer removed by the membership node=" + CLUSTER.id(frozen), CLEANED_UP);

    since = System.nanoTime();
    CLUSTER.node(frozen).thaw();
    CLUSTER.awaitWhole(BACK);
    TestCluster.measured("thawed late to whole", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.assertNeverTwoValid();
  }
}
