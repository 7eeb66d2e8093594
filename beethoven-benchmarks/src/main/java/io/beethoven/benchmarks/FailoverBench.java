package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeGroup.RoleEntry;
import io.beethoven.testkit.NodeProcess;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench failover}: kill -9 of a process until its role runs elsewhere. */
@Command(
    name = "failover",
    description = {
      "Kill a process that hosts a role and measure, on one monotonic clock, from just before the",
      "kill to the role's first statement on another node. fin: until the kernel closed a plain TCP",
      "connection to the process, as the harness sees it; no library can be faster."
    },
    mixinStandardHelpOptions = true)
final class FailoverBench implements Callable<Integer> {

  /** Which process is killed. */
  enum Victim {
    /** One that hosts the role, not the allocator's. */
    HOST,
    /** The allocator's, which hosts the role as well. */
    ALLOCATOR
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private Fleet fleet = new Fleet();

  @Option(names = "--runs", defaultValue = "10", description = "Default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--victim",
      defaultValue = "host",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Victim victim;

  @Option(
      names = "--settle",
      defaultValue = "1500",
      description = "Milliseconds of rest before each kill; default ${DEFAULT-VALUE}.")
  private long settleMillis;

  @Option(
      names = "--explain",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "Print the nodes' logs to standard error when a run takes longer.")
  private double explainMillis;

  @Option(names = "--json", description = "A line of JSON per run as well.")
  private boolean json;

  /** One run. */
  private record Run(String killed, String to, double failoverMillis, double finMillis) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Run> measured = new ArrayList<>();
    try (NodeGroup group = new NodeGroup()) {
      for (int index = 1; index <= fleet.size; index++) {
        group.start(fleet.node(index, fleet.size - 1));
      }
      for (int number = 1; number <= runs; number++) {
        ClusterSnapshot whole = group.awaitWhole(Fleet.TIMEOUT);
        TimeUnit.MILLISECONDS.sleep(settleMillis);
        NodeProcess process = group.node(pick(whole).toString());
        Run run = kill(group, process);
        measured.add(run);
        tell(out, number, run);
        if (run.failoverMillis() > explainMillis) {
          explain(spec.commandLine().getErr(), number, group);
        }
        process.awaitEnd(Fleet.TIMEOUT);
        group.startAgain(process);
      }
      group.awaitWhole(Fleet.TIMEOUT);
    }
    summarize(out, measured);
    return 0;
  }

  private NodeId pick(ClusterSnapshot whole) {
    NodeId allocator = whole.allocator().orElseThrow();
    RoleStatus role =
        whole.roles().stream()
            .filter(row -> row.role().value().equals(Fleet.ROLE))
            .findFirst()
            .orElseThrow();
    return role.nodes().stream()
        .filter(node -> node.equals(allocator) == (victim == Victim.ALLOCATOR))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException("no such victim: allocator " + allocator + ", " + role));
  }

  private static Run kill(NodeGroup group, NodeProcess process) throws Exception {
    int port = Integer.parseInt(process.await(BenchNode.WITNESS, Fleet.TIMEOUT).field("port"));
    try (Witness witness = new Witness(NodeId.parse(process.name()).host(), port)) {
      long killed = process.kill();
      RoleEntry entry = group.awaitRole(Fleet.ROLE, process.name(), killed, Fleet.TIMEOUT);
      long fin = witness.awaitEnd(Fleet.TIMEOUT);
      return new Run(
          process.name(), entry.node(), (entry.nanoTime() - killed) / 1e6, (fin - killed) / 1e6);
    }
  }

  private void tell(PrintWriter out, int number, Run run) {
    if (json) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("run", number).put("killed", run.killed()).put("to", run.to());
      line.put("failover_ms", Figures.tenths(run.failoverMillis()));
      out.println(line.put("fin_ms", Figures.tenths(run.finMillis())));
    } else {
      out.println(
          String.format(
              Locale.ROOT,
              "run %3d: %7.1f ms (fin %6.1f)  %s -> %s",
              number,
              run.failoverMillis(),
              run.finMillis(),
              run.killed(),
              run.to()));
    }
    out.flush();
  }

  private static void explain(PrintWriter err, int number, NodeGroup group) {
    for (NodeProcess node : group.nodes()) {
      err.println("run " + number + ", " + node + ":\n" + node.output().indent(4));
    }
    err.flush();
  }

  private void summarize(PrintWriter out, List<Run> measured) {
    Figures failover = new Figures(measured.stream().map(Run::failoverMillis).toList());
    Figures fin = new Figures(measured.stream().map(Run::finMillis).toList());
    Figures rest =
        new Figures(measured.stream().map(run -> run.failoverMillis() - run.finMillis()).toList());
    if (!json) {
      out.println(failover.line("kill -9 to role running elsewhere", "ms"));
      out.println(fin.line("  of which the kernel's (FIN)", "ms"));
      out.println(rest.line("  of which Beethoven's", "ms"));
    }
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("min_ms", Figures.tenths(failover.min()));
    summary.put("p50_ms", Figures.tenths(failover.percentile(50)));
    summary.put("p90_ms", Figures.tenths(failover.percentile(90)));
    summary.put("max_ms", Figures.tenths(failover.max()));
    summary.put("runs", measured.size());
    summary.put("victim", victim.name().toLowerCase(Locale.ROOT));
    summary.put("fin_p50_ms", Figures.tenths(fin.percentile(50)));
    out.println(summary);
    out.flush();
  }
}
