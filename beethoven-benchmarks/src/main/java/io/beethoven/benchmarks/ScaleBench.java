package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.testkit.NodeProcess;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench scale}: clusters of more and more nodes. */
@Command(
    name = "scale",
    description = {
      "Form clusters of several sizes and measure for each: the time from the start of the first",
      "process until all nodes are ready and all instances of a role run, and until all voters are",
      "chosen and connected; what a node takes at rest; and the failover after a process was killed,",
      "which takes all its nodes along: one that does not vote, one that does, the allocator's."
    },
    mixinStandardHelpOptions = true)
final class ScaleBench implements Callable<Integer> {

  /** Many JVMs that start at once on few cores take their time. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  private static final long REST_MILLIS = 1500;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--processes",
      paramLabel = "N",
      split = ",",
      defaultValue = "5,10,20",
      description = "Sizes of clusters with a node in each process; default ${DEFAULT-VALUE}.")
  private List<Integer> sizes = new ArrayList<>();

  @Option(
      names = "--systems",
      paramLabel = "N",
      defaultValue = "50",
      description = {
        "Size of a cluster with several nodes in each process, each with an actor system and an",
        "address of its own; 0 for none, default ${DEFAULT-VALUE}."
      })
  private int systems;

  @Option(
      names = "--in",
      paramLabel = "PROCESSES",
      defaultValue = "5",
      description = "How many processes these are in; default ${DEFAULT-VALUE}.")
  private int systemsIn;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "Kills of each kind; 0 for none, default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--stagger",
      paramLabel = "MS",
      defaultValue = "0",
      description = {
        "Pause between the starts of two processes, for a machine whose cores are too few for all",
        "of them at once; default ${DEFAULT-VALUE}."
      })
  private long staggerMillis;

  @Option(
      names = "--settle",
      defaultValue = "20",
      description = "Seconds of rest before nodes count as idle; default ${DEFAULT-VALUE}.")
  private long settleSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long to look at idle nodes; default ${DEFAULT-VALUE}.")
  private long seconds;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    ArrayNode clusters = JsonNodeFactory.instance.arrayNode();
    for (ScaleLayout layout : layouts()) {
      ScaleFigures figures = measure(layout, out);
      figures.lossLines().forEach(out::println);
      out.flush();
      clusters.add(figures.json());
    }
    out.println(JsonNodeFactory.instance.objectNode().set("clusters", clusters));
    out.flush();
    return 0;
  }

  private List<ScaleLayout> layouts() {
    if (runs < 0 || seconds < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--runs must be >= 0 and --seconds >= 1, was " + runs + ", " + seconds);
    }
    try {
      List<ScaleLayout> layouts = new ArrayList<>();
      sizes.stream()
          .filter(size -> size > 0)
          .forEach(size -> layouts.add(new ScaleLayout(size, size)));
      if (systems > 0) {
        layouts.add(new ScaleLayout(systems, systemsIn));
      }
      return layouts;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ScaleFigures measure(ScaleLayout layout, PrintWriter out) throws Exception {
    try (ScaleCluster cluster = new ScaleCluster(layout, options)) {
      cluster.start(staggerMillis);
      cluster.awaitWhole(TIMEOUT);
      long whole = System.nanoTime();
      cluster.awaitSettled(TIMEOUT);
      long settled = System.nanoTime();
      TimeUnit.SECONDS.sleep(settleSeconds);
      List<NodeProcess> processes = cluster.group().nodes();
      IdleFigures idle = IdleFigures.of(processes, layout.nodes(), seconds);
      double formedMillis = (whole - processes.get(0).startedNanoTime()) / 1e6;
      double settledMillis = (settled - whole) / 1e6;
      Map<Loss, List<FailoverRun>> losses = new EnumMap<>(Loss.class);
      new ScaleFigures(layout, formedMillis, settledMillis, idle, losses)
          .restLines()
          .forEach(out::println);
      out.flush();
      for (Loss loss : Loss.values()) {
        for (int run = 0; run < runs && lose(cluster, loss, losses, out); run++) {
          out.flush();
        }
      }
      return new ScaleFigures(layout, formedMillis, settledMillis, idle, losses);
    }
  }

  /** Kills a process of a kind and starts it again; tells whether there was one. */
  private static boolean lose(
      ScaleCluster cluster, Loss loss, Map<Loss, List<FailoverRun>> losses, PrintWriter out)
      throws Exception {
    cluster.awaitWhole(TIMEOUT);
    Set<NodeId> voters = cluster.awaitSettled(TIMEOUT);
    TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
    ClusterSnapshot whole = cluster.awaitWhole(TIMEOUT);
    List<NodeId> hosts = Victim.hosts(whole, Fleet.ROLE);
    NodeId allocator = whole.allocator().orElseThrow();
    Optional<NodeProcess> victim =
        cluster.group().nodes().stream()
            .filter(
                process ->
                    Loss.of(cluster.nodes(process), hosts, voters, allocator)
                        .filter(loss::equals)
                        .isPresent())
            .findFirst();
    if (victim.isEmpty()) {
      return false;
    }
    FailoverRun run = new FailoverTrial(cluster.group(), List.of(victim.get())).run(Event.KILL);
    losses.computeIfAbsent(loss, key -> new ArrayList<>()).add(run);
    out.println(
        String.format(
            Locale.ROOT,
            "kill -9, %s: %.1f ms %s  %s -> %s",
            loss.label(),
            run.millis(),
            run.parts(),
            run.from(),
            run.to()));
    victim.get().awaitEnd(END_TIMEOUT);
    cluster.group().startAgain(victim.get());
    return true;
  }
}
