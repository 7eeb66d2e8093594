package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All cases that were measured.
 *
 * @param cases in the order of their measurement
 */
record Comparison(List<CaseResult> cases) {

  private static final int MEDIAN = 50;

  Comparison {
    cases = List.copyOf(cases);
  }

  /** Returns the events of which there are cases. */
  List<Event> events() {
    return cases.stream().map(CaseResult::event).distinct().toList();
  }

  /** Returns the cases of an event, the fastest first; those without a figure come last. */
  List<CaseResult> of(Event event) {
    return cases.stream()
        .filter(result -> result.event() == event)
        .sorted(Comparator.comparingDouble(Comparison::sortKey))
        .toList();
  }

  /** Returns how often Beethoven's median for the same event a case's median is. */
  Optional<Double> ratio(CaseResult result) {
    return of(result.event()).stream()
        .filter(CaseResult::isBeethoven)
        .flatMap(own -> own.total().stream())
        .findFirst()
        .flatMap(own -> result.total().map(total -> median(total) / median(own)));
  }

  private static double sortKey(CaseResult result) {
    return result.total().map(Comparison::median).orElse(Double.MAX_VALUE);
  }

  static double median(Figures figures) {
    return figures.percentile(MEDIAN);
  }
}
