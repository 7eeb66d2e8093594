package io.beethoven.cli.demo;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** A picture on a terminal, drawn anew at each change: nodes, roles, events, what happens now. */
final class LiveView implements DemoView {

  private static final int KEPT_EVENTS = 8;
  private static final String ESCAPE = "\u001b[";
  private static final String RESET = ESCAPE + "0m";
  private static final String BOLD = ESCAPE + "1m";
  private static final String DIM = ESCAPE + "2m";
  private static final String GREEN = ESCAPE + "32m";
  private static final String RED = ESCAPE + "31m";
  private static final String YELLOW = ESCAPE + "33m";

  /** No cursor, and no wrapping: a wrapped line would spoil the count of lines to go up. */
  private static final String BEGIN = ESCAPE + "?25l" + ESCAPE + "?7l";

  private static final String END = ESCAPE + "?7h" + ESCAPE + "?25h";

  /** What is shown of one node. */
  private static final class NodeRow {
    private String state = "starting";
    private String pid = "";
    private final TreeSet<String> roles = new TreeSet<>();
  }

  private final PrintWriter out;
  private final boolean colours;
  private final long startedNanoTime = System.nanoTime();
  private final Map<String, NodeRow> nodes = new LinkedHashMap<>();
  private final Deque<String> events = new ArrayDeque<>();
  private String now = "";
  private String allocator = "";
  private String failover = "";
  private int drawnLines;

  /**
   * Takes the terminal over.
   *
   * @param out the terminal
   * @param colours whether to use colours
   */
  LiveView(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
    out.print(BEGIN);
  }

  @Override
  public void onStep(DemoStep step) {
    now = step.words();
    String name = step.fields().getOrDefault("node", "");
    switch (step.kind()) {
      case STARTING, RESTARTING -> {
        NodeRow row = nodes.computeIfAbsent(name, key -> new NodeRow());
        row.state = "starting";
        row.pid = step.fields().getOrDefault("pid", "");
      }
      case KILLED -> {
        NodeRow row = nodes.computeIfAbsent(name, key -> new NodeRow());
        row.state = "killed";
        row.roles.clear();
      }
      case FORMED, BACK -> allocator = step.fields().getOrDefault("allocator", "");
      case FAILED_OVER ->
          failover =
              "Failover: "
                  + step.fields().getOrDefault("failover_ms", "?")
                  + " ms from just before kill -9 to the role's first statement elsewhere";
      default -> {}
    }
    draw();
  }

  @Override
  public void onEvent(String node, NodeEvent event) {
    NodeRow row = nodes.computeIfAbsent(node, key -> new NodeRow());
    switch (event.kind()) {
      case EventLines.STARTED -> row.state = "seeking";
      case EventLines.ROLE_RUNNING -> row.roles.add(event.field("role"));
      case EventLines.ROLE_ENDED -> row.roles.remove(event.field("role"));
      case EventLines.LEAVING -> row.state = "leaving";
      case EventLines.ENDED -> row.state = "ended";
      case "mode-changed" -> row.state = event.field("mode");
      default -> {}
    }
    EventWords.of(node, event)
        .ifPresent(
            words -> {
              double seconds = Math.max(0, event.nanoTime() - startedNanoTime) / 1e9;
              events.add(String.format(Locale.ROOT, "%7.3f s  %s", seconds, words));
              if (events.size() > KEPT_EVENTS) {
                events.remove();
              }
            });
    draw();
  }

  private void draw() {
    List<String> lines = new ArrayList<>();
    lines.add(styled(BOLD, "Beethoven: three processes, one cluster"));
    lines.add("");
    lines.add(styled(YELLOW, "> " + now));
    lines.add("");
    lines.add(
        styled(DIM, String.format("  %-18s %-9s %-11s %s", "NODE", "PROCESS", "STATE", "ROLES")));
    nodes.forEach((name, row) -> lines.add(nodeLine(name, row)));
    lines.add("");
    lines.add(styled(DIM, "  EVENTS"));
    events.forEach(event -> lines.add("  " + event));
    if (!failover.isEmpty()) {
      lines.add("");
      lines.add(styled(GREEN, failover));
    }
    StringBuilder picture = new StringBuilder();
    if (drawnLines > 0) {
      picture.append(ESCAPE).append(drawnLines).append("F");
    }
    for (String line : lines) {
      picture.append(line).append(ESCAPE).append("K\n");
    }
    picture.append(ESCAPE).append("J");
    drawnLines = lines.size();
    out.print(picture);
    out.flush();
  }

  private String nodeLine(String name, NodeRow row) {
    String colour =
        switch (row.state) {
          case "clustered" -> GREEN;
          case "killed" -> RED;
          default -> YELLOW;
        };
    return String.format("  %-18s %-9s ", name, row.pid)
        + styled(colour, String.format("%-11s ", row.state))
        + String.join(" ", row.roles)
        + (name.equals(allocator) ? styled(DIM, "  (allocator)") : "");
  }

  private String styled(String style, String text) {
    return colours ? style + text + RESET : text;
  }

  @Override
  public void onSummary(DemoSummary summary) {
    out.print(SummaryWords.of(summary));
    out.flush();
  }

  @Override
  public void close() {
    out.print(END);
    out.flush();
  }
}
