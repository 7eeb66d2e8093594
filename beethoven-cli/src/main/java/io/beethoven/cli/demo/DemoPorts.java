package io.beethoven.cli.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Looks whether the demo's addresses can be used, to say so in plain words before it begins. */
final class DemoPorts {

  private DemoPorts() {}

  /**
   * Checks the addresses.
   *
   * @param hosts IP addresses
   * @param ports TCP ports
   * @throws DemoException if one cannot be bound
   */
  static void requireFree(List<String> hosts, List<Integer> ports) throws DemoException {
    for (String host : hosts) {
      for (int port : ports) {
        try (ServerSocket socket = new ServerSocket()) {
          socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (BindException e) {
          throw new DemoException(reason(host, port, String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
          throw new DemoException("cannot use " + host + ":" + port + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private static String reason(String host, int port, String message) {
    if (message.contains("in use")) {
      return host
          + ":"
          + port
          + " is in use. Does another demo or node run here? Wait for its end, or stop it.";
    }
    return host
        + " is no address of this machine ("
        + message
        + "). On macOS: sudo ifconfig lo0 alias "
        + host;
  }
}
