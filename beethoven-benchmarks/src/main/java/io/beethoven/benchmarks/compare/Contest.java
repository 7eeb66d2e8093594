package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
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
    boolean slow = contender.isSlow(event);
    Tally tally = new Tally(contender, event, slow ? limits.slow() : limits.quick());
    while (tally.wantsMore()) {
      if (slow) {
        sideBySide(tally, Math.min(SIDE_BY_SIDE, tally.wanted - tally.runs.size()));
      } else {
        oneByOne(tally);
      }
    }
    return tally.result();
  }

  private void oneByOne(Tally tally) throws InterruptedException {
    try (Stage stage = Stage.start(tally.contender, 0, options)) {
      while (tally.wantsMore()) {
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
    private final int wanted;
    private final List<Measured> runs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    Tally(Contender contender, Event event, int wanted) {
      this.contender = contender;
      this.event = event;
      this.wanted = wanted;
    }

    boolean wantsMore() {
      return failures.size() < MOST_FAILURES && runs.size() < wanted;
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
