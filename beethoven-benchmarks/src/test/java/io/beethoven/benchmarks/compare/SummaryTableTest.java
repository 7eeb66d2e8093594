package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.benchmarks.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTableTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
  private static final Path REPORT = ROOT.resolve("docs").resolve("peers");

  @Test
  void shouldHaveALineForEachLibraryAndSetting() {
    Comparison comparison =
        new Comparison(
            List.of(
                ComparisonTest.killed("pekko", Setting.DEFAULT, 46_000, 47_100.4, 48_000),
                ComparisonTest.killed("ignite", Setting.EXPERT, 100, 200.5, 300),
                ComparisonTest.killed("beethoven", Setting.DEFAULT, 400, 500, 700),
                ComparisonTest.frozen("pekko", new Overlap(9_000, 7, false)),
                ComparisonTest.frozen("beethoven", Overlap.NONE),
                new CaseResult("helix", Setting.EXPERT, Event.STOP, List.of(), List.of("late"))));

    assertThat(SummaryTable.of(comparison))
        .hasSize(6)
        .endsWith(
            "| **Beethoven** | 500 | 3,000 | 0 | - |",
            "| Ignite, tuned | 201 | - | - | - |",
            "| Pekko, as it comes | 47,100 | 3,000 | > 9,000 | - |",
            "| Helix, tuned | - | - | - | - (1 failed) |");
  }

  @Test
  void shouldBeInTheReadmeAsTheLastReportHasIt() throws IOException {
    List<String> table = SummaryTable.of(lastReport());

    assertThat(Files.readAllLines(REPORT.resolve("summary.md"))).isEqualTo(table);
    assertThat(Files.readAllLines(ROOT.resolve("README.md"))).containsSequence(table);
  }

  private static Comparison lastReport() throws IOException {
    JsonNode figures = new ObjectMapper().readTree(REPORT.resolve("figures.json").toFile());
    List<CaseResult> cases = new ArrayList<>();
    figures.get("cases").forEach(line -> cases.add(caseOf(line)));
    return new Comparison(cases);
  }

  private static CaseResult caseOf(JsonNode line) {
    Overlap worst =
        new Overlap(
            line.at("/overlap_ms/max").asDouble(),
            line.path("overlap_acts_max").asInt(),
            line.path("overlap_ended").asBoolean(true));
    List<String> failures = new ArrayList<>();
    line.get("failures").forEach(failure -> failures.add(failure.asText()));
    List<Measured> runs = new ArrayList<>();
    line.get("totals_ms")
        .forEach(
            total ->
                runs.add(new Measured("a", "b", total.asDouble(), 0, Optional.empty(), worst)));
    return new CaseResult(
        line.get("library").asText(),
        Setting.valueOf(line.get("setting").asText().toUpperCase(Locale.ROOT)),
        Event.valueOf(line.get("event").asText().toUpperCase(Locale.ROOT)),
        runs,
        failures);
  }
}
