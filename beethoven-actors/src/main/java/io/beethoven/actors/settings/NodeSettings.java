package io.beethoven.actors.settings;

import io.beethoven.discovery.Ipv4Address;

/**
 * Where the node listens and how it is called. Keys under {@code beethoven.node}.
 *
 * @param host the IP address to listen at, for remoting and for the beacon; chosen already where
 *     the key is empty
 * @param hostReason why that address, for people
 * @param port the port of remoting; 0 lets the system choose
 * @param advertisedHost the address at which others reach this node; with the port its name
 */
public record NodeSettings(String host, String hostReason, int port, String advertisedHost) {

  /**
   * Returns the address at which others reach the beacon.
   *
   * @return the advertised host where it is an IP address, otherwise the address to listen at
   */
  public String beaconHost() {
    try {
      return Ipv4Address.parse(advertisedHost).toString();
    } catch (IllegalArgumentException e) {
      return host;
    }
  }
}
