package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Measures cases. A run that fails is told and counted; the next one has a new stage. */
final class Contest {

  /** So many failed runs end a case. */
  private static final int MOST_FAILURES = 3;

  /** So many stages of a slow case at once. */
  private static final int SIDE_BY_SIDE = 5;

  private final StageOptions options;
  private final RunLimits limits;
  private final Consumer<String> out;
  private final Consumer<String> err;

  /**
   * Prepares the contest.
   *
   * @param options how stages are made
   * @param limits how often to measure
   * @param out is told of each run, in a line
   * @param err is told of what led to a failure
   */
  Contest(StageOptions options, RunLimits limits, Consumer<String> out, Consumer<String> err) {
    this.options = options;
    this.limits = limits;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures a case.
   *
   * @param contender which library
   * @param event what to do to the victims
   * @return what was measured
   * @throws InterruptedException if this thread is interrupted
   */
  CaseResult run(Contender contender, Event event) throws InterruptedException {
    Tally tally = new Tally(contender, event);
    if (contender.isSlow(event)) {
      while (tally.wants(RunLimits.exactly(limits.least()))) {
        sideBySide(tally, Math.min(SIDE_BY_SIDE, limits.least() - tally.runs.size()));
      }
    } else {
      while (tally.wants(limits)) {
        oneByOne(tally);
      }
    }
    return tally.result();
  }

  private void oneByOne(Tally tally) throws InterruptedException {
    try (Stage stage = Stage.start(tally.contender, 0, options)) {
      while (tally.wants(limits)) {
        try {
          tally.add(stage.run(tally.event));
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception e) {
          tally.fail(e, stage.describe());
          return;
        }
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      tally.fail(e, "");
    }
  }

  /** The stages start one after the other; what is measured then is mostly waiting. */
  private void sideBySide(Tally tally, int number) throws InterruptedException {
    List<Stage> stages = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(number);
    try {
      for (int i = 0; i < number; i++) {
        stages.add(Stage.start(tally.contender, i, options));
      }
      List<Future<Measured>> runs = new ArrayList<>();
      for (Stage stage : stages) {
        runs.add(threads.submit(() -> stage.run(tally.event)));
      }
      for (int i = 0; i < number; i++) {
        try {
          tally.add(runs.get(i).get());
        } catch (ExecutionException e) {
          tally.fail(Objects.requireNonNullElse(e.getCause(), e), stages.get(i).describe());
        }
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      tally.fail(e, "");
    } finally {
      threads.shutdownNow();
      stages.forEach(Stage::close);
    }
  }

  /** What is known of a case so far. */
  private final class Tally {
    private final Contender contender;
    private final Event event;
    private final long began = System.nanoTime();
    private final List<Measured> runs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    Tally(Contender contender, Event event) {
      this.contender = contender;
      this.event = event;
    }

    boolean wants(RunLimits by) {
      return failures.size() < MOST_FAILURES
          && by.wantMore(runs.size(), Duration.ofNanos(System.nanoTime() - began));
    }

    void add(Measured run) {
      runs.add(run);
      out.accept(RunLine.of(result(), run));
    }

    void fail(Throwable reason, String output) {
      String text = reason.toString();
      failures.add(text.lines().findFirst().orElse(text));
      out.accept(RunLine.failed(result()));
      err.accept(text + "\n" + output);
    }

    CaseResult result() {
      return new CaseResult(contender.name(), contender.setting(), event, runs, failures);
    }
  }
}
