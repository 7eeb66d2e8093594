package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.EventLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that end and start again at the same address. */
@Timeout(180)
class RejoinIT {

  /** From the node's own word that its actors run until all nodes list all and all roles run. */
  private static final Duration GOAL = Duration.ofSeconds(2);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(RejoinIT.class, Map.of("one", 1, "two", 2, "three", 3));

  @BeforeEach
  void beWhole() {
    CLUSTER.ensure(1, 2, 3);
    CLUSTER.awaitArmed();
  }

  @Test
  void shouldBeBackEachTimeWhenKilledAndStartedAgainThreeTimes() {
    report("rejoin after a kill", restartInARow(3));
  }

  @Test
  @Tag("nightly")
  @Timeout(900)
  void shouldBeBackEachTimeWhenKilledAndStartedAgainFiftyTimes() {
    report("rejoin after a kill", restartInARow(50));
  }

  @Test
  void shouldBeBackWhenThePeersFirstLookWhenItsNextLifeAnswersAlready() throws Exception {
    // So their redials never meet a refusal: only the other uid proves the former life dead.
    CLUSTER.node(1).freeze();
    CLUSTER.node(3).freeze();
    CLUSTER.kill(2);
    CLUSTER.start(2);
    CLUSTER.event(2, event -> event.kind().equals(EventLines.STARTED));
    long thawed = System.nanoTime();
    CLUSTER.node(1).thaw();
    CLUSTER.node(3).thaw();

    Duration back = awaitBack(2, thawed);

    report("rejoin with the next life answering", List.of(back));
    assertThat(CLUSTER.node(1).events())
        .anyMatch(
            event ->
                event.nanoTime() - thawed > 0 && event.field("cause").equals("confirmed-dead"));
  }

  @Test
  void shouldBeWholeAfterEachWhenAllAreStartedAgainOneAfterTheOther() {
    List<Duration> series = new ArrayList<>();
    for (int number : List.of(1, 2, 3)) {
      CLUSTER.node(number).terminate();
      CLUSTER.awaitEnd(number, TestCluster.WHOLE);
      series.add(startAgain(number));
    }
    report("rejoin in a rolling restart", series);
  }

  @Test
  void shouldBeWholeWhenAllAreStartedAgainAtOnce() {
    CLUSTER.kill(1, 2, 3);
    CLUSTER.start(1, 2, 3);

    report("return of all at once", List.of(awaitBack(3)));
  }

  private static List<Duration> restartInARow(int times) {
    List<Duration> series = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      series.add(restart(2));
    }
    return series;
  }

  private static Duration restart(int number) {
    CLUSTER.kill(number);
    return startAgain(number);
  }

  private static Duration startAgain(int number) {
    CLUSTER.start(number);
    Duration back = awaitBack(number);
    // Only then can the peers prove this life dead, too.
    CLUSTER.awaitArmed();
    return back;
  }

  private static Duration awaitBack(int number) {
    return awaitBack(number, 0);
  }

  /**
   * Waits until all are one cluster that lists nobody twice.
   *
   * @return how long it took since the node said that it had started, or since a later moment
   */
  private static Duration awaitBack(int number, long earliest) {
    long started =
        CLUSTER.event(number, event -> event.kind().equals(EventLines.STARTED)).nanoTime();
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    Duration back = Duration.ofNanos(System.nanoTime() - Math.max(started, earliest));
    for (int each : CLUSTER.living()) {
      assertThat(CLUSTER.snapshot(each).clusterNodes()).as("nodes listed by %d", each).hasSize(3);
    }
    return back;
  }

  private static void report(String what, List<Duration> series) {
    List<Duration> sorted = series.stream().sorted().toList();
    Duration longest = sorted.get(sorted.size() - 1);
    TestCluster.measured(what + " min", sorted.get(0));
    TestCluster.measured(what + " median", sorted.get(sorted.size() / 2));
    TestCluster.measured(what + " max", longest);
    assertThat(longest).isLessThan(GOAL.multipliedBy(10));
  }
}
