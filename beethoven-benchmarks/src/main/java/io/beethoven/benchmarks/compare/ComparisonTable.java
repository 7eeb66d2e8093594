package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The figures of one event as rows of text, for a terminal and for Markdown. All times are
 * milliseconds.
 */
final class ComparisonTable {

  private static final String NONE = "-";
  private static final int P90 = 90;

  /** Of fewer it is the slowest one. */
  private static final int LEAST_FOR_P90 = 10;

  private final List<List<String>> rows = new ArrayList<>();

  /** Makes the table of an event. */
  ComparisonTable(Comparison comparison, Event event) {
    rows.add(header(event));
    comparison.of(event).forEach(result -> rows.add(row(comparison, result)));
  }

  private static List<String> header(Event event) {
    List<String> header =
        new ArrayList<>(
            List.of("library", "setting", "runs", "min", "median", "p90", "max", "ratio", "gap"));
    switch (event) {
      case KILL -> header.add("FIN");
      case FREEZE, STOP -> header.addAll(List.of("overlap", "worst overlap", "acts in it"));
    }
    return header;
  }

  private static List<String> row(Comparison comparison, CaseResult result) {
    List<String> row = new ArrayList<>();
    row.add(result.title());
    row.add(result.setting().key());
    row.add(result.runs().size() + result.failureNote());
    row.add(millis(result.total().map(Figures::min)));
    row.add(millis(result.total().map(Comparison::median)));
    row.add(
        result.runs().size() < LEAST_FOR_P90
            ? NONE
            : millis(result.total().map(total -> total.percentile(P90))));
    row.add(millis(result.total().map(Figures::max)));
    row.add(comparison.ratio(result).map(ComparisonTable::ratio).orElse(NONE));
    row.add(millis(result.gap().map(Comparison::median)));
    switch (result.event()) {
      case KILL -> row.add(millis(result.fin().map(Comparison::median)));
      case FREEZE, STOP -> {
        row.add(millis(result.overlap().map(Comparison::median)));
        String more = result.isOverlapEnded() ? "" : "> ";
        row.add(more + millis(result.overlap().map(Figures::max)));
        row.add(more + number(result.overlapActs()));
      }
    }
    return row;
  }

  /** Returns lines with aligned columns. */
  List<String> text() {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String format = isText(i) ? "%-" + width[i] + "s  " : "%" + width[i] + "s  ";
        line.append(String.format(Locale.ROOT, format, row.get(i)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Returns lines of Markdown. */
  List<String> markdown() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      boolean own = row.get(0).equals("Beethoven");
      lines.add(
          "| "
              + String.join(" | ", row.stream().map(cell -> own ? bold(cell) : cell).toList())
              + " |");
    }
    StringBuilder rule = new StringBuilder("|");
    for (int i = 0; i < rows.get(0).size(); i++) {
      rule.append(isText(i) ? "---|" : "---:|");
    }
    lines.add(1, rule.toString());
    return lines;
  }

  private static boolean isText(int column) {
    return column < 2;
  }

  private static String bold(String cell) {
    return "**" + cell + "**";
  }

  private static String millis(Optional<Double> value) {
    return value.map(ComparisonTable::millis).orElse(NONE);
  }

  /** Rounds what the JSON says, so that both say the same. */
  static String millis(double value) {
    return number(Math.round(Figures.tenths(value)));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns a ratio with two digits, or without those behind the point if it is large. */
  static String ratio(double value) {
    if (value >= 9.95) {
      return number(Math.round(value));
    }
    return String.format(Locale.ROOT, value < 0.995 ? "%.2f" : "%.1f", value);
  }
}
