package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench compare}: all events, all peers, both settings. */
@Command(
    name = "compare",
    description = {
      "Measure how long a role that runs once somewhere is away when its process is killed, frozen",
      "or stopped, for Beethoven and for other libraries, each in three processes and by its own",
      "means (docs/peers.md). Takes about an hour with all of them."
    },
    mixinStandardHelpOptions = true)
public final class CompareBench implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private PeerOptions peers = new PeerOptions();

  @Option(
      names = "--events",
      split = ",",
      paramLabel = "EVENT",
      description = "Which of ${COMPLETION-CANDIDATES}; all by default.")
  private List<Event> events = new ArrayList<>();

  @Option(
      names = "--runs",
      defaultValue = "11",
      description = "How many of each case; default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--slow-runs",
      defaultValue = "5",
      description = {
        "How many of a case in which a failover takes a quarter of a minute or more; default",
        "${DEFAULT-VALUE}."
      })
  private int slowRuns;

  @Option(
      names = "--settle",
      defaultValue = "1500",
      description = "Milliseconds of rest before each signal; default ${DEFAULT-VALUE}.")
  private long settleMillis;

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = {
        "How many processes, 2 to 6; default ${DEFAULT-VALUE}. Of 2, those that are tuned to want a",
        "majority fail over to nobody."
      })
  private int nodes;

  @Option(
      names = "--jvm-option",
      paramLabel = "OPTION",
      description = "Option of all JVMs in place of the testkit's; may be repeated.")
  private List<String> jvmOptions = new ArrayList<>();

  /** Creates the command. */
  public CompareBench() {}

  @Override
  public Integer call() throws Exception {
    boolean complete =
        new ComparisonRun(
                peers,
                nodes,
                settleMillis,
                jvmOptions,
                new RunLimits(runs, Math.min(runs, slowRuns)),
                spec.commandLine().getOut(),
                spec.commandLine().getErr())
            .run(events.isEmpty() ? Arrays.asList(Event.values()) : events);
    return complete ? 0 : 1;
  }
}
