package io.beethoven.multijvm;

/** Where the numbered nodes of a {@link TestCluster} live. */
interface Place extends AutoCloseable {

  /** Returns the address of a node. */
  String host(int number);

  /** Returns the subnet that holds all of them. */
  String subnet();

  /** Returns a port that is free at all addresses. */
  int remotingPort();

  /** Returns another port that is free at all addresses. */
  int beaconPort();

  /** Returns the command that puts a process where the node lives; empty where that is here. */
  default String[] launcher(int number) {
    return new String[0];
  }

  @Override
  default void close() {}
}
