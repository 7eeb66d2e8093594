package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Figures;
import java.util.List;
import java.util.Locale;

/**
 * A comparison as an SVG picture: a bar for each case up to its median, on a logarithmic scale, and
 * a thin line from the fastest run to the slowest. It has no background, and colours for a light
 * and for a dark one.
 */
final class BarChart {

  private static final int WIDTH = 860;
  private static final int LEFT = 168;
  private static final int RIGHT = 196;
  private static final int EDGE = 16;
  private static final int TOP = 64;
  private static final int ROW = 22;
  private static final int BAR = 13;
  private static final int TITLE = 34;
  private static final int SCALE = 30;

  /** The scale's ends, as powers of ten of milliseconds: 10 ms and 100 s. */
  private static final int FIRST = 1;

  private static final int LAST = 5;

  private static final String STYLE =
      """
      <style>
        text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
        .head { font-size: 16px; font-weight: 600; }
        .title { font-size: 13px; font-weight: 600; }
        .faint { fill: #59636e; }
        .own { font-weight: 600; fill: #0a58ca; }
        .grid { stroke: #d1d9e0; stroke-width: 1; }
        .range { stroke: #1f2328; stroke-width: 1.5; opacity: .6; }
        .bar-own { fill: #2f81f7; }
        .bar-expert { fill: #7d8893; }
        .bar-default { fill: #b9c2cb; }
        .warn { fill: #cf222e; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .faint { fill: #9198a1; }
          .own { fill: #6cb0ff; }
          .grid { stroke: #30363d; }
          .range { stroke: #e6edf3; }
          .bar-expert { fill: #8b949e; }
          .bar-default { fill: #545d68; }
          .warn { fill: #ff7b72; }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private final Comparison comparison;
  private int y = TOP;

  private BarChart(Comparison comparison) {
    this.comparison = comparison;
  }

  /** Returns the picture. */
  static String of(Comparison comparison) {
    BarChart chart = new BarChart(comparison);
    for (Event event : comparison.events()) {
      chart.panel(event, comparison.of(event));
    }
    return chart.document();
  }

  private String document() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" role=\"img\">%n",
            WIDTH,
            y,
            WIDTH,
            y)
        + "<title>Time until a role runs elsewhere, by library</title>\n"
        + STYLE
        + text(EDGE, 26, "head", "start", "Until the role acts in another process")
        + text(
            EDGE,
            46,
            "faint",
            "start",
            "median, logarithmic; the line reaches from the fastest run to the slowest")
        + legend()
        + svg
        + "</svg>\n";
  }

  private static String legend() {
    return box(WIDTH - 252, 17, "bar-own")
        + text(WIDTH - 234, 27, "faint", "start", "Beethoven")
        + box(WIDTH - 158, 17, "bar-expert")
        + text(WIDTH - 140, 27, "faint", "start", "expert")
        + box(WIDTH - 84, 17, "bar-default")
        + text(WIDTH - 66, 27, "faint", "start", "default");
  }

  private static String box(int x, int y, String style) {
    return String.format(
        Locale.ROOT,
        "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"2\" class=\"%s\"/>%n",
        x,
        y,
        style);
  }

  private void panel(Event event, List<CaseResult> results) {
    y += TITLE;
    svg.append(text(EDGE, y - 10, "title", "start", title(event)));
    if (results.stream().anyMatch(result -> result.overlapActs() > 0)) {
      svg.append(text(WIDTH - EDGE, y - 10, "warn", "end", "two acted at once for"));
    }
    int bottom = y + results.size() * ROW;
    for (int power = FIRST; power <= LAST; power++) {
      double x = x(Math.pow(10, power));
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"grid\"/>%n",
              x,
              y,
              x,
              bottom));
      svg.append(text(x, bottom + 15, "faint", "middle", duration(Math.pow(10, power))));
    }
    for (CaseResult result : results) {
      row(result);
      y += ROW;
    }
    y += SCALE;
  }

  private void row(CaseResult result) {
    String style = result.isBeethoven() ? "own" : "";
    String name = result.title() + (result.isBeethoven() ? "" : " · " + result.setting().key());
    svg.append(text(LEFT - 10, y + 15, style, "end", name));
    if (result.total().isEmpty()) {
      svg.append(text(LEFT + 6, y + 15, "warn", "start", "no run came to an end"));
      return;
    }
    Figures total = result.total().get();
    double median = Comparison.median(total);
    int barY = y + (ROW - BAR) / 2;
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" class=\"bar-%s\"/>%n",
            LEFT,
            barY,
            Math.max(1, x(median) - LEFT),
            BAR,
            result.isBeethoven() ? "own" : result.setting().key()));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"range\"/>%n",
            x(total.min()),
            y + ROW / 2,
            x(total.max()),
            y + ROW / 2));
    svg.append(text(x(total.max()) + 8, y + 15, style, "start", label(result, median)));
    if (result.overlapActs() > 0) {
      svg.append(text(WIDTH - EDGE, y + 15, "warn", "end", overlap(result)));
    }
  }

  private String label(CaseResult result, double median) {
    if (result.isBeethoven()) {
      return duration(median) + result.failureNote();
    }
    return duration(median)
        + result.failureNote()
        + comparison
            .ratio(result)
            .map(
                ratio ->
                    "<tspan dx=\"8\" class=\"faint\">×" + ComparisonTable.ratio(ratio) + "</tspan>")
            .orElse("");
  }

  /** Returns for how long two instances acted, at most. */
  private static String overlap(CaseResult result) {
    return (result.isOverlapEnded() ? "" : "> ")
        + duration(result.overlap().map(Figures::max).orElse(0.0));
  }

  private static String title(Event event) {
    return switch (event) {
      case KILL -> "killed (kill -9)";
      case FREEZE -> "frozen (SIGSTOP)";
      case STOP -> "stopped (SIGTERM)";
    };
  }

  private static double x(double millis) {
    double power = Math.log10(millis) - FIRST;
    double share = Math.min(1, Math.max(0, power / (LAST - FIRST)));
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  /** Returns a time as one says it: 52 ms, 1.6 s, 47 s. */
  static String duration(double millis) {
    if (millis < 999.5) {
      return String.format(Locale.ROOT, "%.0f ms", millis);
    }
    double seconds = millis / 1000;
    return String.format(
        Locale.ROOT, seconds < 9.95 && seconds % 1 != 0 ? "%.1f s" : "%.0f s", seconds);
  }

  private static String text(double x, double y, String style, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
        x,
        y,
        anchor,
        style.isEmpty() ? "" : " class=\"" + style + "\"",
        text);
  }
}
