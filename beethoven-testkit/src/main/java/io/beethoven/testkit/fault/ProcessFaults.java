package io.beethoven.testkit.fault;

import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/** What is done to processes. Each method makes good what it has done. */
final class ProcessFaults {

  private static final Duration END = Duration.ofSeconds(60);

  /** What follows upon a changed count is a planned stop at most, or a freeze. */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  /** Long enough for others to notice. */
  private static final Duration DEAD = Duration.ofMillis(500);

  private static final int ASKED_TIMES = 20;

  /** Within that a changed count is stored everywhere, and obeyed. */
  private static final int CHANGE_MILLIS = 40;

  private static final List<Duration> STEPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofSeconds(-1),
          Duration.ofSeconds(-5),
          Duration.ofHours(-1));

  private final FaultCluster cluster;

  ProcessFaults(FaultCluster cluster) {
    this.cluster = cluster;
  }

  void kill(Duration hold, int... victims) throws IOException, InterruptedException {
    for (int victim : victims) {
      cluster.node(victim).kill();
    }
    FaultDriver.sleep(hold);
    for (int victim : victims) {
      cluster.startAgain(victim);
    }
  }

  void storm(int victim, Duration hold, int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      cluster.node(victim).kill();
      cluster.startAgain(victim);
      FaultDriver.sleep(hold);
    }
  }

  void stop(int victim, Duration hold) throws IOException, TimeoutException, InterruptedException {
    NodeProcess node = cluster.node(victim);
    node.terminate();
    node.awaitEnd(END);
    FaultDriver.sleep(hold);
    cluster.startAgain(victim);
  }

  void stopAndKill(int stopped, int killed, Duration hold)
      throws IOException, TimeoutException, InterruptedException {
    NodeProcess node = cluster.node(stopped);
    node.terminate();
    FaultDriver.sleep(hold);
    cluster.node(killed).kill();
    node.awaitEnd(END);
    cluster.startAgain(stopped);
    if (killed != stopped) {
      cluster.startAgain(killed);
    }
  }

  void freeze(int victim, Duration hold) throws InterruptedException {
    cluster.node(victim).freeze();
    FaultDriver.sleep(hold);
    cluster.node(victim).thaw();
  }

  void freezeAndKill(int victim, Duration hold) throws IOException, InterruptedException {
    cluster.node(victim).freeze();
    FaultDriver.sleep(hold);
    kill(DEAD, victim);
  }

  void hangInStart(int victim, Duration hold) throws IOException, InterruptedException {
    StubbornRole.hangInStart(cluster.witness(), true);
    try {
      kill(hold, victim);
    } finally {
      StubbornRole.hangInStart(cluster.witness(), false);
    }
  }

  void hangInStop(int victim, Duration hold)
      throws IOException, TimeoutException, InterruptedException {
    StubbornRole.hangInStop(cluster.witness(), true);
    NodeProcess node = cluster.node(victim);
    try {
      node.terminate();
      FaultDriver.sleep(hold);
    } finally {
      StubbornRole.hangInStop(cluster.witness(), false);
    }
    node.awaitEnd(END);
    cluster.startAgain(victim);
  }

  /**
   * One of the role's two holders is frozen while one is made enough: before it has stored that,
   * before it is told to stop, or after it.
   */
  void scaleDown(int victim, int other, Random random, Duration hold)
      throws IOException, TimeoutException, InterruptedException {
    cluster.expect(FaultClusterOptions.TWO, 1, hold.plus(SETTLED));
    NodeProcess asked = cluster.node(other);
    Thread change = new Thread(() -> ask(asked), "set-count");
    change.setDaemon(true);
    change.start();
    FaultDriver.sleep(Duration.ofMillis(random.nextInt(CHANGE_MILLIS)));
    cluster.node(victim).freeze();
    FaultDriver.sleep(hold);
    cluster.node(victim).thaw();
    change.join();
    setCount(other, 1);
    cluster.awaitWhole();
    cluster.settled(FaultClusterOptions.TWO);
    cluster.expect(FaultClusterOptions.TWO, 2, SETTLED);
    setCount(other, 2);
    cluster.awaitWhole();
    cluster.settled(FaultClusterOptions.TWO);
  }

  private static void ask(NodeProcess node) {
    try {
      node.setCount(FaultClusterOptions.TWO, 1);
    } catch (IOException unanswered) {
      // A frozen voter has not stored it; it is asked for again.
      return;
    }
  }

  private void setCount(int node, int count) throws IOException, InterruptedException {
    String refusal = "";
    for (int i = 0; i < ASKED_TIMES; i++) {
      try {
        var answer = cluster.node(node).setCount(FaultClusterOptions.TWO, count);
        if (answer.isEmpty()) {
          return;
        }
        refusal = answer.get();
      } catch (IOException unanswered) {
        refusal = String.valueOf(unanswered.getMessage());
      }
      FaultDriver.sleep(Duration.ofMillis(500));
    }
    throw new IOException("the count is not changed: " + refusal);
  }

  void restartAll(Duration hold) throws IOException, InterruptedException {
    kill(hold, cluster.numbers().stream().mapToInt(number -> number).toArray());
  }

  /** A voter that cannot store anything, while another node dies and wants to come back. */
  void fillDisk(int victim, int other, Duration hold) throws IOException, InterruptedException {
    cluster.disk(victim).fill();
    try {
      kill(hold, other);
      FaultDriver.sleep(hold);
    } finally {
      cluster.disk(victim).free();
    }
  }

  void stepClock(int victim, Random random, Duration hold)
      throws IOException, InterruptedException {
    WallClock clock = cluster.clock(victim);
    clock.set(STEPS.get(random.nextInt(STEPS.size())));
    FaultDriver.sleep(hold);
    clock.set(Duration.ZERO);
  }
}
