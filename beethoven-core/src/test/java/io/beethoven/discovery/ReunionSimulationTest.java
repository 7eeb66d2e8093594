package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.ReunionSimulation.Outcome;
import io.beethoven.discovery.ReunionSimulation.Weather;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ReunionSimulationTest {

  private static final Duration PROMPT = Duration.ofMillis(50);
  private static final Duration SLOW = Duration.ofSeconds(4);

  private static Outcome run(long seed, Weather weather) {
    return new ReunionSimulation(seed, weather).run();
  }

  private static void shouldMakeOneCluster(String what, int executions, Weather weather) {
    Duration longest = Duration.ZERO;
    int yields = 0;
    for (long seed = 1; seed <= executions; seed++) {
      Outcome outcome = run(seed, weather);
      assertThat(outcome.wrongs()).as("wrongs, seed %d: %s", seed, outcome).isEmpty();
      assertThat(outcome.clusters()).as("clusters, seed %d: %s", seed, outcome).isOne();
      longest = longest.compareTo(outcome.took()) > 0 ? longest : outcome.took();
      yields += outcome.yields();
    }
    assertThat(yields).as("clusters that ended").isGreaterThanOrEqualTo(executions);
    System.out.printf(
        "reunion %s: seeds 1 to %d, %d yields, longest %s%n", what, executions, yields, longest);
  }

  @Test
  void shouldMakeOneClusterOfManyIslands() {
    shouldMakeOneCluster("calm", 1000, new Weather(0, PROMPT, 0, 0, false));
  }

  @Test
  void shouldMakeOneClusterWhenMessagesAreLostOrLate() {
    shouldMakeOneCluster("lossy", 1500, new Weather(0.3, SLOW, 0, 0, false));
  }

  @Test
  void shouldMakeOneClusterWhenLeadersDieBeforeTheyTellTheirMembers() {
    shouldMakeOneCluster("leaders die", 1000, new Weather(0.1, SLOW, 0, 0.5, false));
  }

  @Test
  void shouldMakeOneClusterWhenNodesCrashAndReturnAndSizesChange() {
    shouldMakeOneCluster("restarts", 1500, new Weather(0.1, SLOW, 6, 0.2, false));
  }

  @Test
  @Tag("nightly")
  void shouldMakeOneClusterWhenRunVeryOften() {
    shouldMakeOneCluster("often", 30_000, new Weather(0.2, SLOW, 8, 0.3, false));
  }

  @Test
  void shouldSeeThatClustersYieldToEachOtherWhenEverythingIsAccepted() {
    Weather weather = new Weather(0.1, SLOW, 0, 0, true);
    int wrong = 0;
    for (long seed = 1; seed <= 300; seed++) {
      wrong += run(seed, weather).wrongs().isEmpty() ? 0 : 1;
    }
    assertThat(wrong).as("executions in which clusters yield to each other").isGreaterThan(3);
  }
}
