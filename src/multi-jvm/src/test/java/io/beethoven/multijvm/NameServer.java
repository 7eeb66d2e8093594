package io.beethoven.multijvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dnsmasq in the first of some network namespaces, by which all of them resolve names. Needs
 * {@code dnsmasq} and root.
 */
final class NameServer implements AutoCloseable {

  /** Where {@code ip netns exec} finds what stands in for files of {@code /etc}. */
  private static final Path ETC = Path.of("/etc/netns");

  private final Process process;
  private final List<Path> files = new ArrayList<>();

  private NameServer(Process process) {
    this.process = process;
  }

  /** Serves one name with the addresses of hosts 1 to count. */
  static NameServer start(Namespaces network, int count, String name) {
    List<String> command = new ArrayList<>(List.of(network.launcher(1)));
    command.addAll(
        List.of(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            "--pid-file=",
            "--listen-address=" + network.host(1)));
    for (int number = 1; number <= count; number++) {
      command.add("--address=/" + name + "/" + network.host(number));
    }
    try {
      NameServer server =
          new NameServer(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(Path.of("target", "dnsmasq.log").toFile())
                  .start());
      for (int number = 1; number <= count; number++) {
        server.resolve(network.name(number), network.host(1));
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void resolve(String namespace, String server) throws IOException {
    Path directory = Files.createDirectories(ETC.resolve(namespace));
    Path file = directory.resolve("resolv.conf");
    Files.writeString(file, "nameserver " + server + "\n");
    files.add(file);
    files.add(directory);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
