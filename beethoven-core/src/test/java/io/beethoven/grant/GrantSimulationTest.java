package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the whole protocol of rights in virtual time, with loss, delay, reordering, duplication,
 * crashes, joins, leaves, failing instances and competing allocators, and checks the invariants
 * after every event. One seed is one execution: {@code -Dsimulation.seed=N -Dsimulation.runs=1}
 * repeats a run that failed.
 */
@Tag("slow")
class GrantSimulationTest {

  private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
  private static final int RUNS = Integer.getInteger("simulation.runs", 100);

  @Test
  void shouldHoldTheInvariantsWhenEverythingGoesWrong() {
    long started = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      GrantSimulation simulation = new GrantSimulation(seed);
      try {
        simulation.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + " failed: " + e.getMessage() + "\n" + simulation.tail(), e);
      }
      started += simulation.starts();
    }
    System.out.println(
        "simulated " + RUNS + " runs from seed " + FIRST_SEED + ", " + started + " starts");
    // A simulation in which hardly anything happens proves nothing.
    assertThat(started).isGreaterThan(RUNS * 10L);
  }
}
