package io.beethoven.grant;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Many runs, each with its own seed. */
final class Batch {

  /** A run in which something did not hold. */
  record Failure(Scenario scenario, String message) {}

  final Counts counts = new Counts();
  final List<Failure> failures = new ArrayList<>();
  private int runs;

  int runs() {
    return runs;
  }

  /** Runs seeds one after another or side by side. */
  static Batch run(long firstSeed, int runs, boolean parallel) {
    LongStream seeds = LongStream.range(firstSeed, firstSeed + runs);
    return (parallel ? seeds.parallel() : seeds)
        .collect(Batch::new, (batch, seed) -> batch.add(Scenario.of(seed)), Batch::addAll);
  }

  private void add(Scenario scenario) {
    ProtocolSimulation simulation = null;
    String failure = null;
    try {
      simulation = new ProtocolSimulation(scenario, false);
      simulation.run();
    } catch (RuntimeException | AssertionError e) {
      failure = describe(e);
    }
    runs++;
    if (simulation != null) {
      counts.addRun(simulation.counts);
    }
    if (failure != null) {
      failures.add(new Failure(scenario, failure));
    }
  }

  private static String describe(Throwable e) {
    return e instanceof Violation
        ? String.valueOf(e.getMessage())
        : e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "?");
  }

  private void addAll(Batch other) {
    runs += other.runs;
    counts.addAll(other.counts);
    failures.addAll(other.failures);
  }

  /** What does not hold in a scenario, or null. */
  static @Nullable String failureOf(Scenario scenario) {
    Batch batch = new Batch();
    batch.add(scenario);
    return batch.failures.isEmpty() ? null : batch.failures.get(0).message();
  }

  /** Drops one fault after the other while the run still fails. */
  static Scenario minimise(Scenario failing) {
    Scenario least = failing;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (int i = least.faults().size() - 1; i >= 0; i--) {
        List<Scenario.Fault> fewer = new ArrayList<>(least.faults());
        fewer.remove(i);
        Scenario candidate = least.with(fewer);
        if (failureOf(candidate) != null) {
          least = candidate;
          smaller = true;
        }
      }
    }
    return least;
  }

  /** Runs a scenario again and returns the last lines of its log, with what did not hold. */
  static String explain(Scenario scenario, int lines) {
    StringBuilder text = new StringBuilder();
    ProtocolSimulation simulation = new ProtocolSimulation(scenario, true);
    String end = "nothing fails";
    try {
      simulation.run();
    } catch (RuntimeException | AssertionError e) {
      end = describe(e);
    }
    text.append(scenario).append('\n');
    List<String> log = simulation.log();
    log.subList(Math.max(0, log.size() - lines), log.size())
        .forEach(line -> text.append(line).append('\n'));
    return text.append(end).toString();
  }
}
