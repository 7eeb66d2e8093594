package io.beethoven.actors.discovery;

import io.beethoven.discovery.Ipv4Address;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** The addresses that this machine's network interfaces have. */
@FunctionalInterface
public interface InterfaceAddresses {

  /**
   * An address of an interface.
   *
   * @param interfaceName the interface, such as {@code eth0}
   * @param address one of its IPv4 addresses
   */
  record InterfaceAddress(String interfaceName, Ipv4Address address) {

    /** Returns {@code address (interface)}. */
    @Override
    public String toString() {
      return address + " (" + interfaceName + ")";
    }
  }

  /**
   * Returns the IPv4 addresses of all interfaces that are up, in no particular order.
   *
   * @throws UncheckedIOException if the system does not tell
   */
  List<InterfaceAddress> list();

  /** Returns the addresses of this machine, read anew at each call of {@link #list}. */
  static InterfaceAddresses ofThisMachine() {
    return () -> {
      try {
        List<InterfaceAddress> found = new ArrayList<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
          if (network.isUp()) {
            network
                .inetAddresses()
                .filter(Inet4Address.class::isInstance)
                .map(address -> Ipv4Address.parse(address.getHostAddress()))
                .map(address -> new InterfaceAddress(network.getName(), address))
                .forEach(found::add);
          }
        }
        return found;
      } catch (SocketException e) {
        throw new UncheckedIOException("cannot list the network interfaces", e);
      }
    };
  }
}
