package io.beethoven.benchmarks.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Figures;
import java.util.Optional;

/** A comparison as one object of JSON. */
final class ComparisonJson {

  private ComparisonJson() {}

  /** Returns all cases, with the figures and each run. */
  static ObjectNode of(Comparison comparison) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode cases = all.putArray("cases");
    comparison.cases().forEach(result -> cases.add(of(comparison, result)));
    return all;
  }

  private static ObjectNode of(Comparison comparison, CaseResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("library", result.library()).put("setting", result.setting().key());
    line.put("event", result.event().key()).put("runs", result.runs().size());
    put(line, "total_ms", result.total());
    comparison.ratio(result).ifPresent(ratio -> line.put("ratio", Math.round(ratio * 100) / 100.0));
    put(line, "gap_ms", result.gap());
    put(line, "fin_ms", result.fin());
    if (result.event() != Event.KILL) {
      put(line, "overlap_ms", result.overlap());
      line.put("overlap_acts_max", result.overlapActs());
      line.put("overlap_ended", result.isOverlapEnded());
    }
    ArrayNode totals = line.putArray("totals_ms");
    result.runs().forEach(run -> totals.add(Figures.tenths(run.totalMillis())));
    ArrayNode failures = line.putArray("failures");
    result.failures().forEach(failures::add);
    return line;
  }

  private static void put(ObjectNode line, String name, Optional<Figures> figures) {
    figures.ifPresent(
        values ->
            line.putObject(name)
                .put("min", Figures.tenths(values.min()))
                .put("p50", Figures.tenths(values.percentile(50)))
                .put("p90", Figures.tenths(values.percentile(90)))
                .put("max", Figures.tenths(values.max())));
  }
}
