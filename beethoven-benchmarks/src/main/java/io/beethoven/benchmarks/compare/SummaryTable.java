package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A comparison in one table of Markdown, a line for each library and setting: what a reader wants
 * to know first. All times are medians in milliseconds, but for the overlap, which is the worst.
 */
final class SummaryTable {

  private static final String NONE = "-";

  private SummaryTable() {}

  /** Returns the lines, Beethoven first, then by the time after a kill. */
  static List<String> of(Comparison comparison) {
    Map<String, Map<Event, CaseResult>> byName = new LinkedHashMap<>();
    for (CaseResult result : comparison.cases()) {
      byName
          .computeIfAbsent(name(result), name -> new LinkedHashMap<>())
          .put(result.event(), result);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "| library | killed: runs elsewhere after | frozen: runs elsewhere after"
            + " | thawed: two act at once for, at worst | stopped: runs elsewhere after |");
    lines.add("|---|---:|---:|---:|---:|");
    byName.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> sortKey(entry.getValue())))
        .map(entry -> line(entry.getKey(), entry.getValue()))
        .forEach(lines::add);
    return lines;
  }

  private static String name(CaseResult result) {
    if (result.isBeethoven()) {
      return "**" + result.title() + "**";
    }
    return switch (result.setting()) {
      case DEFAULT -> result.title() + ", as it comes";
      case EXPERT -> result.title() + ", tuned";
    };
  }

  private static double sortKey(Map<Event, CaseResult> byEvent) {
    if (byEvent.values().stream().anyMatch(CaseResult::isBeethoven)) {
      return -1;
    }
    return total(byEvent, Event.KILL).orElse(Double.MAX_VALUE);
  }

  private static String line(String name, Map<Event, CaseResult> byEvent) {
    return "| "
        + String.join(
            " | ",
            name,
            text(byEvent, Event.KILL),
            text(byEvent, Event.FREEZE),
            Optional.ofNullable(byEvent.get(Event.FREEZE)).map(SummaryTable::overlap).orElse(NONE),
            text(byEvent, Event.STOP))
        + " |";
  }

  private static Optional<Double> total(Map<Event, CaseResult> byEvent, Event event) {
    return Optional.ofNullable(byEvent.get(event))
        .flatMap(CaseResult::total)
        .map(Comparison::median);
  }

  private static String overlap(CaseResult result) {
    String more = result.isOverlapEnded() ? "" : "> ";
    return result
        .overlap()
        .map(figures -> more + ComparisonTable.millis(figures.max()))
        .orElse(NONE);
  }

  private static String text(Map<Event, CaseResult> byEvent, Event event) {
    return total(byEvent, event).map(ComparisonTable::millis).orElse(NONE)
        + Optional.ofNullable(byEvent.get(event)).map(CaseResult::failureNote).orElse("");
  }
}
