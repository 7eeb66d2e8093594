package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.fault.WitnessedNode;
import io.beethoven.testkit.fault.WitnessedRole;
import io.beethoven.testkit.witness.Expectation;
import io.beethoven.testkit.witness.Finding;
import io.beethoven.testkit.witness.Finding.Kind;
import io.beethoven.testkit.witness.History;
import io.beethoven.testkit.witness.WitnessCheck;
import io.beethoven.testkit.witness.WitnessFiles;
import io.beethoven.testkit.witness.WitnessReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The witness finds what it is there to find, in what real processes write: two nodes that know
 * nothing of each other stand for a cluster that breaks its promises.
 */
@Timeout(180)
class WitnessFindsIT {

  private static final WitnessedRole PIANO = WitnessedRole.of("piano", 1);
  private static final Duration BOUND = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** An instance that was heard of within so long runs. */
  private static final long LATELY = Duration.ofMillis(250).toNanos();

  @SuppressWarnings("NullAway.Init") // set before all
  private static MachineShare share;

  @TempDir private Path directory;

  private final FreeLoopback place = FreeLoopback.find();
  private final History history = new History();
  private final WitnessCheck check =
      new WitnessCheck(
          List.of(Expectation.of(PIANO.name(), PIANO.count(), false)),
          Optional.of(BOUND),
          Duration.ZERO);

  private WitnessFiles files;
  private long whole;

  @BeforeAll
  static void share() {
    share = MachineShare.take(false);
  }

  @AfterAll
  static void closeShare() throws IOException {
    share.close();
  }

  @BeforeEach
  void watch() throws IOException {
    Files.createDirectories(directory.resolve("logs"));
    files = new WitnessFiles(witness());
  }

  private Path witness() {
    return directory.resolve("witness");
  }

  @Test
  void shouldFindTwoValidInstancesAndTheGapAfterBothAreGone() throws Exception {
    try (NodeProcess one = node(1)) {
      awaitInstance();
      whole = System.nanoTime();
      assertThat(kinds()).as("one alone").isEmpty();

      try (NodeProcess other = node(2)) {
        awaitFindings(Kind.OVER_COUNT, Kind.TWO_IN_A_SLOT);
        assertThat(kinds()).as("somebody runs it").doesNotContain(Kind.GAP_TOO_LONG);

        one.kill();
        other.kill();
        awaitFindings(Kind.GAP_TOO_LONG);
      }
    }
  }

  private NodeProcess node(int number) throws IOException {
    return NodeProcess.at(place.host(number))
        .port(place.remotingPort())
        .beaconPort(place.beaconPort())
        .subnet(place.subnet())
        .cluster("island-" + number)
        .runtimeDirectory(directory.resolve("run"))
        .logDirectory(directory.resolve("logs"))
        .mainClass(WitnessedNode.class.getName())
        .arguments(witness().toString(), PIANO.name() + "=" + PIANO.count())
        .start();
  }

  private void awaitInstance() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              read();
              assertThat(history.holders(PIANO.name(), System.nanoTime() - LATELY)).hasSize(1);
            });
  }

  private void awaitFindings(Kind... wanted) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(kinds()).contains(wanted));
  }

  private Set<Kind> kinds() throws IOException {
    read();
    WitnessReport report = check.check(history, List.of(), whole, System.nanoTime());
    return report.findings().stream().map(Finding::kind).collect(Collectors.toSet());
  }

  private void read() throws IOException {
    files.read(history::add);
  }
}
