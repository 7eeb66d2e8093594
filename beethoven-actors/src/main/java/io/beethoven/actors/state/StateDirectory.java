package io.beethoven.actors.state;

import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Where a node keeps its state if nobody says. */
public final class StateDirectory {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private StateDirectory() {}

  /**
   * Returns the directory of a node of this process's user: {@code
   * beethoven/<cluster>-<host>-<port>} below {@code $XDG_STATE_HOME}, or below {@code
   * ~/.local/state} where that is not an absolute path. A name that is too long for a file is
   * replaced by a hash.
   *
   * @param cluster the cluster's name
   * @param node the node's name
   * @return an absolute path; empty if this user has no home
   */
  public static Optional<Path> ofUser(String cluster, NodeId node) {
    return ofUser(System.getenv(), System.getProperty("user.home", ""), cluster, node);
  }

  static Optional<Path> ofUser(
      Map<String, String> environment, String home, String cluster, NodeId node) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base;
    if (state.startsWith("/")) {
      base = Path.of(state);
    } else if (home.startsWith("/")) {
      base = Path.of(home, ".local", "state");
    } else {
      return Optional.empty();
    }
    String name = cluster + "-" + node.host() + "-" + node.port();
    String plain =
        PLAIN.matcher(name).matches()
            ? name
            : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    return Optional.of(base.resolve("beethoven").resolve(plain));
  }
}
