package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench formation}: process start until all roles run. */
@Command(
    name = "formation",
    description = {
      "Start processes together, and one after the other, and measure from the start of a process",
      "until every node lists every node and all roles run (a role that every node hosts)."
    },
    mixinStandardHelpOptions = true)
final class FormationBench implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private Fleet fleet = new Fleet();

  @Option(names = "--runs", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
  private int runs;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, List<Double>> measured = new TreeMap<>();
    for (int run = 1; run <= runs; run++) {
      together(measured);
      oneByOne(measured);
      out.println(String.format(Locale.ROOT, "run %3d: %s", run, last(measured)));
      out.flush();
    }
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    measured.forEach(
        (what, values) -> {
          Figures figures = new Figures(values);
          out.println(figures.line(what, "ms"));
          ObjectNode part = summary.putObject(what);
          part.put("min_ms", Figures.tenths(figures.min()));
          part.put("p50_ms", Figures.tenths(figures.percentile(50)));
          part.put("p90_ms", Figures.tenths(figures.percentile(90)));
          part.put("max_ms", Figures.tenths(figures.max()));
        });
    out.println(summary.put("runs", runs));
    out.flush();
    return 0;
  }

  private static Map<String, Long> last(Map<String, List<Double>> measured) {
    Map<String, Long> last = new TreeMap<>();
    measured.forEach((what, values) -> last.put(what, Math.round(values.get(values.size() - 1))));
    return last;
  }

  private void together(Map<String, List<Double>> measured)
      throws IOException, TimeoutException, InterruptedException {
    try (NodeGroup group = new NodeGroup()) {
      for (int index = 1; index <= fleet.size; index++) {
        group.start(fleet.node(index, fleet.size));
      }
      note(measured, fleet.size + "_together", group, group.nodes().get(0));
      group.leave(Fleet.TIMEOUT);
    }
  }

  private void oneByOne(Map<String, List<Double>> measured)
      throws IOException, TimeoutException, InterruptedException {
    try (NodeGroup group = new NodeGroup()) {
      NodeProcess first = group.start(fleet.node(1, fleet.size));
      NodeEvent alone = first.await(event -> event.isRunning(Fleet.ROLE), Fleet.TIMEOUT);
      add(measured, "node_1_alone", (alone.nanoTime() - first.startedNanoTime()) / 1e6);
      first.await(EventLines.READY, Fleet.TIMEOUT);
      for (int index = 2; index <= fleet.size; index++) {
        NodeProcess next = group.start(fleet.node(index, fleet.size));
        note(measured, "node_" + index + "_joins", group, next);
      }
      group.leave(Fleet.TIMEOUT);
    }
  }

  /** From the start of a process until the group is whole; roles count as their own stamps say. */
  private static void note(
      Map<String, List<Double>> measured, String what, NodeGroup group, NodeProcess from)
      throws TimeoutException, InterruptedException {
    group.awaitAll(
        snapshot ->
            snapshot.activeNodes().size() == group.nodes().size()
                && snapshot.ready()
                && snapshot.roles().stream()
                    .allMatch(role -> role.assigned() == group.nodes().size()),
        Fleet.TIMEOUT);
    add(measured, what, (System.nanoTime() - from.startedNanoTime()) / 1e6);
  }

  private static void add(Map<String, List<Double>> measured, String what, double millis) {
    measured.computeIfAbsent(what, key -> new ArrayList<>()).add(millis);
  }
}
