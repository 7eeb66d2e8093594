package io.beethoven.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code beethoven status}: asks a node on this machine. */
@Command(
    name = "status",
    description = "Show what a node on this machine knows of its cluster.",
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
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "Which node; may be left out where only one runs here.")
  private @Nullable String node;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Output output;

  @Option(
      names = "--control-directory",
      paramLabel = "DIR",
      description =
          "The nodes' beethoven.control.directory, where it is not the user's runtime directory.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws IOException {
    Path runtime = directory == null ? ControlSocket.defaultDirectory() : directory;
    Path socket = ControlClient.find(runtime, wanted(), TIMEOUT);
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

  private Optional<NodeId> wanted() {
    if (node == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(NodeId.parse(node));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--node: " + e.getMessage(), e);
    }
  }
}
