package io.beethoven.multijvm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that is frozen until the others go on without it, and then wakes up. */
@Timeout(240)
class FreezeIT {

  /** Ten times what heartbeats need until a frozen node is removed. */
  private static final Duration CLEANED_UP = Duration.ofSeconds(100);

  /** Until the node that woke up has noticed, started again and found the others. */
  private static final Duration BACK = Duration.ofSeconds(100);

  @RegisterExtension
  static final TestCluster CLUSTER = new TestCluster(FreezeIT.class, Map.of("one", 1, "two", 2));

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @Test
  void shouldLetGoOfItsRolesWhenAFrozenHostWakesUp() throws InterruptedException {
    CLUSTER.start(1, 2, 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    int frozen = CLUSTER.hosts("one", 1).get(0);
    List<Integer> others = CLUSTER.living().stream().filter(number -> number != frozen).toList();

    long since = System.nanoTime();
    CLUSTER.node(frozen).freeze();
    CLUSTER.awaitWhole(CLEANED_UP, others);
    TestCluster.measured("frozen to whole", Duration.ofNanos(System.nanoTime() - since));

    since = System.nanoTime();
    CLUSTER.node(frozen).thaw();
    CLUSTER.awaitWhole(BACK);
    TestCluster.measured("thawed to whole", Duration.ofNanos(System.nanoTime() - since));
  }
}
