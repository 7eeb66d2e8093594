package io.beethoven.cli;

import io.beethoven.actors.control.ControlSocket;
import io.beethoven.model.NodeId;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which nodes of this machine are asked; a mixin of commands. */
public final class LocalNodeOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "Ask this one of the nodes here.")
  private @Nullable String node;

  @Option(
      names = "--control-directory",
      paramLabel = "DIR",
      description =
          "The nodes' beethoven.control.directory, where it is not the user's runtime directory.")
  private @Nullable Path directory;

  /** Creates the options, with nothing said. */
  public LocalNodeOptions() {}

  /** Returns where the nodes' control sockets are. */
  public Path directory() {
    return directory == null ? ControlSocket.defaultDirectory() : directory;
  }

  /**
   * Returns the node that was named, if one was.
   *
   * @throws ParameterException if it is no node's name
   */
  public Optional<NodeId> wanted() {
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
