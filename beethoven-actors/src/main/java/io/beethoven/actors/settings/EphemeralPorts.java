package io.beethoven.actors.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The ports from which the kernel takes the near end of outgoing connections. A node that listens
 * at one of them may find it taken at its start. Why the beacon's default is such a port is told in
 * {@code docs/decisions/0002-default-ports.md}.
 *
 * @param first the lowest
 * @param last the highest
 * @param reserved the kernel's list of those it leaves alone, such as {@code 33000,40000-40010}
 */
public record EphemeralPorts(int first, int last, String reserved) {

  private static final Path KERNEL = Path.of("/proc/sys/net/ipv4");

  /** Returns this machine's range; empty where it cannot be told (other systems than Linux). */
  public static Optional<EphemeralPorts> ofThisMachine() {
    return read(KERNEL);
  }

  static Optional<EphemeralPorts> read(Path directory) {
    try {
      String[] range =
          Files.readString(directory.resolve("ip_local_port_range")).trim().split("\\s+", -1);
      Path reserved = directory.resolve("ip_local_reserved_ports");
      return Optional.of(
          new EphemeralPorts(
              Integer.parseInt(range[0]),
              Integer.parseInt(range[1]),
              Files.isReadable(reserved) ? Files.readString(reserved).trim() : ""));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /**
   * Tells whether the kernel may hand a port out.
   *
   * @param port any port
   * @return true if it is in the range and not reserved
   */
  public boolean mayTake(int port) {
    return port >= first && port <= last && !isReserved(port);
  }

  private boolean isReserved(int port) {
    for (String part : reserved.split(",", -1)) {
      String[] ends = part.trim().split("-", -1);
      if (!ends[0].isEmpty()
          && port >= Integer.parseInt(ends[0])
          && port <= Integer.parseInt(ends[ends.length - 1])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what a person can do about a port in the range.
   *
   * @param key the setting that names the port
   * @param port the port
   * @return advice, or empty if the kernel leaves the port alone
   */
  public Optional<String> advice(String key, int port) {
    if (!mayTake(port)) {
      return Optional.empty();
    }
    return Optional.of(
        "port "
            + port
            + " lies in the range from which the kernel takes outgoing connections ("
            + first
            + " to "
            + last
            + "), so one of them may hold it when the node starts; reserve it with sysctl -w"
            + " net.ipv4.ip_local_reserved_ports="
            + port
            + " or set "
            + key
            + " below "
            + first);
  }
}
