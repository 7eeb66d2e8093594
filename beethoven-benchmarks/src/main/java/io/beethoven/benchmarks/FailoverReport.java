package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.benchmarks.FailoverRun.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is told of some failovers of one kind. */
final class FailoverReport {

  private final Event event;
  private final Victim victim;
  private final List<FailoverRun> runs = new ArrayList<>();

  FailoverReport(Event event, Victim victim) {
    this.event = event;
    this.victim = victim;
  }

  /** Takes a run; every one of a report has the same parts. */
  void add(FailoverRun run) {
    runs.add(run);
  }

  /** Returns how often an instance acted after one with a higher token had, in all runs. */
  int staleActs() {
    return runs.stream().mapToInt(FailoverRun::staleActs).sum();
  }

  /** Returns the last run as text. */
  String line() {
    FailoverRun run = lastRun();
    String more =
        run.parts().entrySet().stream()
            .map(
                part -> String.format(Locale.ROOT, "%s %.1f", part.getKey().key(), part.getValue()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "run %3d: %8.1f ms (%s%s)  %s -> %s",
        runs.size(),
        run.millis(),
        more,
        event == Event.FREEZE ? ", stale acts " + run.staleActs() : "",
        run.from(),
        run.to());
  }

  /** Returns the last run as JSON. */
  ObjectNode json() {
    FailoverRun run = lastRun();
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("run", runs.size()).put("from", run.from()).put("to", run.to());
    line.put("failover_ms", Figures.tenths(run.millis()));
    run.parts().forEach((part, value) -> line.put(part.key() + "_ms", Figures.tenths(value)));
    if (event == Event.FREEZE) {
      line.put("stale_acts", run.staleActs());
    }
    return line;
  }

  /** Returns the table of all runs. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(failover().line(event.signal() + " to role running elsewhere", "ms"));
    parts().forEach((part, figures) -> lines.add(figures.line(part.label(), "ms")));
    if (event == Event.FREEZE) {
      lines.add("acts of a stale instance: " + staleActs());
    }
    return lines;
  }

  /** Returns the last line: all runs as JSON. */
  ObjectNode summary() {
    Figures failover = failover();
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("min_ms", Figures.tenths(failover.min()));
    line.put("p50_ms", Figures.tenths(failover.percentile(50)));
    line.put("p90_ms", Figures.tenths(failover.percentile(90)));
    line.put("max_ms", Figures.tenths(failover.max()));
    line.put("runs", runs.size());
    line.put("victim", victim.name().toLowerCase(Locale.ROOT));
    line.put("event", event.key());
    parts()
        .forEach(
            (part, figures) -> {
              line.put(part.key() + "_p50_ms", Figures.tenths(figures.percentile(50)));
              line.put(part.key() + "_p90_ms", Figures.tenths(figures.percentile(90)));
            });
    if (event == Event.FREEZE) {
      line.put("stale_acts", staleActs());
    }
    return line;
  }

  private FailoverRun lastRun() {
    return runs.get(runs.size() - 1);
  }

  private Figures failover() {
    return new Figures(runs.stream().map(FailoverRun::millis).toList());
  }

  private Map<Part, Figures> parts() {
    return lastRun().parts().keySet().stream()
        .collect(
            Collectors.toMap(
                part -> part,
                part -> new Figures(runs.stream().map(run -> run.parts().get(part)).toList()),
                (a, b) -> a,
                java.util.TreeMap::new));
  }
}
