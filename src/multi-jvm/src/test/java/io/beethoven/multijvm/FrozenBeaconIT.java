package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A frozen node: its beacon takes every connection and never says anything. */
@Timeout(180)
class FrozenBeaconIT {

  @RegisterExtension
  static final TestCluster CLUSTER = new TestCluster(FrozenBeaconIT.class, Map.of("one", 1));

  @Test
  void shouldStartBesideAFrozenBeaconAndMeetItWhenItThaws() throws Exception {
    CLUSTER.start(1);
    CLUSTER.awaitAlone(1);
    CLUSTER.node(1).freeze();
    long since = System.nanoTime();

    CLUSTER.start(2);
    CLUSTER.await(
        TestCluster.WHOLE,
        "node 2 standalone beside a frozen beacon",
        () -> {
          ClusterSnapshot snapshot = CLUSTER.snapshot(2);
          assertThat(snapshot.mode()).isEqualTo(ClusterMode.STANDALONE);
          assertThat(snapshot.ready()).isTrue();
        });
    TestCluster.measured(
        "start beside a frozen beacon", Duration.ofNanos(System.nanoTime() - since));

    CLUSTER.node(1).thaw();
    CLUSTER.awaitWhole(TestCluster.WHOLE);
  }
}
