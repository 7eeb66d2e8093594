package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** What /proc counts CPU time in; 100 on every Linux platform that Java knows. */
  private static final double TICKS_PER_SECOND = 100;

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
        before.add(cpuSeconds(node.pid()));
      }
      long begun = System.nanoTime();
      TimeUnit.SECONDS.sleep(seconds);
      for (int i = 0; i < group.nodes().size(); i++) {
        long pid = group.nodes().get(i).pid();
        double elapsed = (System.nanoTime() - begun) / 1e9;
        cpuPercent.add((cpuSeconds(pid) - before.get(i)) / elapsed * 100);
        residentMegabytes.add(residentMegabytes(pid));
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

  /**
   * Returns the CPU time that a process has used so far.
   *
   * @param pid the process
   * @return user and system time in seconds
   */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // Behind "pid (name)", where the name may hold blanks: the 12th and 13th of the rest.
    String[] rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(rest[11]) + Long.parseLong(rest[12])) / TICKS_PER_SECOND;
  }

  /**
   * Returns the resident memory of a process.
   *
   * @param pid the process
   * @return megabytes of 1,000,000 bytes
   */
  static double residentMegabytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
      }
    }
    throw new IOException("no VmRSS of process " + pid);
  }
}
