package io.beethoven.discovery;

import java.util.Comparator;
import java.util.Objects;

/**
 * A TCP endpoint.
 *
 * @param host an IP address in text form
 * @param port 0 to 65535; 0 only where the system shall choose
 */
public record Endpoint(String host, int port) implements Comparable<Endpoint> {

  private static final Comparator<Endpoint> ORDER =
      Comparator.comparing(Endpoint::host).thenComparingInt(Endpoint::port);

  /**
   * Creates an endpoint.
   *
   * @throws IllegalArgumentException if the host is blank or the port out of range
   */
  public Endpoint {
    Objects.requireNonNull(host, "host");
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must not be blank");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, was " + port);
    }
  }

  @Override
  public int compareTo(Endpoint other) {
    return ORDER.compare(this, other);
  }

  /** Returns {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
