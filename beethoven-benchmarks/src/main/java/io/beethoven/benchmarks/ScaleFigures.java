package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.benchmarks.FailoverRun.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of a cluster of one size.
 *
 * @param layout how many nodes in how many processes
 * @param formedMillis from the start of the first process until all is whole
 * @param settledMillis from there until as many nodes vote as may, and all their lines stand
 * @param idle what a node takes at rest
 * @param losses the failovers by what was killed; a kind of which there was none is missing
 */
record ScaleFigures(
    ScaleLayout layout,
    double formedMillis,
    double settledMillis,
    IdleFigures idle,
    Map<Loss, List<FailoverRun>> losses) {

  ScaleFigures {
    losses = new TreeMap<>(losses);
  }

  /** Returns what is known before anything is killed. */
  List<String> restLines() {
    return List.of(
        format(
            "%d nodes in %d processes, %d voters: whole after %.1f s, settled %.1f s later",
            layout.nodes(),
            layout.processes(),
            layout.voters(),
            formedMillis / 1000,
            settledMillis / 1000),
        format(
            "  a node at rest: %.1f %% of a core, writes %.0f bytes/s, %.0f MB resident,"
                + " heap %.1f MB, %.0f threads, %.0f descriptors",
            idle.cpuPercent(),
            idle.writtenPerSecond(),
            idle.residentMegabytes(),
            idle.heapMegabytes(),
            idle.threads(),
            idle.descriptors()));
  }

  /** Returns a line for each kind of failover, and two for its parts. */
  List<String> lossLines() {
    List<String> lines = new ArrayList<>();
    losses.forEach(
        (loss, runs) -> {
          lines.add(figures(runs, FailoverRun::millis).line("  kill -9, " + loss.label(), "ms"));
          lines.add(part(runs, Part.FIN).line("    of which the kernel's (FIN)", "ms"));
          lines.add(part(runs, Part.OURS).line("    of which Beethoven's", "ms"));
        });
    return lines;
  }

  /** Returns it as JSON. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("nodes", layout.nodes()).put("processes", layout.processes());
    json.put("voters", layout.voters()).put("instances", layout.instances());
    json.put("formed_ms", Math.round(formedMillis)).put("settled_ms", Math.round(settledMillis));
    json.put("cpu_percent", Figures.tenths(idle.cpuPercent()));
    json.put("written_bytes_per_s", Math.round(idle.writtenPerSecond()));
    json.put("rss_mb", Figures.tenths(idle.residentMegabytes()));
    if (!Double.isNaN(idle.heapMegabytes())) {
      json.put("heap_mb", Figures.tenths(idle.heapMegabytes()));
    }
    json.put("threads", Figures.tenths(idle.threads()));
    json.put("descriptors", Figures.tenths(idle.descriptors()));
    losses.forEach((loss, runs) -> json.set(loss.key(), json(runs)));
    return json;
  }

  private static ObjectNode json(List<FailoverRun> runs) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("runs", runs.size());
    Figures whole = figures(runs, FailoverRun::millis);
    json.put("min_ms", Figures.tenths(whole.min()));
    json.put("p50_ms", Figures.tenths(whole.percentile(50)));
    json.put("max_ms", Figures.tenths(whole.max()));
    json.put("fin_p50_ms", Figures.tenths(part(runs, Part.FIN).percentile(50)));
    json.put("ours_p50_ms", Figures.tenths(part(runs, Part.OURS).percentile(50)));
    return json;
  }

  private static Figures part(List<FailoverRun> runs, Part part) {
    return figures(runs, run -> run.parts().getOrDefault(part, Double.NaN));
  }

  private static Figures figures(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> what) {
    return new Figures(runs.stream().mapToDouble(what).boxed().toList());
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
