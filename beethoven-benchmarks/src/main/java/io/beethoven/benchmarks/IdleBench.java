package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench idle}: what nodes cost that have nothing to do. */
@Command(
    name = "idle",
    description = "CPU time and resident memory of idle nodes, from /proc (Linux).",
    mixinStandardHelpOptions = true)
final class IdleBench implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private Fleet fleet = new Fleet();

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "How long to measure; default ${DEFAULT-VALUE}.")
  private long seconds;

  @Option(
      names = "--settle",
      defaultValue = "60",
      description =
          "Seconds of rest before, in which the JVM compiles what is hot; default"
              + " ${DEFAULT-VALUE}.")
  private long settleSeconds;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Double> cpuPercent = new ArrayList<>();
    List<Double> residentMegabytes = new ArrayList<>();
    try (NodeGroup group = new NodeGroup()) {
      for (int index = 1; index <= fleet.size; index++) {
        group.start(fleet.node(index, fleet.size, IdleRole.class));
      }
      group.awaitWhole(Fleet.TIMEOUT);
      TimeUnit.SECONDS.sleep(settleSeconds);
      List<Double> before = new ArrayList<>();
      for (NodeProcess node : group.nodes()) {
        before.add(ProcFiles.cpuSeconds(node.pid()));
      }
      long begun = System.nanoTime();
      TimeUnit.SECONDS.sleep(seconds);
      for (int i = 0; i < group.nodes().size(); i++) {
        long pid = group.nodes().get(i).pid();
        double elapsed = (System.nanoTime() - begun) / 1e9;
        cpuPercent.add((ProcFiles.cpuSeconds(pid) - before.get(i)) / elapsed * 100);
        residentMegabytes.add(ProcFiles.residentMegabytes(pid));
      }
      group.leave(Fleet.TIMEOUT);
    }
    Figures cpu = new Figures(cpuPercent);
    Figures resident = new Figures(residentMegabytes);
    out.println(cpu.line("CPU of an idle node", "% of a core"));
    out.println(resident.line("resident memory of a node", "MB"));
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("nodes", fleet.size).put("seconds", seconds);
    summary.put("cpu_p50_percent", Math.round(cpu.percentile(50) * 100) / 100.0);
    summary.put("cpu_max_percent", Math.round(cpu.max() * 100) / 100.0);
    summary.put("rss_p50_mb", Figures.tenths(resident.percentile(50)));
    summary.put("rss_max_mb", Figures.tenths(resident.max()));
    out.println(summary);
    out.flush();
    return 0;
  }
}
