package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.NodeProcessBuilder;
import io.beethoven.testkit.fault.Fault;
import io.beethoven.testkit.fault.FaultCluster;
import io.beethoven.testkit.fault.FaultClusterOptions;
import io.beethoven.testkit.fault.FaultDriver;
import io.beethoven.testkit.fault.Scenario;
import io.beethoven.testkit.witness.Cause;
import io.beethoven.testkit.witness.Disturbance;
import io.beethoven.testkit.witness.Gap;
import io.beethoven.testkit.witness.WitnessReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A cluster with a witness beside it, for tests. What it wrote is kept when a test fails. */
final class WatchedCluster implements AutoCloseable {

  /** Of a machine on which other tests run. */
  private static final Duration SHARED = Duration.ofSeconds(10);

  /** Of a machine with nothing else on it: as in a soak. */
  private static final Duration ALONE = Duration.ofSeconds(3);

  /** Less than silence takes: a crash is proven. */
  private static final Duration PROVEN = Duration.ofMillis(2500);

  private static final int ENOUGH = 5;

  private final MachineShare share;
  private final Duration tolerance;
  private final Path directory;
  private final List<Fault> faults;
  private final FaultCluster cluster;
  private final FaultDriver driver;
  private boolean failed = true;

  private WatchedCluster(
      MachineShare share, Duration tolerance, FaultClusterOptions options, FaultCluster cluster) {
    this.share = share;
    this.tolerance = tolerance;
    this.directory = options.directory();
    this.faults = options.faults();
    this.cluster = cluster;
    this.driver = new FaultDriver(cluster);
  }

  /** Starts nodes on loopback addresses, or with a network to cut, for which it needs root. */
  static WatchedCluster start(int size, boolean network)
      throws IOException, TimeoutException, InterruptedException {
    return start(size, network, "fast", MachineShare.take(false), SHARED);
  }

  /** Starts nodes with a network, in a profile, as soon as nothing else is on the machine. */
  static WatchedCluster startAlone(int size, String profile)
      throws IOException, TimeoutException, InterruptedException {
    return start(size, true, profile, MachineShare.take(true), ALONE);
  }

  private static WatchedCluster start(
      int size, boolean network, String profile, MachineShare share, Duration tolerance)
      throws IOException, TimeoutException, InterruptedException {
    try {
      Path directory = Files.createTempDirectory("watched");
      FreeLoopback place = FreeLoopback.find();
      FaultClusterOptions options =
          FaultClusterOptions.allPossible(
              size, directory, place.prefix(), place.remotingPort(), network);
      assertThat(options.network()).as("own network").isEqualTo(network);
      return new WatchedCluster(
          share,
          tolerance,
          options,
          FaultCluster.start(options.withShape(node -> shape(node, profile))));
    } catch (Throwable e) {
      share.close();
      throw e;
    }
  }

  private static void shape(NodeProcessBuilder node, String profile) {
    node.setting("beethoven.profile", profile);
    // The command's, not that of the tests.
    node.setting("logback.configurationFile", "logback.xml");
    ClassArchive.ours()
        .ifPresent(
            archive -> {
              List<String> options = new ArrayList<>(TestCluster.SMALL_JVM);
              options.add("-XX:SharedArchiveFile=" + archive.file());
              node.classPath(archive.classPath()).jvmOptions(options);
            });
  }

  /** Plays a scenario and fails if a promise was not kept, then or before. */
  void play(Scenario scenario) throws IOException, TimeoutException, InterruptedException {
    failed = true;
    look(driver.play(scenario));
    failed = false;
  }

  /** Does something that is no scenario, makes it good again, and looks the same way. */
  void play(String what, Cause cause, int left, FaultDriver.Act act)
      throws IOException, TimeoutException, InterruptedException {
    failed = true;
    look(driver.play(what, cause, left, act));
    failed = false;
  }

  private void look(Disturbance over) throws IOException {
    WitnessReport report = cluster.report(tolerance);
    assertThat(report.findings()).as("seen by the witness, history in %s", directory).isEmpty();
    assertThat(report.looks()).isPositive();
    List<Duration> crashes =
        report.gaps().stream()
            .filter(gap -> gap.cause() == Cause.CRASH)
            .map(Gap::length)
            .sorted()
            .toList();
    if (crashes.size() >= ENOUGH) {
      assertThat(crashes.get(crashes.size() / 2)).as("median of crashes").isLessThan(PROVEN);
    }
    report.gaps().stream()
        .filter(gap -> gap.fault().equals(over.fault()) && gap.from() >= over.from())
        .max(Comparator.comparing(Gap::length))
        .ifPresent(
            gap -> TestCluster.measured(over.fault() + " gap of " + gap.role(), gap.length()));
  }

  /** Returns what is watched, to do to it what one likes. */
  FaultCluster cluster() {
    return cluster;
  }

  /** Returns what can be done to it. */
  List<Fault> faults() {
    return faults;
  }

  @Override
  public void close() throws IOException {
    cluster.close();
    share.close();
    if (failed) {
      System.err.println("history kept in " + directory);
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
