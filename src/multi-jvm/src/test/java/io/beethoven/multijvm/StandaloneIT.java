package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes of which one is lost and comes back. */
@Timeout(180)
class StandaloneIT {

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(StandaloneIT.class, Map.of("one", 1, "two", 2, "three", 3));

  @Test
  void shouldRunOneOfEachRoleAloneAndBeClusteredAgainWhenTheOtherReturns() {
    CLUSTER.ensure(1, 2);
    long since = System.nanoTime();
    for (int lost : new int[] {1, 2}) {
      int left = 3 - lost;
      CLUSTER.awaitArmed();

      CLUSTER.kill(lost);
      CLUSTER.awaitAlone(left);

      assertThat(CLUSTER.snapshot(left).clusterNodes())
          .extracting(ClusterNode::node, ClusterNode::status)
          .containsExactlyInAnyOrder(
              tuple(CLUSTER.id(left), NodeStatus.ONLINE),
              tuple(CLUSTER.id(lost), NodeStatus.OFFLINE));

      CLUSTER.start(lost);
      CLUSTER.awaitWhole(TestCluster.WHOLE);
      CLUSTER.assertNeverMoreThanCounted(since);
    }
  }
}
