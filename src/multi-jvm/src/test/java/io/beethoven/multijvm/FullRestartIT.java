package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that keep their state, all of which end and start again. */
@Timeout(240)
class FullRestartIT {

  /** Longer than a node takes that may run roles alone. */
  private static final Duration IDLE = Duration.ofSeconds(8);

  private static final Path STATE = temporary();

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
          FullRestartIT.class,
          Map.of("one", 1, "two", 2),
          (number, node) -> node.stateDirectory(STATE.resolve("node-" + number)));

  private static Path temporary() {
    try {
      return Files.createTempDirectory("beethoven-state");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
  }

  @Test
  void shouldGoOnWithHigherTokensWhenAllAreRestartedAndStayIdleWhenOnlyAFewAre() {
    CLUSTER.start(1, 2, 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    CLUSTER.awaitArmed();
    CLUSTER.setCount(1, "two", 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    CLUSTER.await(
        TestCluster.WHOLE,
        "the slot that was added has acted",
        () -> assertThat(CLUSTER.highestTokens("two").keySet()).containsExactly(0, 1, 2));
    Map<Integer, String> before = CLUSTER.highestTokens("two");
    CLUSTER.kill(1, 2, 3);

    // One of three knows that the other two may go on elsewhere.
    CLUSTER.start(2);
    CLUSTER.await(
        TestCluster.WHOLE,
        "node 2 stays idle",
        () -> assertThat(CLUSTER.node(2).output()).contains("runs no roles until its voters"));
    long idle = System.nanoTime();
    assertThat(CLUSTER.staysIdle(IDLE)).isTrue();

    CLUSTER.start(1, 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    TestCluster.measured(
        "restart of the others to whole", Duration.ofNanos(System.nanoTime() - idle));
    CLUSTER.assertNeverTwoValid();
    CLUSTER.await(
        TestCluster.WHOLE,
        "all slots acted anew",
        () ->
            CLUSTER
                .highestTokens("two")
                .forEach((slot, token) -> assertThat(token).isGreaterThan(before.get(slot))));
  }
}
