package io.beethoven.multijvm;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ten nodes that start in the same instant where half of the addresses are silent, which is what
 * makes islands of nodes that wait for each answer in turn. Needs root.
 */
@Tag("netns")
@Timeout(180)
class TenNodesSilentHalfIT {

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
              TenNodesSilentHalfIT.class,
              TenNodesIT.COUNTS,
              (number, node) -> {},
              HalfSilentLoopback.create())
          .onTheWholeMachine();

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @RepeatedTest(3)
  void shouldFormOneClusterWhenTenStartInTheSameInstant() {
    TenNodesIT.formTen(CLUSTER);
  }

  @RepeatedTest(20)
  @Tag("nightly")
  void shouldFormOneClusterEachTimeWhenTenStartInTheSameInstant() {
    TenNodesIT.formTen(CLUSTER);
  }
}
