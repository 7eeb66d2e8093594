package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ten nodes that start in the same instant, over real TCP, without any stagger. For machines where
 * {@link TenNodesSilentHalfIT} cannot run, which shows more.
 */
@Tag("rootless")
@Timeout(180)
class TenNodesIT {

  /** Ten JVMs share two cores, so starting them takes most of this. */
  private static final Duration LIMIT = Duration.ofSeconds(120);

  static final Map<String, Integer> COUNTS = Map.of("one", 1, "four", 4, "ten", 10);

  @RegisterExtension
  static final TestCluster CLUSTER = new TestCluster(TenNodesIT.class, COUNTS).onTheWholeMachine();

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @Test
  void shouldFormOneClusterWhenTenStartInTheSameInstant() {
    formTen(CLUSTER);
  }

  static void formTen(TestCluster cluster) {
    int[] all = IntStream.rangeClosed(1, 10).toArray();
    cluster.start(all);
    TestCluster.measured("formation of 10", cluster.awaitWhole(LIMIT));
    // One and the same cluster: every node names the same ten and the same allocator.
    assertThat(cluster.snapshot(1).clusterNodes()).hasSize(10);
    assertThat(cluster.running("four")).hasSize(4).doesNotHaveDuplicates();
    assertThat(cluster.running("ten")).hasSize(10).doesNotHaveDuplicates();
  }
}
