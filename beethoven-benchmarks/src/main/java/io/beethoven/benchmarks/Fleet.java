package io.beethoven.benchmarks;

import io.beethoven.role.RoleTask;
import io.beethoven.testkit.NodeProcessBuilder;
import io.beethoven.testkit.ReportingRole;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The nodes that benchmarks start, and the options that describe them. */
final class Fleet {

  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The role that the benchmarks watch. */
  static final String ROLE = "melody";

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "How many processes, 2 to 20; default ${DEFAULT-VALUE}.")
  int size;

  @Mixin private NodeOptions options = new NodeOptions();

  /** Returns the options of the nodes' JVMs in place of the testkit's; none to keep those. */
  List<String> jvmOptions() {
    return options.jvmOptions;
  }

  /**
   * Describes a node.
   *
   * @param index which, from 1
   * @param count how many instances of the role the cluster shall run
   */
  NodeProcessBuilder node(int index, int count) {
    return node(index, count, ReportingRole.class);
  }

  /**
   * Describes a node.
   *
   * @param index which, from 1
   * @param count how many instances of the role the cluster shall run
   * @param role what an instance does
   */
  NodeProcessBuilder node(int index, int count, Class<? extends RoleTask> role) {
    if (size < 2 || size > 20) {
      throw new IllegalArgumentException("--nodes must be between 2 and 20, was " + size);
    }
    return options.at("127.0.0." + index, "127.0.0.0/27").role(ROLE, count, role);
  }
}
