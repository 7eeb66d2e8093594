package io.beethoven.actors.beacon;

import io.beethoven.discovery.Endpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Converts between endpoints and socket addresses without ever asking a name server. */
final class SocketAddresses {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private SocketAddresses() {}

  /**
   * Returns the socket address of an endpoint.
   *
   * @throws UnknownHostException if its host is no IP address
   */
  static InetSocketAddress of(Endpoint endpoint) throws UnknownHostException {
    String host = endpoint.host();
    if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
      throw new UnknownHostException("\"" + host + "\" is not an IP address");
    }
    return new InetSocketAddress(InetAddress.getByName(host), endpoint.port());
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
