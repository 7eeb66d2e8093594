package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.benchmarks.FailoverRun.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScaleFiguresTest {

  private static final IdleFigures IDLE = new IdleFigures(4.26, 5300.4, 190.04, 21.5, 50, 85.5);

  @Test
  void shouldTellWhatWasMeasured() {
    ScaleFigures figures =
        new ScaleFigures(
            new ScaleLayout(20, 20),
            31_200,
            1_700,
            IDLE,
            Map.of(Loss.VOTER, List.of(run(80, 30, 50), run(60, 20, 40), run(90, 35, 55))));

    assertThat(figures.restLines())
        .containsExactly(
            "20 nodes in 20 processes, 9 voters: whole after 31.2 s, settled 1.7 s later",
            "  a node at rest: 4.3 % of a core, writes 5300 bytes/s, 190 MB resident,"
                + " heap 21.5 MB, 50 threads, 86 descriptors");
    assertThat(figures.lossLines()).hasSize(3);
    assertThat(figures.lossLines().get(0))
        .isEqualTo(
            "  kill -9, host, voter             min     60.0   median     80.0"
                + "   p90     90.0   max     90.0   ms");
    assertThat(figures.json().toString())
        .isEqualTo(
            "{\"nodes\":20,\"processes\":20,\"voters\":9,\"instances\":19,"
                + "\"formed_ms\":31200,\"settled_ms\":1700,\"cpu_percent\":4.3,"
                + "\"written_bytes_per_s\":5300,\"rss_mb\":190.0,\"heap_mb\":21.5,"
                + "\"threads\":50.0,\"descriptors\":85.5,"
                + "\"voter\":{\"runs\":3,\"min_ms\":60.0,\"p50_ms\":80.0,\"max_ms\":90.0,"
                + "\"fin_p50_ms\":30.0,\"ours_p50_ms\":50.0}}");
  }

  @Test
  void shouldSayNothingOfAHeapThatIsNotKnown() {
    IdleFigures unknown = new IdleFigures(4, 5000, 190, Double.NaN, 50, 85);

    assertThat(
            new ScaleFigures(new ScaleLayout(5, 5), 1, 2, unknown, Map.of()).json().has("heap_mb"))
        .isFalse();
  }

  private static FailoverRun run(double all, double fin, double ours) {
    return new FailoverRun("a", "b", all, Map.of(Part.FIN, fin, Part.OURS, ours), 0);
  }
}
