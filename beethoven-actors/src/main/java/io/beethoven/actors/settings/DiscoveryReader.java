package io.beethoven.actors.settings;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.discovery.ProbeLimits;
import io.beethoven.discovery.Subnet;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the section {@code discovery} of the settings. */
final class DiscoveryReader {

  private static final int MAX_PORT = 65_535;
  private static final int MAX_NAME = 253;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");

  private final SettingsReader in;

  DiscoveryReader(SettingsReader in) {
    this.in = in;
  }

  DiscoverySettings read() {
    Optional<String> subnet =
        in.parsed(
            "discovery.subnet",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(text).toString()),
            Optional.empty());
    Optional<DnsSettings> dns = dns();
    Optional<AzureSettings> azure = azure();
    List<String> texts = in.texts("discovery.nodes");
    boolean portNeeded =
        subnet.isPresent()
            || dns.isPresent()
            || azure.isPresent()
            || texts.stream().anyMatch(text -> text.indexOf(':') < 0);
    int peerPort = peerPort(portNeeded);
    DiscoverySettings settings =
        new DiscoverySettings(
            in.choice("discovery.mode", DiscoveryMode.class),
            subnet,
            nodes(texts, peerPort),
            dns,
            azure,
            peerPort,
            new ProbeLimits(
                in.integer("discovery.max-in-flight", 1, 4096),
                in.integer("discovery.max-per-second", 1, 100_000),
                in.integer("discovery.max-burst", 1, 4096)),
            in.duration("discovery.connect-timeout", millis(10), seconds(30)),
            in.duration("discovery.hello-timeout", millis(100), minutes(1)),
            in.integer("discovery.passes", 1, 100),
            in.duration("discovery.backoff-min", millis(1), minutes(1)),
            in.duration("discovery.backoff-max", millis(1), minutes(1)),
            in.duration("discovery.settle", Duration.ZERO, minutes(1)),
            in.duration("discovery.slow-pass-min", millis(100), HOUR),
            in.duration("discovery.slow-pass-max", millis(100), HOUR),
            in.duration("discovery.formation-timeout", millis(500), minutes(5)),
            in.duration("discovery.join-timeout", seconds(1), minutes(10)));
    in.requireOrder(
        "discovery.backoff-min",
        settings.backoffMin(),
        "discovery.backoff-max",
        settings.backoffMax());
    in.requireOrder(
        "discovery.slow-pass-min",
        settings.slowPassMin(),
        "discovery.slow-pass-max",
        settings.slowPassMax());
    return settings;
  }

  private int peerPort(boolean needed) {
    int set = in.integer("discovery.peer-beacon-port", 0, MAX_PORT);
    int port = set == 0 ? in.integer("beacon.port", 0, MAX_PORT) : set;
    if (port == 0 && needed && !in.isFaulty("discovery.peer-beacon-port")) {
      in.add(
          "discovery.peer-beacon-port",
          "must be set where beethoven.beacon.port is 0 and peers are looked for");
    }
    return port;
  }

  private Optional<DnsSettings> dns() {
    String name = in.parsed("discovery.dns.name", DiscoveryReader::dnsName, "");
    Duration timeout = in.duration("discovery.dns.timeout", millis(100), minutes(1));
    return name.isEmpty() ? Optional.empty() : Optional.of(new DnsSettings(name, timeout));
  }

  private Optional<AzureSettings> azure() {
    boolean enabled = in.flag("discovery.azure.enabled");
    URI endpoint =
        in.parsed("discovery.azure.endpoint", DiscoveryReader::httpAddress, URI.create("http://a"));
    Duration timeout = in.duration("discovery.azure.timeout", millis(100), minutes(1));
    return enabled ? Optional.of(new AzureSettings(endpoint, timeout)) : Optional.empty();
  }

  private List<Endpoint> nodes(List<String> texts, int defaultPort) {
    List<Endpoint> nodes = new ArrayList<>();
    for (String text : texts) {
      try {
        nodes.add(node(text, defaultPort));
      } catch (IllegalArgumentException e) {
        in.add(
            "discovery.nodes",
            "\"" + text + "\" must be address or address:port; " + e.getMessage());
      }
    }
    return nodes;
  }

  private static Endpoint node(String text, int defaultPort) {
    int colon = text.indexOf(':');
    if (colon != text.lastIndexOf(':')) {
      throw new IllegalArgumentException("IPv6 is not supported");
    }
    String host = Ipv4Address.parse(colon < 0 ? text : text.substring(0, colon)).toString();
    return new Endpoint(host, colon < 0 ? defaultPort : port(text.substring(colon + 1)));
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("port must be a number");
    }
    int port = Integer.parseInt(text);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be between 1 and 65535, was " + port);
    }
    return port;
  }

  private static String dnsName(String text) {
    if (!text.isEmpty()
        && (text.length() > MAX_NAME
            || !NAME.matcher(text).matches()
            || Ipv4Address.isIpv4(text))) {
      throw new IllegalArgumentException(
          "must be a DNS name of at most 253 letters, digits, \"-\", \"_\" and \".\"; addresses"
              + " belong into beethoven.discovery.nodes");
    }
    return text;
  }

  private static URI httpAddress(String text) {
    URI address = URI.create(text);
    if (!"http".equals(address.getScheme()) || address.getHost() == null) {
      throw new IllegalArgumentException("must be an address of the form http://host/path");
    }
    return address;
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration minutes(long minutes) {
    return Duration.ofMinutes(minutes);
  }
}
