package io.beethoven.cli.soak;

import io.beethoven.testkit.fault.FaultCluster;
import io.beethoven.testkit.fault.FaultClusterOptions;
import io.beethoven.testkit.fault.FaultDriver;
import io.beethoven.testkit.fault.ProcessFigures;
import io.beethoven.testkit.fault.Scenario;
import io.beethoven.testkit.witness.Finding;
import io.beethoven.testkit.witness.WitnessReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Faults one after the other until time is up, or something is wrong. */
final class Soak {

  private static final long PROGRESS_NANOS = Duration.ofSeconds(30).toNanos();

  private final FaultClusterOptions options;
  private final Duration tolerance;
  private final Consumer<String> progress;
  private final TreeMap<String, Integer> played = new TreeMap<>();
  private final long began = System.nanoTime();
  private long told = began;

  /**
   * Creates a run.
   *
   * @param options the cluster
   * @param tolerance what a gap may exceed its bound by
   * @param progress takes a line now and then
   */
  Soak(FaultClusterOptions options, Duration tolerance, Consumer<String> progress) {
    this.options = options;
    this.tolerance = tolerance;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @param scenarios what to do
   * @param time for how long a next one begins
   */
  SoakResult run(Iterator<Scenario> scenarios, Duration time)
      throws IOException, InterruptedException {
    FaultCluster cluster;
    try {
      cluster = FaultCluster.start(options);
    } catch (TimeoutException e) {
      return SoakResult.notWhole(options.size(), seconds(), "formation: " + e.getMessage());
    }
    try (cluster;
        StallMeter stalls = StallMeter.start()) {
      ProcessFigures start = cluster.figures();
      progress.accept("%.1f s: whole".formatted(seconds()));
      Optional<String> failure = play(cluster, scenarios, time);
      WitnessReport report = cluster.report(tolerance);
      SoakLog.write(options.directory(), report);
      SoakLog.worthReading(report).forEach(progress);
      failure.ifPresent(progress);
      return new SoakResult(
          options.size(),
          seconds(),
          played,
          failure,
          Optional.of(report),
          stalls.worstMillis(),
          start,
          cluster.figures());
    }
  }

  /** Returns what went wrong in the course of it, other than what the witness has seen. */
  private Optional<String> play(FaultCluster cluster, Iterator<Scenario> scenarios, Duration time)
      throws IOException, InterruptedException {
    FaultDriver driver = new FaultDriver(cluster);
    long begun = System.nanoTime();
    while (scenarios.hasNext() && System.nanoTime() - begun < time.toNanos()) {
      Scenario scenario = scenarios.next();
      keep(scenario);
      try {
        driver.play(scenario);
      } catch (TimeoutException | IOException | RuntimeException e) {
        return Optional.of("after " + scenario.text() + ": " + e);
      }
      played.merge(scenario.fault().text(), 1, Integer::sum);
      WitnessReport report = cluster.report(tolerance);
      if (report.findings().stream().map(Finding::kind).anyMatch(Finding.Kind::isSafety)) {
        return Optional.empty();
      }
      tell(report);
    }
    return Optional.empty();
  }

  private void keep(Scenario scenario) throws IOException {
    Path file = options.directory().resolve("scenarios.txt");
    Files.writeString(
        file,
        "# " + Instant.now() + "\n" + scenario.text() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void tell(WitnessReport report) {
    if (System.nanoTime() - told > PROGRESS_NANOS) {
      told = System.nanoTime();
      progress.accept(
          String.format(
              Locale.ROOT,
              "%.1f s: %d faults, %d failovers, %d instances, %d looks, %d findings",
              seconds(),
              played.values().stream().mapToInt(count -> count).sum(),
              report.failovers(),
              report.instances(),
              report.looks(),
              report.findings().size()));
    }
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }
}
