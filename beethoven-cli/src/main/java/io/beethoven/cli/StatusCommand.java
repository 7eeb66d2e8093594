package io.beethoven.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.control.NodeReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beethoven status}: asks a node on this machine. */
@Command(
    name = "status",
    description = {
      "Show what a node on this machine knows of its cluster.",
      "Which node, has to be said where several run here."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How the answer is printed. */
  enum Output {
    /** Tables for people. */
    TABLE,
    /** One object for programs. */
    JSON
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Output output;

  @Mixin private final LocalNodeOptions nodes = new LocalNodeOptions();

  @Override
  public Integer call() throws IOException {
    Path socket = ControlClient.find(nodes.directory(), nodes.wanted(), TIMEOUT);
    NodeReport report;
    try (ControlClient client = ControlClient.connect(socket, TIMEOUT)) {
      report = client.report();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output == Output.JSON) {
      out.println(
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(ControlJson.report(report)));
    } else {
      out.print(StatusReport.render(report));
    }
    out.flush();
    return 0;
  }
}
