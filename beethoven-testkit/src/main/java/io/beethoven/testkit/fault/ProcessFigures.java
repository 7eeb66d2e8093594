package io.beethoven.testkit.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the nodes of a cluster take of the machine, per node on average, by {@code /proc}.
 *
 * @param nodes how many there are
 * @param residentKilobytes memory that is resident
 * @param threads threads
 * @param sockets open sockets
 */
public record ProcessFigures(int nodes, long residentKilobytes, double threads, double sockets) {

  /** Reads the figures of some processes; those that have ended do not count. */
  static ProcessFigures of(Collection<Long> pids) throws IOException {
    int nodes = 0;
    long memory = 0;
    long threads = 0;
    long sockets = 0;
    for (long pid : pids) {
      Path process = Path.of("/proc", Long.toString(pid));
      if (Files.exists(process.resolve("status"))) {
        List<String> status = Files.readAllLines(process.resolve("status"));
        nodes++;
        memory += field(status, "VmRSS:");
        threads += field(status, "Threads:");
        sockets += sockets(process.resolve("fd"));
      }
    }
    int count = Math.max(1, nodes);
    return new ProcessFigures(
        nodes, memory / count, (double) threads / count, (double) sockets / count);
  }

  private static long field(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static long sockets(Path descriptors) throws IOException {
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(ProcessFigures::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
