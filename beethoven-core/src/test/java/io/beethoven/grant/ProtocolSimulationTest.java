package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the whole protocol of rights in virtual time and checks its invariants after every event.
 * One seed is one run: {@code -Dsimulation.seed=N -Dsimulation.runs=1} repeats one that failed.
 */
@Tag("slow")
class ProtocolSimulationTest {

  private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
  private static final int RUNS = Integer.getInteger("simulation.runs", 2_000);

  @Test
  void shouldHoldTheInvariantsWhenEverythingGoesWrong() {
    Batch batch = Batch.run(FIRST_SEED, RUNS, true);
    System.out.println("simulated " + RUNS + " runs from seed " + FIRST_SEED + ": " + batch.counts);
    for (Batch.Failure failure : batch.failures) {
      Scenario least = Batch.minimise(failure.scenario());
      throw new AssertionError(
          batch.failures.size()
              + " of "
              + RUNS
              + " runs failed, such as seed "
              + failure.scenario().seed()
              + ": "
              + failure.message()
              + "\n"
              + Batch.explain(least, 120));
    }
    assertThat(batch.runs()).isEqualTo(RUNS);
  }
}
