package io.beethoven;

import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.EphemeralPorts;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.error.BeethovenBindException;
import io.beethoven.error.BeethovenException;
import io.beethoven.error.BeethovenStartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the addresses that a node is about to listen at, and explains why it cannot. */
final class Addresses {

  private static final Logger LOG = LoggerFactory.getLogger(Beethoven.class);
  private static final String HOST_KEY = "beethoven.node.host";
  private static final String PORT_KEY = "beethoven.node.port";
  private static final String BEACON_KEY = "beethoven.beacon.port";

  private Addresses() {}

  /**
   * Logs which address was chosen, and ports that the kernel may hand out; tries each address.
   *
   * @throws BeethovenBindException if one cannot be listened at; it names the setting
   */
  static void check(BeethovenSettings settings) {
    LOG.info(
        "Address chosen host={} reason=\"{}\" port={} beaconPort={}",
        settings.node().host(),
        settings.node().hostReason(),
        settings.node().port(),
        settings.beacon().bind().port());
    check(PORT_KEY, remoting(settings));
    check(BEACON_KEY, settings.beacon().bind());
  }

  private static void check(String key, Endpoint endpoint) {
    if (endpoint.port() == 0) {
      return;
    }
    Optional<String> advice = advice(key, endpoint.port());
    advice.ifPresent(
        text -> {
          if (Ipv4Address.parse(endpoint.host()).isLoopback()) {
            LOG.info("Port at risk key={} advice=\"{}\"", key, text);
          } else {
            LOG.warn("Port at risk key={} advice=\"{}\"", key, text);
          }
        });
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(endpoint.host(), endpoint.port()));
    } catch (IOException e) {
      throw refused(key, endpoint, e);
    }
  }

  /** Turns what Pekko throws at the start into something that names a setting where it can. */
  static BeethovenException explain(RuntimeException failure, BeethovenSettings settings) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (cause instanceof IOException || text.contains("bind TCP")) {
        return refused(PORT_KEY, remoting(settings), cause);
      }
    }
    return new BeethovenStartException(
        "the actor system could not be started: " + failure.getMessage(), failure);
  }

  private static BeethovenBindException refused(String key, Endpoint endpoint, Throwable cause) {
    String said = String.valueOf(cause.getMessage());
    if (said.toLowerCase(Locale.ROOT).contains("assign")) {
      return new BeethovenBindException(
          HOST_KEY, endpoint.toString(), "this machine has no such address", cause);
    }
    return new BeethovenBindException(
        key,
        endpoint.toString(),
        said
            + "; another process listens there, perhaps a node of the same settings"
            + advice(key, endpoint.port()).map(text -> "; " + text).orElse(""),
        cause);
  }

  private static Endpoint remoting(BeethovenSettings settings) {
    return new Endpoint(settings.node().host(), settings.node().port());
  }

  private static Optional<String> advice(String key, int port) {
    return EphemeralPorts.ofThisMachine().flatMap(ports -> ports.advice(key, port));
  }
}
