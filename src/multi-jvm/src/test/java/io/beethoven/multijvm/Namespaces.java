package io.beethoven.multijvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Network namespaces, each with one address on a common /24, joined by a bridge in a namespace of
 * its own that stands for a switch. Needs root, {@code ip} and {@code iptables}. Whatever address
 * of the network nobody has stays silent: nobody answers for it. Closing removes everything.
 */
final class Namespaces implements Place {

  private static final int COMMAND_SECONDS = 20;

  private final String id = uniqueName();
  private final int count;
  private final List<String> created = new ArrayList<>();

  private Namespaces(int count) {
    this.count = count;
  }

  /** Returns a name for a namespace that no other test has. */
  static String uniqueName() {
    return "bt" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 20));
  }

  /** Creates hosts 1 to count, with the addresses 10.77.33.1 and up. */
  static Namespaces create(int count) {
    Namespaces made = new Namespaces(count);
    try {
      made.create();
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void create() {
    String hub = id + "-hub";
    add(hub);
    in(hub, "ip", "link", "add", "br0", "type", "bridge");
    in(hub, "ip", "link", "set", "br0", "up");
    for (int number = 1; number <= count; number++) {
      String host = name(number);
      String port = "p" + number;
      add(host);
      run("ip", "link", "add", "eth0", "netns", host, "type", "veth", "peer", port, "netns", hub);
      in(hub, "ip", "link", "set", port, "master", "br0");
      in(hub, "ip", "link", "set", port, "up");
      in(host, "ip", "address", "add", host(number) + "/24", "dev", "eth0");
      in(host, "ip", "link", "set", "lo", "up");
      in(host, "ip", "link", "set", "eth0", "up");
    }
  }

  private void add(String namespace) {
    run("ip", "netns", "add", namespace);
    created.add(namespace);
  }

  @Override
  public String host(int number) {
    return "10.77.33." + number;
  }

  @Override
  public String subnet() {
    return "10.77.33.0/24";
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
    return new String[] {"ip", "netns", "exec", name(number)};
  }

  /** Cuts a host off: whatever reaches it is dropped without a word, as when a cable is pulled. */
  void cut(int number) {
    in(name(number), "iptables", "-I", "INPUT", "!", "-i", "lo", "-j", "DROP");
    in(name(number), "iptables", "-I", "OUTPUT", "!", "-o", "lo", "-j", "DROP");
  }

  /** Parts some hosts from some others: nothing gets from one side to the other. */
  void part(List<Integer> some, List<Integer> others) {
    for (int one : some) {
      for (int other : others) {
        in(name(one), "iptables", "-I", "INPUT", "-s", host(other), "-j", "DROP");
        in(name(other), "iptables", "-I", "INPUT", "-s", host(one), "-j", "DROP");
      }
    }
  }

  /** Makes good what {@link #cut} and {@link #part} did. */
  void heal(int number) {
    in(name(number), "iptables", "-F");
  }

  /** Returns the name of a host's namespace. */
  String name(int number) {
    return id + "-" + number;
  }

  /** Runs a command in a namespace and fails if it fails. */
  static void in(String namespace, String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    run(all.toArray(String[]::new));
  }

  /** Runs a command and fails if it fails. */
  static void run(String... command) {
    String line = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(line + " hangs");
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(line + " failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(line + " was interrupted", e);
    }
  }

  @Override
  public void close() {
    for (String namespace : created) {
      try {
        run("ip", "netns", "delete", namespace);
      } catch (UncheckedIOException | IllegalStateException e) {
        System.err.println("namespace " + namespace + " stays: " + e.getMessage());
      }
    }
  }
}
