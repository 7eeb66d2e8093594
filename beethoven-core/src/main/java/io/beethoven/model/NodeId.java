package io.beethoven.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The address by which a node is known: host and port of its remoting.
 *
 * <p>A restarted process at the same address is the same node and another {@link Incarnation}. The
 * order is the one that Pekko uses for member addresses (host as a string, then port), so that
 * every part that lets the lowest address decide agrees with the membership.
 *
 * @param host host name or IP address, not blank
 * @param port TCP port, 1 to 65535
 */
public record NodeId(String host, int port) implements Comparable<NodeId> {

  /**
   * Creates a node id.
   *
   * @throws IllegalArgumentException if the host is blank or the port out of range
   */
  public NodeId {
    Objects.requireNonNull(host, "host");
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must not be blank");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 1 and 65535, was " + port);
    }
  }

  /**
   * Parses the text form {@code host:port}.
   *
   * @param text the text form, as {@link #toString()} gives it
   * @return the node id
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static NodeId parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("node must be host:port, was \"" + text + "\"");
    }
    try {
      return new NodeId(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("node must be host:port, was \"" + text + "\"", e);
    }
  }

  // As records do by themselves, but these are compared all the time, from cold code as well.
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object
        || (object instanceof NodeId other && port == other.port && host.equals(other.host));
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }

  @Override
  public int compareTo(NodeId other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  /** Returns {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
