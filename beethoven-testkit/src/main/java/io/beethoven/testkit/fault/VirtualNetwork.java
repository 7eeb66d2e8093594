package io.beethoven.testkit.fault;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hosts with a network of their own, to cut: network namespaces on a common /24, joined by a bridge
 * in a namespace that stands for a switch. Needs root on Linux, {@code ip} and {@code iptables}.
 * Whatever address nobody has stays silent. Closing removes everything. For one thread at a time.
 */
public final class VirtualNetwork implements AutoCloseable {

  private static final String[] RESET = {"-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset"};
  private static final String[] NOT_LOOPBACK_IN = {"!", "-i", "lo"};
  private static final String[] NOT_LOOPBACK_OUT = {"!", "-o", "lo"};

  private final String id = uniqueName();
  private final int count;
  private final List<String> created = new ArrayList<>();

  private VirtualNetwork(int count) {
    this.count = count;
  }

  /** Returns a name for a namespace that nobody else has. */
  public static String uniqueName() {
    return "bt" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 20));
  }

  /** Tells whether this process may make one here. */
  public static boolean isPossible() {
    String probe = uniqueName();
    if (!Commands.succeeds("ip", "netns", "add", probe)) {
      return false;
    }
    boolean possible = Commands.succeeds("ip", "netns", "exec", probe, "iptables", "-L", "-n");
    return Commands.succeeds("ip", "netns", "delete", probe) && possible;
  }

  /**
   * Creates hosts 1 to count, with the addresses 10.77.33.1 and up.
   *
   * @param count how many, 1 to 250
   * @return the network
   * @throws IllegalStateException if a command fails; nothing is left then
   */
  public static VirtualNetwork create(int count) {
    if (count < 1 || count > 250) {
      throw new IllegalArgumentException("count must be between 1 and 250, was " + count);
    }
    VirtualNetwork made = new VirtualNetwork(count);
    try {
      made.create();
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void create() {
    String hub = hub();
    add(hub);
    in(hub, "ip", "link", "add", "br0", "type", "bridge");
    in(hub, "ip", "link", "set", "br0", "up");
    for (int number = 1; number <= count; number++) {
      String host = name(number);
      String port = port(number);
      add(host);
      Commands.run(
          "ip", "link", "add", "eth0", "netns", host, "type", "veth", "peer", port, "netns", hub);
      in(hub, "ip", "link", "set", port, "master", "br0");
      in(hub, "ip", "link", "set", port, "up");
      in(host, "ip", "address", "add", host(number) + "/24", "dev", "eth0");
      in(host, "ip", "link", "set", "lo", "up");
      in(host, "ip", "link", "set", "eth0", "up");
    }
  }

  private void add(String namespace) {
    Commands.run("ip", "netns", "add", namespace);
    created.add(namespace);
  }

  private String hub() {
    return id + "-hub";
  }

  private static String port(int number) {
    return "p" + number;
  }

  /** Returns the name of a host's namespace. */
  public String name(int number) {
    return id + "-" + number;
  }

  /** Returns a host's address. */
  public String host(int number) {
    return "10.77.33." + number;
  }

  /** Returns the subnet of all hosts. */
  public String subnet() {
    return "10.77.33.0/24";
  }

  /** Returns the command that puts a process on a host. */
  public String[] launcher(int number) {
    return new String[] {"ip", "netns", "exec", name(number)};
  }

  /** Lets everything that reaches or leaves a host vanish. */
  public void drop(int number) {
    deafen(number);
    mute(number);
  }

  /** Lets everything that reaches a host vanish. */
  public void deafen(int number) {
    rule(number, "INPUT", NOT_LOOPBACK_IN, "-j", "DROP");
  }

  /** Lets everything that leaves a host vanish. */
  public void mute(int number) {
    rule(number, "OUTPUT", NOT_LOOPBACK_OUT, "-j", "DROP");
  }

  /** Answers with resets for a host, to others and to itself. */
  public void rejectWithReset(int number) {
    rule(number, "INPUT", NOT_LOOPBACK_IN, RESET);
    rule(number, "OUTPUT", NOT_LOOPBACK_OUT, RESET);
    // The answers have to get out. The last rule made is the first that is asked.
    String[] resets = {"-p", "tcp", "--tcp-flags", "RST", "RST", "-j", "ACCEPT"};
    rule(number, "OUTPUT", NOT_LOOPBACK_OUT, resets);
  }

  /** Answers "port unreachable" for a host, to others and to itself. */
  public void rejectWithIcmp(int number) {
    rule(number, "INPUT", NOT_LOOPBACK_IN, "-p", "tcp", "-j", "REJECT");
    rule(number, "OUTPUT", NOT_LOOPBACK_OUT, "-p", "tcp", "-j", "REJECT");
  }

  private void rule(int number, String chain, String[] where, String... what) {
    List<String> command = new ArrayList<>(List.of("iptables", "-w", "-I", chain));
    command.addAll(List.of(where));
    command.addAll(List.of(what));
    in(name(number), command.toArray(String[]::new));
  }

  /** Parts some hosts from some others: nothing gets from one side to the other. */
  public void part(List<Integer> some, List<Integer> others) {
    for (int one : some) {
      for (int other : others) {
        in(name(one), "iptables", "-w", "-I", "INPUT", "-s", host(other), "-j", "DROP");
        in(name(other), "iptables", "-w", "-I", "INPUT", "-s", host(one), "-j", "DROP");
      }
    }
  }

  /** Pulls a host's cable out of the switch. */
  public void pullCable(int number) {
    in(hub(), "ip", "link", "set", port(number), "down");
  }

  /** Puts a host's cable back. */
  public void plugCable(int number) {
    in(hub(), "ip", "link", "set", port(number), "up");
  }

  /** Leads what reaches a port of a host to another port there. */
  public void redirect(int number, int port, int to) {
    in(
        name(number),
        "iptables",
        "-w",
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-p",
        "tcp",
        "--dport",
        Integer.toString(port),
        "-j",
        "REDIRECT",
        "--to-ports",
        Integer.toString(to));
  }

  /** Makes good all that was done to a host. */
  public void heal(int number) {
    in(name(number), "iptables", "-w", "-F");
    in(name(number), "iptables", "-w", "-t", "nat", "-F");
    plugCable(number);
  }

  /** Makes good all that was done. */
  public void healAll() {
    for (int number = 1; number <= count; number++) {
      heal(number);
    }
  }

  /**
   * Runs a command in a namespace.
   *
   * @param namespace its name
   * @param command program and arguments
   * @throws IllegalStateException if it fails
   */
  public static void in(String namespace, String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    Commands.run(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    for (String namespace : created) {
      try {
        Commands.run("ip", "netns", "delete", namespace);
      } catch (UncheckedIOException | IllegalStateException e) {
        System.err.println("namespace " + namespace + " stays: " + e.getMessage());
      }
    }
    created.clear();
  }
}
