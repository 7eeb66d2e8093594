package io.beethoven.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.fault.ProcessFigures;
import io.beethoven.testkit.witness.Cause;
import io.beethoven.testkit.witness.Finding;
import io.beethoven.testkit.witness.Gap;
import io.beethoven.testkit.witness.WitnessReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SoakResultTest {

  private static final ProcessFigures FIGURES = new ProcessFigures(5, 2048, 30.04, 12);

  private static SoakResult result(Optional<String> failure, Finding... findings) {
    Gap quick = new Gap("one", 0, 90_000_000, Cause.CRASH, "kill", bound(180));
    Gap slow = new Gap("one", 0, 250_000_000, Cause.CRASH, "kill", bound(180));
    WitnessReport report =
        new WitnessReport(List.of(findings), List.of(quick, slow), 12, 3, 1000, 20, 1);
    return new SoakResult(
        5,
        61.27,
        Map.of("kill", 2, "freeze", 1),
        failure,
        Optional.of(report),
        140,
        FIGURES,
        FIGURES);
  }

  private static Optional<Duration> bound(long millis) {
    return Optional.of(Duration.ofMillis(millis));
  }

  @Test
  void shouldSumUpWhenAllWentWell() {
    SoakResult result = result(Optional.empty());

    ObjectNode json = result.json(7, "");

    assertThat(result.isClean()).isTrue();
    assertThat(json.path("seed").asLong()).isEqualTo(7);
    assertThat(json.path("faults").asInt()).isEqualTo(3);
    assertThat(json.path("faults_by_kind").path("kill").asInt()).isEqualTo(2);
    assertThat(json.path("violations").asInt()).isZero();
    assertThat(json.path("worst_gap_ms").path("crash").asInt()).isEqualTo(250);
    assertThat(json.path("gaps_over_bound").path("crash").asInt()).isEqualTo(1);
    assertThat(json.path("worst_stall_ms").asInt()).isEqualTo(140);
    assertThat(json.path("start").path("rss_mb").asDouble()).isEqualTo(2.0);
    assertThat(json.has("history")).isFalse();
  }

  @Test
  void shouldCountFindingsAsViolations() {
    SoakResult result =
        result(Optional.empty(), new Finding(Finding.Kind.OVER_COUNT, "one", 1, "two valid"));

    ObjectNode json = result.json(7, "/kept");

    assertThat(result.isClean()).isFalse();
    assertThat(json.path("violations").asInt()).isEqualTo(1);
    assertThat(json.path("findings").path("over_count").asInt()).isEqualTo(1);
    assertThat(json.path("history").asText()).isEqualTo("/kept");
  }

  @Test
  void shouldCountAClusterThatDidNotBecomeWhole() {
    SoakResult result = result(Optional.of("not whole\nand more"));

    assertThat(result.isClean()).isFalse();
    assertThat(result.json(7, "").path("failure").asText()).isEqualTo("not whole");
    assertThat(SoakResult.notWhole(5, 1, "never").isClean()).isFalse();
  }
}
