package io.beethoven.benchmarks;

import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that describe any node that a benchmark starts. */
final class NodeOptions {

  /** The name of the benchmarks' clusters. */
  static final String CLUSTER = "beethoven-bench";

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
   * Describes a process.
   *
   * @param host its address
   * @param subnet where nodes look for others
   * @throws IllegalArgumentException if a setting is not KEY=VALUE
   */
  NodeProcessBuilder at(String host, String subnet) {
    NodeProcessBuilder node =
        NodeProcess.at(host)
            .port(port)
            .beaconPort(beaconPort)
            .subnet(subnet)
            .cluster(CLUSTER)
            .mainClass(BenchNode.class.getName());
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
