package io.beethoven.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells of a process in {@code /proc}. */
final class ProcFiles {

  /** What it counts CPU time in; 100 on every Linux platform that Java knows. */
  private static final double TICKS_PER_SECOND = 100;

  private ProcFiles() {}

  /**
   * Returns the CPU time that a process has used so far.
   *
   * @param pid the process
   * @return user and system time in seconds
   * @throws IOException if there is no such process
   */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // Behind "pid (name)", where the name may hold blanks: the 12th and 13th of the rest.
    String[] rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(rest[11]) + Long.parseLong(rest[12])) / TICKS_PER_SECOND;
  }

  /**
   * Returns the resident memory of a process.
   *
   * @param pid the process
   * @return megabytes of 1,000,000 bytes
   * @throws IOException if there is no such process
   */
  static double residentMegabytes(long pid) throws IOException {
    return megabytes(file(pid, "status"), "VmRSS:");
  }

  /**
   * Returns how much of the memory of a process is in transparent huge pages.
   *
   * @param pid the process
   * @return megabytes of 1,000,000 bytes
   * @throws IOException if there is no such process
   */
  static double hugeMegabytes(long pid) throws IOException {
    return megabytes(file(pid, "smaps_rollup"), "AnonHugePages:");
  }

  /**
   * Returns how much a process has written so far: to sockets, and little else where it does not
   * write files.
   *
   * @param pid the process
   * @return bytes
   * @throws IOException if there is no such process
   */
  static long writtenBytes(long pid) throws IOException {
    return number(file(pid, "io"), "wchar:");
  }

  /**
   * Returns how many threads a process has.
   *
   * @param pid the process
   * @throws IOException if there is no such process
   */
  static long threads(long pid) throws IOException {
    return number(file(pid, "status"), "Threads:");
  }

  /**
   * Returns how many file descriptors a process has open.
   *
   * @param pid the process
   * @throws IOException if there is no such process
   */
  static long descriptors(long pid) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return all.count();
    }
  }

  private static List<String> file(long pid, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), name));
  }

  /** Reads a line such as {@code VmRSS: 1024 kB}. */
  static double megabytes(List<String> lines, String field) throws IOException {
    return number(lines, field) * 1024 / 1e6;
  }

  private static long number(List<String> lines, String field) throws IOException {
    for (String line : lines) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no " + field + " in " + lines);
  }
}
