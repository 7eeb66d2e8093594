package io.beethoven.benchmarks.compare;

import io.beethoven.testkit.NodeProcessBuilder;
import java.nio.file.Path;
import java.util.List;

/**
 * What is the same for all libraries.
 *
 * @param nodes how many processes
 * @param settleMillis the rest before each signal
 * @param overlapMillis how long to look at an instance that was thawed while another one acts
 * @param jvmOptions in place of the testkit's; none to leave those
 */
record StageOptions(int nodes, long settleMillis, long overlapMillis, List<String> jvmOptions) {

  /** The system property that names the folder in which a process may write. */
  private static final String DIRECTORY = "io.beethoven.peers.directory";

  private static final String LOGGING = "io/beethoven/benchmarks/compare/logback-warn.xml";

  StageOptions {
    jvmOptions = List.copyOf(jvmOptions);
  }

  /**
   * Gives a process of any library the same JVM and the same logging.
   *
   * @param node its description
   * @param directory where it may write
   */
  NodeProcessBuilder apply(NodeProcessBuilder node, Path directory) {
    // An archive of loaded classes would be there for Beethoven alone.
    node.withoutClassArchive()
        .setting("logback.configurationFile", LOGGING)
        .setting(DIRECTORY, directory.toString());
    if (!jvmOptions.isEmpty()) {
      node.jvmOptions(jvmOptions);
    }
    return node;
  }
}
