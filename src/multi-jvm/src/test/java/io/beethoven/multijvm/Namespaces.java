package io.beethoven.multijvm;

import io.beethoven.testkit.fault.VirtualNetwork;
import java.util.List;

/** Nodes with a network of their own, to cut. Needs root. */
final class Namespaces implements Place {

  private final VirtualNetwork network;

  private Namespaces(VirtualNetwork network) {
    this.network = network;
  }

  /** Creates hosts 1 to count. */
  static Namespaces create(int count) {
    return new Namespaces(VirtualNetwork.create(count));
  }

  @Override
  public String host(int number) {
    return network.host(number);
  }

  @Override
  public String subnet() {
    return network.subnet();
  }

  @Override
  public int remotingPort() {
    return 25_520;
  }

  @Override
  public int beaconPort() {
    return 33_000;
  }

  @Override
  public String[] launcher(int number) {
    return network.launcher(number);
  }

  /** Cuts a host off: whatever reaches it is dropped without a word, as when a cable is pulled. */
  void cut(int number) {
    network.drop(number);
  }

  /** Parts some hosts from some others: nothing gets from one side to the other. */
  void part(List<Integer> some, List<Integer> others) {
    network.part(some, others);
  }

  /** Makes good what {@link #cut} and {@link #part} did. */
  void heal(int number) {
    network.heal(number);
  }

  /** Returns the name of a host's namespace. */
  String name(int number) {
    return network.name(number);
  }

  @Override
  public void close() {
    network.close();
  }
}
