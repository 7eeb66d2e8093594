package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.benchmarks.compare.ComparisonRun;
import io.beethoven.benchmarks.compare.PeerOptions;
import io.beethoven.benchmarks.compare.RunLimits;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench failover}: a process is killed, frozen or stopped until its role runs elsewhere. */
@Command(
    name = "failover",
    description = {
      "Kill, freeze or stop a process that hosts a role and measure, on one monotonic clock, from",
      "just before the signal to the role's first statement on another node.",
      "kill: fin is the time until the kernel closed a plain TCP connection to the process, as the",
      "harness sees it; no library can be faster. ours is the rest.",
      "freeze: the process is thawed when its role runs elsewhere. whole: from then until all are",
      "one cluster again. stale acts: how often an instance found its right to be held after one",
      "with a higher token had; fails unless 0.",
      "stop: gap is the time from the last statement of the old instance to the first of the new",
      "one, less than zero if they overlapped.",
      "With --against, whoever runs the role is the victim, and the other libraries are measured",
      "in the same way; bench compare does that for all events."
    },
    mixinStandardHelpOptions = true)
final class FailoverBench implements Callable<Integer> {

  /** How often nodes are started again to get the role to where it is needed. */
  private static final int MAX_MOVES = 3;

  /** With two frozen, the others have to be more than half. */
  private static final int NODES_TO_FREEZE_TWO = 5;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private Fleet fleet = new Fleet();

  @Mixin private Ballast ballast = new Ballast();

  @Mixin private PeerOptions peers = new PeerOptions();

  @Option(names = "--runs", defaultValue = "10", description = "Default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--victim",
      defaultValue = "host",
      description = {
        "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. both: a host and the allocator's node",
        "at once, of 3 nodes or more, of 5 or more to freeze them."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Victim victim;

  @Option(
      names = "--event",
      defaultValue = "kill",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Event event;

  @Option(
      names = "--settle",
      defaultValue = "1500",
      description = "Milliseconds of rest before each signal; default ${DEFAULT-VALUE}.")
  private long settleMillis;

  @Option(
      names = "--explain",
      paramLabel = "MS",
      description = {
        "Print the nodes' logs to standard error when a run takes longer; default 1000, or 10000",
        "to freeze."
      })
  private double explainMillis = Double.NaN;

  @Option(names = "--json", description = "A line of JSON per run as well.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    checkSize();
    PrintWriter out = spec.commandLine().getOut();
    if (peers.isGiven()) {
      return compare(out) ? 0 : 1;
    }
    FailoverReport report = new FailoverReport(event, victim);
    MemoryFigures memory = new MemoryFigures();
    try (NodeGroup group = new NodeGroup()) {
      for (int index = 1; index <= fleet.size; index++) {
        group.start(ballast.putInto(fleet.node(index, fleet.size - victim.size())));
      }
      for (int number = 1; number <= runs; number++) {
        List<NodeProcess> victims = arrange(group, number);
        for (NodeProcess process : victims) {
          memory.add(process);
        }
        FailoverRun run = new FailoverTrial(group, victims).run(event);
        report.add(run);
        out.println(json ? report.json() : report.line());
        out.flush();
        if (run.millis() > explainMillis()) {
          explain(spec.commandLine().getErr(), number, group);
        }
        if (event != Event.FREEZE) {
          startAgain(group, victims);
        }
      }
      group.awaitWhole(Fleet.TIMEOUT);
    }
    if (!json) {
      report.table().forEach(out::println);
      memory.table().forEach(out::println);
    }
    ObjectNode summary = report.summary().put("heap_mb", ballast.megabytes());
    memory.addTo(summary);
    out.println(summary);
    out.flush();
    return report.staleActs() == 0 ? 0 : 1;
  }

  private boolean compare(PrintWriter out) throws Exception {
    return new ComparisonRun(
            peers,
            fleet.size,
            settleMillis,
            fleet.jvmOptions(),
            RunLimits.exactly(runs),
            out,
            spec.commandLine().getErr())
        .run(List.of(event));
  }

  private void checkSize() {
    int least =
        victim == Victim.BOTH && event == Event.FREEZE ? NODES_TO_FREEZE_TWO : victim.size() + 1;
    if (fleet.size < least) {
      throw new ParameterException(
          spec.commandLine(),
          "--nodes must be >= " + least + " for this victim and this event, was " + fleet.size);
    }
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs must be >= 1, was " + runs);
    }
  }

  /** Waits until the cluster is whole, and sees to it that there is a victim of the kind asked. */
  private List<NodeProcess> arrange(NodeGroup group, int number) throws Exception {
    for (int move = 0; ; move++) {
      group.awaitWhole(Fleet.TIMEOUT);
      // The cluster is whole some time before a node that joined has become a voter.
      TimeUnit.MILLISECONDS.sleep(settleMillis);
      ClusterSnapshot whole = group.awaitWhole(Fleet.TIMEOUT);
      List<NodeId> picked = victim.pick(whole, Fleet.ROLE);
      if (!picked.isEmpty()) {
        return picked.stream().map(node -> group.node(node.toString())).toList();
      }
      List<NodeId> hosts = Victim.hosts(whole, Fleet.ROLE);
      if (move == MAX_MOVES) {
        explain(spec.commandLine().getErr(), number, group);
        throw new IllegalStateException(
            "no such victim: allocator " + whole.allocator() + ", hosts " + hosts);
      }
      // Its role moves to the node that hosts none.
      NodeProcess host = group.node(hosts.get(0).toString());
      host.terminate();
      startAgain(group, List.of(host));
    }
  }

  private static void startAgain(NodeGroup group, List<NodeProcess> ended) throws Exception {
    for (NodeProcess process : ended) {
      process.awaitEnd(Fleet.TIMEOUT);
      group.startAgain(process);
    }
  }

  private double explainMillis() {
    if (!Double.isNaN(explainMillis)) {
      return explainMillis;
    }
    return event == Event.FREEZE ? 10_000 : 1000;
  }

  private static void explain(PrintWriter err, int number, NodeGroup group) {
    for (NodeProcess node : group.nodes()) {
      err.println("run " + number + ", " + node + ":\n" + node.output().indent(4));
    }
    err.flush();
  }
}
