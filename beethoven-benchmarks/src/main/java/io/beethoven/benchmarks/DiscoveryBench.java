package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.ReportingRole;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench discovery}: how long a node looks for others in a subnet where nobody answers. */
@Command(
    name = "discovery",
    description = {
      "Start a node that is alone in a subnet whose other addresses are silent, and measure its",
      "first pass over all of them and the time until its role runs, standalone. With --idle, also",
      "what it costs while it goes on looking. The subnet is a pair of virtual interfaces in a",
      "network namespace, with real TCP; needs Linux with unshare and ip."
    },
    mixinStandardHelpOptions = true)
final class DiscoveryBench implements Callable<Integer> {

  private static final Pattern FIRST_PASS =
      Pattern.compile("event=pass number=1 probes=\\d+ took_ms=(\\d+)");

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

  @Option(
      names = "--idle",
      defaultValue = "0",
      description = "Seconds to measure the CPU time of each node for, after as many of rest.")
  private long idleSeconds;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Double> whole = new ArrayList<>();
    List<Double> search = new ArrayList<>();
    List<Double> pass = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
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
        pass.add(firstPass(node.output()));
        if (idleSeconds > 0) {
          idle.add(cpuPercent(node.pid()));
        }
      }
    }
    Figures passFigures = new Figures(pass);
    Figures wholeFigures = new Figures(whole);
    Figures searchFigures = new Figures(search);
    out.println("a silent /" + prefix + " in a network namespace, real TCP");
    out.println(passFigures.line("first pass", "ms"));
    out.println(wholeFigures.line("process start to role running", "ms"));
    out.println(searchFigures.line("  of which after the node had started", "ms"));
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("subnet", "silent /" + prefix + " in a network namespace").put("runs", runs);
    summary.put("pass_min_ms", passFigures.min());
    summary.put("pass_p50_ms", passFigures.percentile(50));
    summary.put("pass_p90_ms", passFigures.percentile(90));
    summary.put("pass_max_ms", passFigures.max());
    summary.put("start_p50_ms", Figures.tenths(wholeFigures.percentile(50)));
    summary.put("start_max_ms", Figures.tenths(wholeFigures.max()));
    summary.put("search_p50_ms", Figures.tenths(searchFigures.percentile(50)));
    if (!idle.isEmpty()) {
      Figures idleFigures = new Figures(idle);
      out.println(idleFigures.line("CPU while it goes on looking", "% of a core"));
      summary.put("idle_seconds", idleSeconds);
      summary.put("idle_cpu_p50_percent", Math.round(idleFigures.percentile(50) * 100) / 100.0);
      summary.put("idle_cpu_max_percent", Math.round(idleFigures.max() * 100) / 100.0);
    }
    out.println(summary);
    out.flush();
    return 0;
  }

  /** Takes the first pass out of a node's log. */
  private static double firstPass(String log) {
    Matcher pass = FIRST_PASS.matcher(log);
    if (!pass.find()) {
      throw new IllegalStateException("no first pass in the node's log: " + log);
    }
    return Double.parseDouble(pass.group(1));
  }

  private double cpuPercent(long pid) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(idleSeconds);
    double before = ProcFiles.cpuSeconds(pid);
    long begun = System.nanoTime();
    TimeUnit.SECONDS.sleep(idleSeconds);
    double elapsed = (System.nanoTime() - begun) / 1e9;
    return (ProcFiles.cpuSeconds(pid) - before) / elapsed * 100;
  }

  /** Makes the interfaces, then becomes the node. */
  private String script() {
    return "ip link set lo up && ip link add v0 type veth peer name v1"
        + " && ip addr add 10.99.0.1/"
        + prefix
        + " dev v0 && ip link set v0 up && ip link set v1 up && exec \"$@\"";
  }
}
