package io.beethoven.actors.state;

import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.error.BeethovenStateException;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the store of a node by its settings. */
public final class StateStores {

  private static final Logger LOG = LoggerFactory.getLogger(StateStores.class);

  private StateStores() {}

  /**
   * Opens the store of a node, once for all its lives in this process.
   *
   * @param settings the node's settings
   * @param ownsSystem whether Beethoven made the node's actor system; then a directory of the
   *     user's is taken where none is named
   * @return a file in the directory, or a store in memory where there is none; to be closed
   * @throws BeethovenStateException if the directory that is named cannot be used, or the user's is
   *     used by another process
   */
  public static StateStore open(BeethovenSettings settings, boolean ownsSystem) {
    return open(
        settings, ownsSystem ? ofUser(settings).flatMap(StateStores::usable) : Optional.empty());
  }

  /** A node whose port the system chooses is another one after each start. */
  private static Optional<Path> ofUser(BeethovenSettings settings) {
    return settings.node().port() == 0
        ? Optional.empty()
        : StateDirectory.ofUser(settings.clusterName(), node(settings));
  }

  static StateStore open(BeethovenSettings settings, Optional<Path> otherwise) {
    Optional<Path> directory =
        settings.state().enabled()
            ? settings.state().directory().or(() -> otherwise)
            : Optional.empty();
    if (directory.isPresent()) {
      StateFile store = StateFile.open(directory.get(), settings.clusterName(), node(settings));
      LOG.info("State is kept file={}", store.file());
      return store;
    }
    LOG.info(
        "No state is kept: after a restart of its process this node has never known a cluster, so"
            + " that it runs roles alone while it is cut off from the others; see"
            + " beethoven.state.directory");
    return new MemoryStateStore();
  }

  /** A machine on which this user has no place to write, such as many containers, still starts. */
  static Optional<Path> usable(Path directory) {
    try {
      StateFile.make(directory);
      if (Files.isWritable(directory)) {
        return Optional.of(directory);
      }
      LOG.warn("Default directory for state cannot be written to directory={}", directory);
    } catch (IOException e) {
      LOG.warn("Default directory for state cannot be made directory={}", directory, e);
    }
    return Optional.empty();
  }

  private static NodeId node(BeethovenSettings settings) {
    return new NodeId(settings.node().advertisedHost(), settings.node().port());
  }
}
