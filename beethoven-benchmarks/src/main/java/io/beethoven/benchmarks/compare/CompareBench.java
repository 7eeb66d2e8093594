package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.time.Duration;
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
      "means (docs/peers.md). Takes 35 to 45 minutes with all of them."
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
      defaultValue = "15",
      description = "At most so many of each case; default ${DEFAULT-VALUE}.")
  private int most;

  @Option(
      names = "--least-runs",
      defaultValue = "5",
      description = "At least so many; no more where a run takes long. Default ${DEFAULT-VALUE}.")
  private int least;

  @Option(
      names = "--case-seconds",
      defaultValue = "60",
      description = "No more than the least runs once a case has taken so long; default 60.")
  private long caseSeconds;

  @Option(
      names = "--settle",
      defaultValue = "1500",
      description = "Milliseconds of rest before each signal; default ${DEFAULT-VALUE}.")
  private long settleMillis;

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "How many processes, 2 to 6; default ${DEFAULT-VALUE}.")
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
    RunLimits limits = new RunLimits(Math.min(least, most), most, Duration.ofSeconds(caseSeconds));
    boolean complete =
        new ComparisonRun(
                peers,
                nodes,
                settleMillis,
                jvmOptions,
                limits,
                spec.commandLine().getOut(),
                spec.commandLine().getErr())
            .run(events.isEmpty() ? Arrays.asList(Event.values()) : events);
    return complete ? 0 : 1;
  }
}
