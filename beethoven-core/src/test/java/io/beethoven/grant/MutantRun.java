package io.beethoven.grant;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The way into a simulation that a mutant has loaded. */
public final class MutantRun implements BiFunction<String, Long, @Nullable String> {

  /** Runs the scenario that is drawn from the seed. */
  static final String RANDOM = "RANDOM";

  @Override
  public @Nullable String apply(String what, Long seed) {
    if (what.equals(RANDOM)) {
      String failure = Batch.failureOf(Scenario.of(seed));
      // Healing is another matter, and takes long to judge.
      return failure;
    }
    try {
      Schedules.run(Schedules.Named.valueOf(what), seed, false);
      return null;
    } catch (Violation | IllegalStateException e) {
      return e.getMessage();
    }
  }
}
