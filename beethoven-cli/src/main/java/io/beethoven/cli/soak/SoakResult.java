package io.beethoven.cli.soak;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.fault.ProcessFigures;
import io.beethoven.testkit.witness.Finding;
import io.beethoven.testkit.witness.Gap;
import io.beethoven.testkit.witness.WitnessReport;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a soak went.
 *
 * @param nodes how many processes
 * @param seconds how long it took
 * @param faults how many of each kind
 * @param failure why it could not go on; empty if time was up, or a safety promise was broken
 * @param report what the witness has seen; empty if there never was a cluster
 * @param worstStallMillis for how long this process wanted to run and could not, at worst
 * @param start what a node took of the machine when all was whole for the first time
 * @param end what it took at the end
 */
record SoakResult(
    int nodes,
    double seconds,
    Map<String, Integer> faults,
    Optional<String> failure,
    Optional<WitnessReport> report,
    long worstStallMillis,
    ProcessFigures start,
    ProcessFigures end) {

  static SoakResult notWhole(int nodes, double seconds, String failure) {
    ProcessFigures none = new ProcessFigures(0, 0, 0, 0);
    return new SoakResult(
        nodes, seconds, Map.of(), Optional.of(failure), Optional.empty(), 0, none, none);
  }

  /** Tells whether all promises were kept. */
  boolean isClean() {
    return failure.isEmpty() && report.filter(some -> some.findings().isEmpty()).isPresent();
  }

  /**
   * Returns the summary.
   *
   * @param seed what the faults were drawn by
   * @param directory where the history is; empty if it is gone
   */
  ObjectNode json(long seed, String directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("event", "soak-summary").put("seed", seed).put("nodes", nodes);
    json.put("seconds", tenths(seconds));
    json.put("faults", faults.values().stream().mapToInt(count -> count).sum());
    ObjectNode kinds = json.putObject("faults_by_kind");
    faults.forEach(kinds::put);
    report.ifPresent(some -> put(json, some));
    json.put("violations", violations());
    failure.ifPresent(text -> json.put("failure", text.lines().findFirst().orElse("")));
    json.put("worst_stall_ms", worstStallMillis);
    put(json.putObject("start"), start);
    put(json.putObject("end"), end);
    if (!directory.isEmpty()) {
      json.put("history", directory);
    }
    return json;
  }

  private int violations() {
    return report.map(some -> some.findings().size()).orElse(0) + (failure.isPresent() ? 1 : 0);
  }

  private static void put(ObjectNode json, WitnessReport report) {
    json.put("failovers", report.failovers()).put("instances", report.instances());
    json.put("looks", report.looks()).put("looks_without_right", report.withoutRight());
    json.put("late_looks", report.late());
    ObjectNode worst = json.putObject("worst_gap_ms");
    report
        .worstGaps()
        .forEach(
            (cause, length) -> worst.put(cause.name().toLowerCase(Locale.ROOT), length.toMillis()));
    ObjectNode bounded = json.putObject("worst_bounded_gap_ms");
    ObjectNode over = json.putObject("gaps_over_bound");
    ObjectNode without = json.putObject("gaps_without_bound");
    for (Gap gap : report.gaps()) {
      String cause = gap.cause().name().toLowerCase(Locale.ROOT);
      if (gap.bound().isEmpty()) {
        without.put(cause, without.path(cause).asInt() + 1);
      } else {
        bounded.put(cause, Math.max(bounded.path(cause).asLong(), gap.length().toMillis()));
      }
      if (gap.exceeds(Duration.ZERO)) {
        over.put(cause, over.path(cause).asInt() + 1);
      }
    }
    ObjectNode kinds = json.putObject("findings");
    for (Finding finding : report.findings()) {
      String kind = finding.kind().name().toLowerCase(Locale.ROOT);
      kinds.put(kind, kinds.path(kind).asInt() + 1);
    }
  }

  private static void put(ObjectNode json, ProcessFigures figures) {
    json.put("rss_mb", tenths(figures.residentKilobytes() / 1024.0));
    json.put("threads", tenths(figures.threads())).put("sockets", tenths(figures.sockets()));
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
