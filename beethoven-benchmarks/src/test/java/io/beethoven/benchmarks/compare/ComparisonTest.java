package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.benchmarks.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final CaseResult SLOW = killed("pekko", Setting.DEFAULT, 46_000, 47_100.4, 48_000);
  private static final CaseResult OWN = killed("beethoven", Setting.DEFAULT, 40, 50, 70);
  private static final CaseResult FAILED =
      new CaseResult("helix", Setting.EXPERT, Event.KILL, List.of(), List.of("no \"session\""));
  private static final Comparison KILLED = new Comparison(List.of(SLOW, OWN, FAILED));

  @Test
  void shouldPutTheFastestFirstAndTellRatios() {
    assertThat(KILLED.of(Event.KILL)).containsExactly(OWN, SLOW, FAILED);
    assertThat(KILLED.of(Event.STOP)).isEmpty();
    assertThat(KILLED.ratio(OWN)).contains(1.0);
    assertThat(KILLED.ratio(SLOW)).contains(942.008);
    assertThat(KILLED.ratio(FAILED)).isEmpty();
    assertThat(new Comparison(List.of(SLOW)).ratio(SLOW)).isEmpty();
  }

  @Test
  void shouldAlignTheTableOnATerminal() {
    assertThat(new ComparisonTable(KILLED, Event.KILL).text())
        .containsExactly(
            "library    setting          runs     min  median  p90     max  ratio     gap  FIN",
            "Beethoven  default             3      40      50    -      70    1.0      52   20",
            "Pekko      default             3  46,000  47,100    -  48,000    942  47,102   20",
            "Helix      expert   0 (1 failed)       -       -    -       -      -       -    -");
  }

  @Test
  void shouldTellRatiosWithTwoDigits() {
    assertThat(ComparisonTable.ratio(0.126)).isEqualTo("0.13");
    assertThat(ComparisonTable.ratio(1)).isEqualTo("1.0");
    assertThat(ComparisonTable.ratio(9.94)).isEqualTo("9.9");
    assertThat(ComparisonTable.ratio(9.96)).isEqualTo("10");
    assertThat(ComparisonTable.ratio(1234.4)).isEqualTo("1,234");
  }

  @Test
  void shouldWriteMarkdown() {
    assertThat(MarkdownReport.of(KILLED))
        .containsExactly(
            "**The process is killed (`kill -9`)**",
            "",
            "| library | setting | runs | min | median | p90 | max | ratio | gap | FIN |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
            "| **Beethoven** | **default** | **3** | **40** | **50** | **-** | **70** | **1.0** |"
                + " **52** | **20** |",
            "| Pekko | default | 3 | 46,000 | 47,100 | - | 48,000 | 942 | 47,102 | 20 |",
            "| Helix | expert | 0 (1 failed) | - | - | - | - | - | - | - |");
  }

  @Test
  void shouldTellTheWorstOverlapWhenProcessesWereFrozen() {
    Comparison frozen =
        new Comparison(
            List.of(
                frozen("beethoven", new Overlap(0, 0, true), new Overlap(0, 0, true)),
                frozen("jgroups", new Overlap(2500, 480, true), new Overlap(10_000, 1900, false))));

    assertThat(new ComparisonTable(frozen, Event.FREEZE).text())
        .containsExactly(
            "library    setting  runs    min  median  p90    max  ratio    gap  overlap  worst"
                + " overlap  acts in it",
            "Beethoven  default     2  3,000   3,000    -  3,000    1.0  3,002        0"
                + "              0           0",
            "JGroups    default     2  3,000   3,000    -  3,000    1.0  3,002    2,500"
                + "       > 10,000     > 1,900");
  }

  @Test
  void shouldTellEverythingInJson() {
    assertThat(ComparisonJson.of(new Comparison(List.of(OWN, FAILED))).toString())
        .isEqualTo(
            "{\"cases\":[{\"library\":\"beethoven\",\"setting\":\"default\",\"event\":\"kill\","
                + "\"runs\":3,\"total_ms\":{\"min\":40.0,\"p50\":50.0,\"p90\":70.0,\"max\":70.0},"
                + "\"ratio\":1.0,\"gap_ms\":{\"min\":42.0,\"p50\":52.0,\"p90\":72.0,\"max\":72.0},"
                + "\"fin_ms\":{\"min\":20.0,\"p50\":20.0,\"p90\":20.0,\"max\":20.0},"
                + "\"totals_ms\":[40.0,50.0,70.0],\"failures\":[]},"
                + "{\"library\":\"helix\",\"setting\":\"expert\",\"event\":\"kill\",\"runs\":0,"
                + "\"totals_ms\":[],\"failures\":[\"no \\\"session\\\"\"]}]}");
    assertThat(
            ComparisonJson.of(
                    new Comparison(List.of(frozen("jgroups", new Overlap(11.06, 3, false)))))
                .toString())
        .contains(
            "\"overlap_ms\":{\"min\":11.1,\"p50\":11.1,\"p90\":11.1,\"max\":11.1},"
                + "\"overlap_acts_max\":3,\"overlap_ended\":false");
  }

  @Test
  void shouldTellEachRunInALine() {
    assertThat(RunLine.of(OWN, OWN.runs().get(0)))
        .isEqualTo(
            "beethoven default kill   run  3: total      40.0 ms, gap      42.0, fin 20.0  a -> b");
    CaseResult jgroups = frozen("jgroups", new Overlap(9000, 1700, false));
    assertThat(RunLine.of(jgroups, jgroups.runs().get(0)))
        .isEqualTo(
            "jgroups   default freeze run  1: total    3000.0 ms, gap    3002.0,"
                + " overlap 9000.0 in 1700 acts and more  a -> b");
    assertThat(RunLine.failed(FAILED))
        .isEqualTo("helix     expert  kill   run  1: failed: no \"session\"");
  }

  static CaseResult killed(String library, Setting setting, double... totals) {
    return new CaseResult(
        library,
        setting,
        Event.KILL,
        Arrays.stream(totals)
            .mapToObj(
                total -> new Measured("a", "b", total, total + 2, Optional.of(20.0), Overlap.NONE))
            .toList(),
        List.of());
  }

  static CaseResult frozen(String library, Overlap... overlaps) {
    return new CaseResult(
        library,
        Setting.DEFAULT,
        Event.FREEZE,
        Arrays.stream(overlaps)
            .map(overlap -> new Measured("a", "b", 3000, 3002, Optional.empty(), overlap))
            .toList(),
        List.of());
  }
}
