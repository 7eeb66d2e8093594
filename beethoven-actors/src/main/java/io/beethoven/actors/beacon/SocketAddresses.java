package io.beethoven.actors.beacon;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Converts between endpoints and socket addresses without ever asking a name server. */
final class SocketAddresses {

  private SocketAddresses() {}

  /**
   * Returns the socket address of an endpoint.
   *
   * @throws UnknownHostException if its host is no IPv4 address
   */
  static InetSocketAddress of(Endpoint endpoint) throws UnknownHostException {
    if (!Ipv4Address.isIpv4(endpoint.host())) {
      throw new UnknownHostException("\"" + endpoint.host() + "\" is not an IPv4 address");
    }
    byte[] bytes =
        ByteBuffer.allocate(Integer.BYTES)
            .putInt(Ipv4Address.parse(endpoint.host()).bits())
            .array();
    return new InetSocketAddress(InetAddress.getByAddress(bytes), endpoint.port());
  }

  /**
   * Returns the endpoint of a socket address, without the scope that means something on one host
   * only.
   */
  static Endpoint endpoint(SocketAddress address) throws IOException {
    if (!(address instanceof InetSocketAddress inet)) {
      throw new IOException("not connected");
    }
    String host = inet.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    return new Endpoint(scope < 0 ? host : host.substring(0, scope), inet.getPort());
  }

  static ProtocolFamily family(InetAddress address) {
    return address instanceof Inet4Address
        ? StandardProtocolFamily.INET
        : StandardProtocolFamily.INET6;
  }
}
