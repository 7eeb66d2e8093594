package io.beethoven.actors.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Knows the addresses of a host name. */
@FunctionalInterface
public interface NameResolver {

  /**
   * Returns all addresses of a name, IPv4 and IPv6, in any order. Blocks, at most some seconds.
   *
   * @param name a host name
   * @return its addresses; empty if the name is not known
   * @throws IOException if nobody could be asked
   */
  List<InetAddress> resolve(String name) throws IOException;
}
