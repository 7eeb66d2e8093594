package io.beethoven.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.beethoven.actors.control.ControlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beethoven force-quorum}: an operator's word that silent voters are dead. */
@Command(
    name = "force-quorum",
    description = {
      "Declare the voters dead from which a node on this machine hears nothing, so that the others",
      "go on without them. The last resort where a majority is lost for good: if they live after",
      "all, roles run twice, and only fencing tokens tell which instance is the newer."
    },
    mixinStandardHelpOptions = true)
final class ForceQuorumCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--they-are-dead",
      required = true,
      description = "Says that you have made sure of it.")
  @SuppressWarnings("UnusedVariable") // picocli demands it
  private boolean sure;

  @Mixin private final LocalNodeOptions nodes = new LocalNodeOptions();

  @Override
  public Integer call() throws IOException {
    Path socket = ControlClient.find(nodes.directory(), nodes.wanted(), TIMEOUT);
    List<String> dead = new ArrayList<>();
    try (ControlClient client = ControlClient.connect(socket, TIMEOUT)) {
      for (JsonNode node : client.request("force-quorum")) {
        dead.add(node.asText());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        dead.isEmpty()
            ? "Every voter is heard; nobody was declared dead."
            : "Declared dead: " + String.join(", ", dead));
    out.flush();
    return 0;
  }
}
