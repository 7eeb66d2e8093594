package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that find each other. */
class FormationIT {

  private static final Duration GOAL = Duration.ofSeconds(4);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(FormationIT.class, Map.of("one", 1, "two", 2, "three", 3));

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @Test
  void shouldFormOneClusterWhenThreeStartAtOnceAndTakeInALateOne() {
    CLUSTER.start(1, 2, 3);
    Duration formed = CLUSTER.awaitWhole(TestCluster.WHOLE);
    TestCluster.measured("formation of 3", formed);
    assertThat(formed).isLessThan(GOAL.multipliedBy(10));
    long since = System.nanoTime();

    CLUSTER.start(4);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    TestCluster.measured("late join", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.assertNeverMoreThanCounted(since);
  }

  @Test
  void shouldJoinWhenAnotherOneHasRunAlone() {
    CLUSTER.start(2);
    CLUSTER.awaitAlone(2);

    CLUSTER.start(1);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
  }
}
