package io.beethoven.cli.soak;

import io.beethoven.testkit.witness.Finding;
import io.beethoven.testkit.witness.Gap;
import io.beethoven.testkit.witness.WitnessReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the witness has seen in words, with the times that the nodes' logs have. */
final class SoakLog {

  private static final String FILE = "report.txt";

  private SoakLog() {}

  /** Writes all findings and gaps into a directory. */
  static void write(Path directory, WitnessReport report) throws IOException {
    List<String> lines = new ArrayList<>();
    report.findings().forEach(finding -> lines.add(text(finding)));
    report.gaps().forEach(gap -> lines.add(text(gap)));
    Files.write(directory.resolve(FILE), lines);
  }

  /** Returns the findings, and the gaps that were longer than their bounds on a quiet machine. */
  static List<String> worthReading(WitnessReport report) {
    List<String> lines = new ArrayList<>();
    report.findings().forEach(finding -> lines.add(text(finding)));
    report.gaps().stream()
        .filter(gap -> gap.exceeds(Duration.ZERO))
        .forEach(gap -> lines.add(text(gap)));
    return lines;
  }

  private static String text(Finding finding) {
    return "%s violation %s role=%s: %s"
        .formatted(at(finding.nanoTime()), finding.kind(), finding.role(), finding.text());
  }

  private static String text(Gap gap) {
    return "%s gap role=%s ms=%d bound=%s cause=%s %s"
        .formatted(
            at(gap.from()),
            gap.role(),
            gap.length().toMillis(),
            gap.bound().map(bound -> bound.toMillis() + "ms").orElse("none"),
            gap.cause(),
            gap.fault());
  }

  /** Returns when it was by the wall clock, if nobody has set it since. */
  private static Instant at(long nanoTime) {
    return Instant.now().minusNanos(System.nanoTime() - nanoTime);
  }
}
