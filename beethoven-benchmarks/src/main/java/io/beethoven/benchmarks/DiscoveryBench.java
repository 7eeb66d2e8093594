package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.ReportingRole;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench discovery}: how long a node looks for others in a subnet where nobody answers. */
@Command(
    name = "discovery",
    description = {
      "Start a node that is alone in a subnet whose other addresses are silent, and measure until",
      "its role runs, standalone. The subnet is a pair of virtual interfaces in a network",
      "namespace, with real TCP; needs Linux with unshare and ip."
    },
    mixinStandardHelpOptions = true)
final class DiscoveryBench implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--runs", defaultValue = "5", description = "Default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--prefix",
      defaultValue = "24",
      description = "Length of the subnet's mask, 16 to 30; default ${DEFAULT-VALUE}.")
  private int prefix;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Double> whole = new ArrayList<>();
    List<Double> search = new ArrayList<>();
    for (int run = 1; run <= runs; run++) {
      try (NodeProcess node =
          NodeProcess.at("10.99.0.1")
              .launcher("unshare", "-rn", "sh", "-c", script(), "sh")
              .cluster("beethoven-bench")
              .subnet("10.99.0.0/" + prefix)
              .setting("beethoven.security.mode", "none")
              .role(Fleet.ROLE, 1, ReportingRole.class)
              .start()) {
        NodeEvent started = node.await(EventLines.STARTED, Fleet.TIMEOUT);
        NodeEvent running = node.await(event -> event.isRunning(Fleet.ROLE), Fleet.TIMEOUT);
        whole.add((running.nanoTime() - node.startedNanoTime()) / 1e6);
        search.add((running.nanoTime() - started.nanoTime()) / 1e6);
      }
    }
    Figures wholeFigures = new Figures(whole);
    Figures searchFigures = new Figures(search);
    out.println("a silent /" + prefix + " in a network namespace, real TCP");
    out.println(wholeFigures.line("process start to role running", "ms"));
    out.println(searchFigures.line("  of which after the node had started", "ms"));
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("subnet", "silent /" + prefix + " in a network namespace").put("runs", runs);
    summary.put("start_p50_ms", Figures.tenths(wholeFigures.percentile(50)));
    summary.put("start_max_ms", Figures.tenths(wholeFigures.max()));
    summary.put("search_p50_ms", Figures.tenths(searchFigures.percentile(50)));
    out.println(summary);
    out.flush();
    return 0;
  }

  /** Makes the interfaces, then becomes the node. */
  private String script() {
    return "ip link set lo up && ip link add v0 type veth peer name v1"
        + " && ip addr add 10.99.0.1/"
        + prefix
        + " dev v0 && ip link set v0 up && ip link set v1 up && exec \"$@\"";
  }
}
