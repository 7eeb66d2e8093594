package io.beethoven.cli.soak;

import io.beethoven.testkit.fault.Fault;
import io.beethoven.testkit.fault.FaultClusterOptions;
import io.beethoven.testkit.fault.Scenario;
import io.beethoven.testkit.fault.ScenarioDeck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code beethoven soak}. */
@Command(
    name = "soak",
    description = {
      "Do to a cluster of processes on this machine whatever can go wrong, drawn by seed, while a",
      "witness outside of it checks what its roles do. The last line is a summary in JSON.",
      "Networks are cut, disks filled and clocks set only where the machine allows it: as root, with",
      "ip, iptables and cc. All that is made is removed, other than the history of a violation."
    },
    footer = {
      "",
      "Exit codes: 0 no violation, 1 a violation, or the cluster did not become whole."
    },
    mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {

  private static final int PORT = 25_720;
  private static final int ADDRESS_PART = 250;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description = "For how long faults begin; default ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Draws the faults; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--nodes",
      defaultValue = "5",
      description = "How many processes, 2 to 14; default ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "KIND",
      description = "Only faults of these kinds, such as kill,freeze.")
  private List<String> kinds = new ArrayList<>();

  @Option(
      names = "--scenarios",
      paramLabel = "FILE",
      description = "Plays what the lines of a file say, such as scenarios.txt of another run.")
  private @Nullable Path scenarios;

  @Option(
      names = "--no-network",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Leave the nodes on loopback addresses and cut no network.")
  private boolean network;

  @Option(
      names = "--tolerance",
      paramLabel = "MS",
      defaultValue = "3000",
      description = "What a gap may exceed its bound by on this machine; default ${DEFAULT-VALUE}.")
  private long toleranceMillis;

  @Option(names = "--keep", description = "Keep the history without a violation, too.")
  private boolean keep;

  /** Creates the command. */
  public SoakCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path directory = Files.createTempDirectory("soak");
    FaultClusterOptions options =
        FaultClusterOptions.allPossible(nodes, directory, prefix(), PORT, network);
    List<Fault> faults = faults(options);
    say(
        out,
        "soak seed=%d nodes=%d minutes=%s faults=%s"
            .formatted(
                seed,
                nodes,
                minutes,
                faults.stream().map(Fault::text).collect(Collectors.joining(","))));
    say(out, "history in " + directory);
    Soak soak = new Soak(options, Duration.ofMillis(toleranceMillis), line -> say(out, line));
    SoakResult result = soak.run(draw(faults), Duration.ofMillis((long) (minutes * 60_000)));
    boolean kept = keep || !result.isClean();
    if (kept) {
      say(out, "history kept in " + directory);
    } else {
      remove(directory);
    }
    say(out, result.json(seed, kept ? directory.toString() : "").toString());
    return result.isClean() ? 0 : 1;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** Addresses that two of these commands beside each other hardly share. */
  private static String prefix() {
    long pid = ProcessHandle.current().pid();
    return "127.%d.%d".formatted(1 + pid / ADDRESS_PART % ADDRESS_PART, 1 + pid % ADDRESS_PART);
  }

  private List<Fault> faults(FaultClusterOptions options) {
    List<Fault> possible = options.faults();
    try {
      List<Fault> wanted = kinds.stream().map(Fault::parse).toList();
      List<Fault> faults = wanted.isEmpty() ? possible : wanted;
      if (!possible.containsAll(faults)) {
        throw new IllegalArgumentException(
            "this machine allows only " + possible.stream().map(Fault::text).toList());
      }
      return faults;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--faults: "
              + e.getMessage()
              + "; there are "
              + Arrays.stream(Fault.values()).map(Fault::text).toList(),
          e);
    }
  }

  private Iterator<Scenario> draw(List<Fault> faults) throws IOException {
    if (scenarios != null) {
      return Files.readAllLines(scenarios).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Scenario::parse)
          .iterator();
    }
    ScenarioDeck deck = new ScenarioDeck(seed, faults);
    return Stream.generate(deck::next).iterator();
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }
}
