package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.util.ArrayList;
import java.util.List;

/** A comparison as Markdown, a table for each event. */
final class MarkdownReport {

  private MarkdownReport() {}

  /** Returns the lines. */
  static List<String> of(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    for (Event event : comparison.events()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add("**" + what(event) + "**");
      lines.add("");
      lines.addAll(new ComparisonTable(comparison, event).markdown());
    }
    return lines;
  }

  private static String what(Event event) {
    return switch (event) {
      case KILL -> "The process is killed (`kill -9`)";
      case FREEZE -> "The process is frozen (`SIGSTOP`), and thawed once the role runs elsewhere";
      case STOP -> "The process is stopped (`SIGTERM`)";
    };
  }
}
