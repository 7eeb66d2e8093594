package io.beethoven.multijvm;

import io.beethoven.testkit.fault.Commands;
import io.beethoven.testkit.fault.VirtualNetwork;

/**
 * The loopback /27 of a network namespace of its own, in which every second address is silent: what
 * is sent there is dropped without a word. Needs root, {@code ip} and {@code iptables}. All nodes
 * live in the one namespace; closing removes it.
 */
final class HalfSilentLoopback implements Place {

  private static final String PREFIX = "127.77.33.";
  private static final int HOSTS = 30;

  private final String namespace = VirtualNetwork.uniqueName();

  private HalfSilentLoopback() {}

  static HalfSilentLoopback create() {
    HalfSilentLoopback made = new HalfSilentLoopback();
    Commands.run("ip", "netns", "add", made.namespace);
    try {
      made.in("ip", "link", "set", "lo", "up");
      for (int host = 2; host <= HOSTS; host += 2) {
        made.in("iptables", "-A", "INPUT", "-d", PREFIX + host, "-j", "DROP");
      }
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void in(String... command) {
    VirtualNetwork.in(namespace, command);
  }

  /** Returns one of the addresses that are not silent, for numbers 1 to 15. */
  @Override
  public String host(int number) {
    return PREFIX + (2 * number - 1);
  }

  @Override
  public String subnet() {
    return PREFIX + "0/27";
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
    return new String[] {"ip", "netns", "exec", namespace};
  }

  @Override
  public void close() {
    Commands.run("ip", "netns", "delete", namespace);
  }
}
