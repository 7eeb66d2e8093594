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
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  /** Less than silence takes: a crash is proven. */
  private static final Duration PROVEN = Duration.ofMillis(2500);

  private static final int ENOUGH = 5;

  private final MachineShare share;
  private final Path directory;
  private final List<Fault> faults;
  private final FaultCluster cluster;
  private final FaultDriver driver;
  private boolean failed = true;

  private WatchedCluster(MachineShare share, FaultClusterOptions options, FaultCluster cluster) {
    this.share = share;
    this.directory = options.directory();
    this.faults = options.faults();
    this.cluster = cluster;
    this.driver = new FaultDriver(cluster);
  }

  /** Starts nodes on loopback addresses, or with a network to cut, for which it needs root. */
  static WatchedCluster start(int size, boolean network)
      throws IOException, TimeoutException, InterruptedException {
    MachineShare share = MachineShare.take(false);
    Path directory = Files.createTempDirectory("watched");
    FreeLoopback place = FreeLoopback.find();
    FaultClusterOptions options =
        FaultClusterOptions.allPossible(
            size, directory, place.prefix(), place.remotingPort(), network);
    assertThat(options.network()).as("own network").isEqualTo(network);
    try {
      return new WatchedCluster(
          share, options, FaultCluster.start(options.withShape(WatchedCluster::shape)));
    } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
      share.close();
      throw e;
    }
  }

  private static void shape(NodeProcessBuilder node) {
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
    Disturbance over = driver.play(scenario);
    WitnessReport report = cluster.report(TOLERANCE);
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
    failed = false;
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
