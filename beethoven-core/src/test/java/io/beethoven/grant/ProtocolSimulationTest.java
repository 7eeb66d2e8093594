package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Counts.Of;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the whole protocol of rights in virtual time and checks its invariants after every event.
 * One seed is one run: {@code -Dsimulation.seed=N -Dsimulation.runs=1} repeats one that failed.
 */
@Tag("slow")
class ProtocolSimulationTest {

  private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
  private static final int RUNS = Integer.getInteger("simulation.runs", 5_000);
  private static final int RUNS_AT_NIGHT = 200_000;

  /** With fewer the shares of what happens say nothing. */
  private static final int ENOUGH = 500;

  @Test
  void shouldHoldTheInvariantsWhenEverythingGoesWrong() {
    Batch batch = simulate(RUNS);
    if (RUNS >= ENOUGH) {
      assertShare(batch, Of.SUCCESSIONS, 0.25);
      assertShare(batch, Of.EXCLUSIONS, 0.05);
      assertShare(batch, Of.JOINT_VOTERS, 0.80);
      assertShare(batch, Of.SECOND_DEATHS, 0.15);
      assertShare(batch, Of.START_FIRST_PAIRS, 0.02);
      assertShare(batch, Of.STAND_INS, 0.30);
      assertShare(batch, Of.REFOUNDINGS, 0.10);
      assertShare(batch, Of.EDITS, 0.10);
      assertShare(batch, Of.FORCED_QUORUMS, 0.05);
      assertShare(batch, Of.HEALED, 0.80);
    }
  }

  /** Seeds that showed a fault of the protocol; what they are drawn to changes with Scenario. */
  @ParameterizedTest
  @ValueSource(longs = {19_404, 52_363, 94_287, 94_630, 144_417, 211_507})
  void shouldHoldTheInvariantsWhereItOnceDidNot(long seed) {
    assertThat(Batch.failureOf(Scenario.of(seed))).isNull();
  }

  @Test
  @Tag("nightly")
  void shouldHoldTheInvariantsAllNight() {
    simulate(RUNS_AT_NIGHT);
  }

  private static Batch simulate(int runs) {
    long began = System.nanoTime();
    Batch batch = Batch.run(FIRST_SEED, runs, true);
    long millis = (System.nanoTime() - began) / 1_000_000;
    System.out.println(
        "simulated "
            + runs
            + " runs from seed "
            + FIRST_SEED
            + " in "
            + millis
            + " ms, "
            + runs * 1_000L / Math.max(1, millis)
            + " a second: "
            + batch.counts);
    if (!batch.failures.isEmpty()) {
      Batch.Failure failure = batch.failures.get(0);
      throw new AssertionError(
          batch.failures.size()
              + " of "
              + runs
              + " runs failed, such as seed "
              + failure.scenario().seed()
              + ": "
              + failure.message()
              + "\n"
              + Batch.explain(Batch.minimise(failure.scenario()), 120));
    }
    return batch;
  }

  private static void assertShare(Batch batch, Of what, double least) {
    assertThat((double) batch.counts.runsWith(what) / batch.runs())
        .as("share of runs with %s", what)
        .isGreaterThanOrEqualTo(least);
  }
}
