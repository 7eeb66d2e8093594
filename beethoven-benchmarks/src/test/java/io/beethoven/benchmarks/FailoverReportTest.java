package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.benchmarks.FailoverRun.Part;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverReportTest {

  @Test
  void shouldTellTheKernelsPartAndOursWhenProcessesWereKilled() {
    FailoverReport report = new FailoverReport(Event.KILL, Victim.HOST);
    report.add(new FailoverRun("a", "b", 70.04, Map.of(Part.FIN, 25.0, Part.OURS, 45.04), 0));
    report.add(new FailoverRun("b", "c", 50, Map.of(Part.FIN, 20.0, Part.OURS, 30.0), 0));

    assertThat(report.summary().toString())
        .isEqualTo(
            "{\"min_ms\":50.0,\"p50_ms\":50.0,\"p90_ms\":70.0,\"max_ms\":70.0,\"runs\":2,"
                + "\"victim\":\"host\",\"event\":\"kill\","
                + "\"fin_p50_ms\":20.0,\"fin_p90_ms\":25.0,"
                + "\"ours_p50_ms\":30.0,\"ours_p90_ms\":45.0}");
    assertThat(report.line()).isEqualTo("run   2:     50.0 ms (fin 20.0, ours 30.0)  b -> c");
    assertThat(report.table()).hasSize(3);
    assertThat(report.table().get(0)).startsWith("kill -9 to role running elsewhere");
  }

  @Test
  void shouldAddUpActsOfStaleInstancesWhenProcessesWereFrozen() {
    FailoverReport report = new FailoverReport(Event.FREEZE, Victim.BOTH);
    report.add(new FailoverRun("a,b", "c,d", 4000, Map.of(Part.WHOLE, 900.0), 2));
    report.add(new FailoverRun("a,b", "c,d", 4100, Map.of(Part.WHOLE, 800.0), 1));

    assertThat(report.staleActs()).isEqualTo(3);
    assertThat(report.summary().toString())
        .contains("\"victim\":\"both\",\"event\":\"freeze\",\"whole_p50_ms\":800.0")
        .endsWith("\"stale_acts\":3}");
    assertThat(report.json().toString())
        .isEqualTo(
            "{\"run\":2,\"from\":\"a,b\",\"to\":\"c,d\",\"failover_ms\":4100.0,"
                + "\"whole_ms\":800.0,\"stale_acts\":1}");
    assertThat(report.line()).contains("(whole 800.0, stale acts 1)");
    assertThat(report.table()).last().asString().endsWith("3");
  }

  @Test
  void shouldTellAGapOfLessThanZeroWhenInstancesOverlapped() {
    FailoverReport report = new FailoverReport(Event.STOP, Victim.ALLOCATOR);
    report.add(new FailoverRun("a", "b", 30, Map.of(Part.GAP, -4.26), 0));

    assertThat(report.summary().path("gap_p50_ms").asDouble()).isEqualTo(-4.3);
    assertThat(report.summary().path("event").asText()).isEqualTo("stop");
    assertThat(report.summary().has("stale_acts")).isFalse();
  }
}
