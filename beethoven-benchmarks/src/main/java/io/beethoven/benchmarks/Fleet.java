package io.beethoven.benchmarks;

import io.beethoven.role.RoleTask;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import io.beethoven.testkit.ReportingRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  @Option(
      names = "--port",
      defaultValue = "25620",
      description = "Port of remoting; default ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = "--beacon-port",
      defaultValue = "25621",
      description = "Port of the beacons; default ${DEFAULT-VALUE}.")
  int beaconPort;

  @Option(
      names = "--jvm-option",
      paramLabel = "OPTION",
      description = "Option of the nodes' JVMs in place of the testkit's; may be repeated.")
  List<String> jvmOptions = new ArrayList<>();

  @Option(
      names = "--add-jvm-option",
      paramLabel = "OPTION",
      description = "Option of the nodes' JVMs beside the others; may be repeated.")
  List<String> moreJvmOptions = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the nodes; may be repeated.")
  List<String> settings = new ArrayList<>();

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
    NodeProcessBuilder node =
        NodeProcess.at("127.0.0." + index)
            .port(port)
            .beaconPort(beaconPort)
            .subnet("127.0.0.0/27")
            .cluster("beethoven-bench")
            .mainClass(BenchNode.class.getName())
            .role(ROLE, count, role);
    if (!jvmOptions.isEmpty()) {
      node.jvmOptions(jvmOptions);
    }
    node.addJvmOptions(moreJvmOptions);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--set must be KEY=VALUE, was \"" + setting + "\"");
      }
      node.setting(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return node;
  }
}
