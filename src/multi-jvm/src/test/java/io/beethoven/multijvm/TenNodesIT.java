package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten nodes that start in the same instant, over real TCP, without any stagger. */
@Timeout(180)
class TenNodesIT {

  /** Ten JVMs share two cores, so starting them takes most of this. */
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(TenNodesIT.class, Map.of("one", 1, "four", 4, "ten", 10));

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @RepeatedTest(3)
  void shouldFormOneClusterWhenTenStartInTheSameInstant() {
    formTen();
  }

  @RepeatedTest(20)
  @Tag("nightly")
  void shouldFormOneClusterEachTimeWhenTenStartInTheSameInstant() {
    formTen();
  }

  private static void formTen() {
    int[] all = IntStream.rangeClosed(1, 10).toArray();
    CLUSTER.start(all);
    TestCluster.measured("formation of 10", CLUSTER.awaitWhole(LIMIT));
    // One and the same cluster: every node names the same ten and the same allocator.
    assertThat(CLUSTER.snapshot(1).clusterNodes()).hasSize(10);
    assertThat(CLUSTER.running("four")).hasSize(4).doesNotHaveDuplicates();
    assertThat(CLUSTER.running("ten")).hasSize(10).doesNotHaveDuplicates();
  }
}
