package io.beethoven.peers;

import io.beethoven.benchmarks.compare.Setting;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a node is, by the arguments of its process.
 *
 * @param host its address
 * @param port its port; libraries that need more of them take the next ones
 * @param hosts the addresses of all nodes
 * @param server the address of the process beside them, if the library has one
 * @param setting how it is set up
 */
record Seat(String host, int port, List<String> hosts, String server, Setting setting) {

  Seat {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads the arguments.
   *
   * @param args host, port, hosts with commas between them, server, setting
   */
  static Seat parse(String[] args) {
    if (args.length != 5) {
      throw new IllegalArgumentException("expected HOST PORT HOSTS SERVER SETTING");
    }
    return new Seat(
        args[0],
        Integer.parseInt(args[1]),
        List.of(args[2].split(",", -1)),
        args[3],
        Setting.valueOf(args[4]));
  }

  /** Returns the node's name. */
  String name() {
    return host + ":" + port;
  }

  /** Returns a folder of its own in which it may write. */
  Path directory() {
    return Path.of(System.getProperty("io.beethoven.peers.directory", "target"), host);
  }

  /** Returns how many nodes are more than half of all. */
  int majority() {
    return hosts.size() / 2 + 1;
  }

  /** Tells whether it is tuned. */
  boolean isExpert() {
    return setting == Setting.EXPERT;
  }
}
