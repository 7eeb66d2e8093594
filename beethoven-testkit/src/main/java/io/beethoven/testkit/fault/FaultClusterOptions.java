package io.beethoven.testkit.fault;

import io.beethoven.testkit.NodeProcessBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What a {@link FaultCluster} is made of.
 *
 * @param size how many nodes, 2 to 14
 * @param directory where all files go; its path is to be short, since control sockets are in it
 * @param roles what they run
 * @param prefix the first three parts of their loopback addresses, where they have no network
 * @param port of remoting; the beacons take the next one
 * @param network whether they have a {@link VirtualNetwork}
 * @param smallDisks whether their directories are file systems of their own
 * @param clocks whether each has a wall clock of its own
 * @param shape sets more of each process
 */
public record FaultClusterOptions(
    int size,
    Path directory,
    List<WitnessedRole> roles,
    String prefix,
    int port,
    boolean network,
    boolean smallDisks,
    boolean clocks,
    Consumer<NodeProcessBuilder> shape) {

  /** The role with one instance that can hang. */
  static final String STUBBORN = "stubborn";

  /** The role with one instance, whose host is a target. */
  public static final String ONE = "one";

  /** The role with two instances, of which one is scaled down. */
  public static final String TWO = "two";

  /** Creates options. */
  public FaultClusterOptions {
    if (size < 2 || size > 14) {
      throw new IllegalArgumentException("size must be between 2 and 14, was " + size);
    }
    Objects.requireNonNull(directory, "directory");
    roles = List.copyOf(roles);
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(shape, "shape");
  }

  /**
   * Returns options for nodes that can be done to whatever this machine allows.
   *
   * @param size how many nodes
   * @param directory where all files go
   * @param prefix the first three parts of their loopback addresses
   * @param port of remoting
   * @param network whether to make a network for them, where that is possible
   * @return the options
   */
  public static FaultClusterOptions allPossible(
      int size, Path directory, String prefix, int port, boolean network) {
    List<WitnessedRole> roles = new ArrayList<>();
    roles.add(WitnessedRole.of(ONE, 1));
    roles.add(WitnessedRole.of(TWO, 2));
    roles.add(new WitnessedRole("pair", 2, true, false));
    roles.add(new WitnessedRole(STUBBORN, 1, false, true));
    if (size >= 5) {
      roles.add(WitnessedRole.of("three", 3));
    }
    return new FaultClusterOptions(
        size,
        directory,
        roles,
        prefix,
        port,
        network && VirtualNetwork.isPossible(),
        SmallDisk.isPossible(directory),
        WallClock.isPossible(),
        builder -> {});
  }

  /** Returns the faults that can be brought about with these. */
  public List<Fault> faults() {
    return Arrays.stream(Fault.values())
        .filter(
            fault ->
                switch (fault.needs()) {
                  case NOTHING -> true;
                  case ROOT -> smallDisks;
                  case CLOCK -> clocks;
                  case NETWORK -> network;
                })
        .toList();
  }

  /** Returns the same with another shape. */
  public FaultClusterOptions withShape(Consumer<NodeProcessBuilder> other) {
    return new FaultClusterOptions(
        size, directory, roles, prefix, port, network, smallDisks, clocks, other);
  }
}
