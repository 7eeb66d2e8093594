package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.SeekSimulation.Outcome;
import io.beethoven.discovery.SeekSimulation.Weather;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SeekSimulationTest {

  private static final Duration STALL = Duration.ofSeconds(2);
  private static final Duration TOGETHER = Duration.ofMillis(20);
  private static final Duration APART = Duration.ofSeconds(4);

  private static Outcome run(long seed, Weather weather) {
    return new SeekSimulation(seed, weather).run();
  }

  private static void shouldMakeOneCluster(int executions, Weather weather) {
    countStandalone(executions, weather);
  }

  private static int countStandalone(int executions, Weather weather) {
    int executionsWithStandalone = 0;
    for (long seed = 1; seed <= executions; seed++) {
      Outcome outcome = run(seed, weather);
      assertThat(outcome.allClustered()).as("all clustered, seed %d: %s", seed, outcome).isTrue();
      assertThat(outcome.clusters()).as("clusters, seed %d: %s", seed, outcome).isOne();
      assertThat(outcome.startedTwice()).as("started twice, seed %d: %s", seed, outcome).isZero();
      assertThat(outcome.formed()).as("nodes that formed, seed %d: %s", seed, outcome).isOne();
      executionsWithStandalone += outcome.stoodAlone() > 0 ? 1 : 0;
    }
    return executionsWithStandalone;
  }

  @Test
  void shouldMakeOneClusterWhenAllStartInTheSameInstant() {
    shouldMakeOneCluster(200, new Weather(false, 0, Duration.ZERO, TOGETHER, 12));
  }

  @Test
  void shouldMakeOneClusterWhenHostsStallAndStartTogether() {
    shouldMakeOneCluster(200, new Weather(false, 0, STALL, TOGETHER, 12));
  }

  @Test
  void shouldMakeOneClusterWhenHostsStallAndStartApart() {
    shouldMakeOneCluster(200, new Weather(false, 0, STALL, APART, 12));
  }

  @Test
  void shouldLetTheStandaloneFormWhenOthersStartLater() {
    int executions = 200;
    int standalone =
        countStandalone(executions, new Weather(false, 0, STALL, Duration.ofSeconds(15), 4));
    assertThat(standalone).as("executions with standalone nodes").isGreaterThan(executions / 2);
  }

  @Test
  @Tag("nightly")
  void shouldMakeOneClusterWhenRunVeryOften() {
    shouldMakeOneCluster(30_000, new Weather(false, 0, STALL, APART, 12));
    shouldMakeOneCluster(30_000, new Weather(false, 0, STALL, TOGETHER, 12));
  }

  @Test
  void shouldMakeIslandsWhenFormingIsNotConfirmed() {
    Weather weather = new Weather(true, 0, STALL, APART, 12);
    int islands = 0;
    for (long seed = 1; seed <= 500; seed++) {
      if (run(seed, weather).clusters() > 1) {
        islands++;
      }
    }
    assertThat(islands).as("executions with islands").isGreaterThan(3);
  }

  @Test
  void shouldBringTheLivingTogetherWhenNodesCrash() {
    Weather weather = new Weather(false, 2, Duration.ofMillis(500), APART, 8);
    for (long seed = 1; seed <= 500; seed++) {
      Outcome outcome = run(seed, weather);
      assertThat(outcome.clusters()).as("clusters, seed %d: %s", seed, outcome).isLessThan(2);
    }
  }
}
