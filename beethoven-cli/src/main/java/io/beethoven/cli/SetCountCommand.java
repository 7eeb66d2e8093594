package io.beethoven.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beethoven.actors.control.ControlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beethoven set-count}: changes how often a role shall run. */
@Command(
    name = "set-count",
    description = {
      "Change how often a role shall run, on the whole cluster and for good.",
      "It takes effect once every voter has stored it."
    },
    mixinStandardHelpOptions = true)
final class SetCountCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String CHANGED = "changed";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ROLE", description = "The role's name.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String role;

  @Parameters(index = "1", paramLabel = "COUNT", description = "How often, 1 to 10000.")
  private int count;

  @Mixin private final LocalNodeOptions nodes = new LocalNodeOptions();

  @Override
  public Integer call() throws IOException {
    Path socket = ControlClient.find(nodes.directory(), nodes.wanted(), TIMEOUT);
    String answer;
    try (ControlClient client = ControlClient.connect(socket, TIMEOUT)) {
      answer =
          client
              .request(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("op", "set-count")
                      .put("role", role)
                      .put("count", count))
              .asText();
    }
    boolean changed = answer.equals(CHANGED);
    PrintWriter to = changed ? spec.commandLine().getOut() : spec.commandLine().getErr();
    to.println(
        changed
            ? "Role " + role + " shall run " + count + " times."
            : "beethoven: count of role " + role + " was not changed: " + answer);
    to.flush();
    return changed ? 0 : 1;
  }
}
