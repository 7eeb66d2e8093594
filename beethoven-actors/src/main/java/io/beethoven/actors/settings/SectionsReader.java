package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.discovery.BindAddress;
import io.beethoven.actors.discovery.InterfaceAddresses;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.discovery.Subnet;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the sections of the settings; ranges are those that {@code reference.conf} states. */
final class SectionsReader {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int MAX_PORT = 65_535;
  private static final String CLUSTER_NAME_KEY = "cluster-name";
  private static final Pattern CLUSTER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final Ipv4Address UNREADABLE = Ipv4Address.parse("127.0.0.1");

  private final SettingsReader in;
  private final Config config;
  private final InterfaceAddresses interfaces;
  private final ClassLoader classes;
  private final List<ConfigProblem> problems;

  SectionsReader(
      Config config,
      InterfaceAddresses interfaces,
      ClassLoader classes,
      List<ConfigProblem> problems) {
    this.in = new SettingsReader(config, BeethovenSettings.ROOT + ".", problems);
    this.config = config;
    this.interfaces = interfaces;
    this.classes = classes;
    this.problems = problems;
  }

  BeethovenSettings read() {
    RoleDefaults defaults = roleDefaults();
    DiscoverySettings discovery = new DiscoveryReader(in).read();
    SecurityMode security = in.choice("security.mode", SecurityMode.class);
    NodeSettings node = node(discovery, security);
    RoleSettings role = role();
    LifecycleSettings lifecycle = lifecycle();
    if (role.drainTimeout().compareTo(lifecycle.leaveTimeout()) >= 0
        && !in.isFaulty("role.drain-timeout")
        && !in.isFaulty("lifecycle.leave-timeout")) {
      in.add(
          "role.drain-timeout",
          "must be less than beethoven.lifecycle.leave-timeout, which is "
              + SettingsReader.text(lifecycle.leaveTimeout()));
    }
    return new BeethovenSettings(
        in.parsed(CLUSTER_NAME_KEY, SectionsReader::clusterName, ""),
        in.choice("profile", Profile.class),
        node,
        security,
        beacon(node.host()),
        discovery,
        new IslandSettings(in.flag("islands.heal"), in.integer("islands.lookout-rate", 1, 1024)),
        membership(),
        evidence(),
        new LeaseReader(in).read(),
        role,
        defaults,
        new RolesReader(defaults, classes, problems).read(config.root().get("roles")),
        state(),
        new ApiSettings(
            in.duration("api.ask-timeout", millis(10), minutes(10)),
            in.integer("api.subscriber-queue", 16, 1_000_000)),
        control(),
        lifecycle,
        agreement());
  }

  /** What is wrong has been found before: this only names what the nodes must have alike. */
  private Agreement agreement() {
    TreeMap<String, String> settings = new TreeMap<>();
    for (String path : AgreedKeys.all()) {
      if (!path.equals(CLUSTER_NAME_KEY) && !in.isFaulty(path)) {
        settings.put(BeethovenSettings.ROOT + "." + path, in.text(path));
      }
    }
    return new Agreement(settings);
  }

  private NodeSettings node(DiscoverySettings discovery, SecurityMode security) {
    int port = in.integer("node.port", 0, MAX_PORT);
    String set = in.parsed("node.host", text -> text.isEmpty() ? "" : address(text), "");
    String advertised = in.parsed("node.advertised-host", SectionsReader::hostName, "");
    BindAddress chosen = new BindAddress(UNREADABLE.toString(), "");
    if (in.isFaulty("node.host") || in.isFaulty("discovery.subnet")) {
      return new NodeSettings(chosen.host(), chosen.reason(), port, chosen.host());
    }
    try {
      Subnet subnet = discovery.subnet().map(Subnet::parse).orElse(null);
      chosen =
          BindAddress.choose(
              new BindAddress.Places(subnet, discovery.nodes(), discovery.isFoundOnlyLater()),
              set.isEmpty() ? null : set,
              interfaces);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      in.add("node.host", String.valueOf(e.getMessage()));
    }
    if (security == SecurityMode.LOOPBACK_ONLY
        && !Ipv4Address.parse(chosen.host()).isLoopback()
        && !in.isFaulty("security.mode")) {
      in.add(
          "security.mode",
          "must be set to none for a node that listens at "
              + chosen.host()
              + ", which is no loopback address: anybody who reaches its ports could join; or set"
              + " beethoven.node.host to a loopback address");
    }
    return new NodeSettings(
        chosen.host(), chosen.reason(), port, advertised.isEmpty() ? chosen.host() : advertised);
  }

  private BeaconSettings beacon(String host) {
    int port = in.integer("beacon.port", 0, MAX_PORT);
    int most = in.integer("beacon.max-connections", 16, 65_536);
    int perAddress = in.integer("beacon.max-connections-per-address", 1, 65_536);
    if (perAddress > most
        && !in.isFaulty("beacon.max-connections")
        && !in.isFaulty("beacon.max-connections-per-address")) {
      in.add(
          "beacon.max-connections-per-address",
          "must be at most beethoven.beacon.max-connections, which is " + most);
    }
    if (port != 0 && port == in.integer("node.port", 0, MAX_PORT)) {
      in.add("beacon.port", "must be different from beethoven.node.port");
    }
    return new BeaconSettings(
        new Endpoint(host, port),
        most,
        perAddress,
        in.duration("beacon.frame-timeout", millis(100), minutes(1)),
        in.duration("beacon.goodbye-timeout", millis(10), seconds(10)));
  }

  private MembershipSettings membership() {
    return new MembershipSettings(
        in.duration("membership.forget-after", minutes(1), Duration.ofDays(3650)),
        in.duration("membership.tick", millis(100), minutes(1)));
  }

  private EvidenceSettings evidence() {
    EvidenceSettings settings =
        new EvidenceSettings(
            in.integer("evidence.max-voters", 1, 9),
            in.duration("evidence.redial-min", millis(1), seconds(1)),
            in.duration("evidence.redial-max", millis(1), seconds(1)),
            in.duration("evidence.redial-timeout", millis(10), seconds(10)),
            in.duration("evidence.redial-limit", millis(100), minutes(5)),
            in.duration("evidence.reconnect-min", millis(10), minutes(5)),
            in.duration("evidence.reconnect-max", millis(10), minutes(5)),
            in.duration("evidence.vote-resend", millis(10), seconds(10)),
            in.duration("evidence.down-fallback", millis(50), minutes(1)),
            in.duration("evidence.remove-after", seconds(1), minutes(10)));
    order("evidence.redial", settings.redialMin(), settings.redialMax());
    order("evidence.reconnect", settings.reconnectMin(), settings.reconnectMax());
    return settings;
  }

  private RoleSettings role() {
    RoleSettings settings =
        new RoleSettings(
            in.duration("role.order-resend", millis(50), minutes(1)),
            in.duration("role.succession-wait", millis(1), minutes(1)),
            in.duration("role.restart-backoff-min", millis(10), HOUR),
            in.duration("role.restart-backoff-max", millis(10), HOUR),
            in.integer("role.max-failures", 1, 1000),
            in.duration("role.failure-window", seconds(1), DAY),
            in.duration("role.retry-after", seconds(1), DAY),
            in.duration("role.drain-timeout", millis(100), minutes(10)),
            in.choice("role.lone-node-roles", RoleSettings.RunAlone.class));
    order("role.restart-backoff", settings.restartBackoffMin(), settings.restartBackoffMax());
    return settings;
  }

  private RoleDefaults roleDefaults() {
    return new RoleDefaults(
        in.integer("role.defaults.count", 1, RoleSpec.MAX_COUNT),
        in.choice("role.defaults.readiness", Readiness.class),
        in.flag("role.defaults.one-shot"),
        in.duration("role.defaults.ready-deadline", RolesReader.LEAST_DEADLINE, HOUR),
        in.duration("role.defaults.stop-deadline", RolesReader.LEAST_DEADLINE, HOUR),
        in.choice("role.defaults.hand-over", HandOver.class),
        in.flag("role.defaults.fenced"));
  }

  private StateSettings state() {
    boolean enabled = in.flag("state.enabled");
    Optional<Path> directory =
        in.parsed(
            "state.directory",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)),
            Optional.empty());
    if (enabled
        && directory.isPresent()
        && in.integer("node.port", 0, MAX_PORT) == 0
        && !in.isFaulty("node.port")) {
      in.add(
          "state.directory",
          "must be empty where beethoven.node.port is 0, since the node is another one after each"
              + " start");
    }
    return new StateSettings(enabled, directory);
  }

  private ControlSettings control() {
    return new ControlSettings(
        in.flag("control.enabled"),
        in.parsed("control.directory", SectionsReader::directory, Path.of("")),
        in.integer("control.max-clients", 1, 4096),
        in.integer("control.max-request", 64, 1_048_576),
        in.integer("control.max-answer", 1024, 67_108_864),
        in.duration("control.request-timeout", millis(10), minutes(10)),
        in.duration("control.answer-timeout", millis(10), minutes(10)));
  }

  private LifecycleSettings lifecycle() {
    LifecycleSettings settings =
        new LifecycleSettings(
            in.flag("lifecycle.shutdown-hook"),
            in.duration("lifecycle.start-timeout", seconds(1), minutes(10)),
            in.duration("lifecycle.leave-timeout", seconds(1), minutes(10)),
            in.duration("lifecycle.terminate-timeout", seconds(1), minutes(10)),
            in.duration("lifecycle.restart-backoff-min", millis(10), HOUR),
            in.duration("lifecycle.restart-backoff-max", millis(10), HOUR));
    order("lifecycle.restart-backoff", settings.restartBackoffMin(), settings.restartBackoffMax());
    return settings;
  }

  private void order(String path, Duration min, Duration max) {
    in.requireOrder(path + "-min", min, path + "-max", max);
  }

  private static String clusterName(String text) {
    if (!CLUSTER_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("must match " + CLUSTER_NAME.pattern());
    }
    return text;
  }

  private static String address(String text) {
    return Ipv4Address.parse(text).toString();
  }

  private static String hostName(String text) {
    if (!text.matches("[A-Za-z0-9.-]*") || text.length() > BeaconCodec.MAX_HOST_BYTES) {
      throw new IllegalArgumentException(
          "must be an IPv4 address or a host name of at most "
              + BeaconCodec.MAX_HOST_BYTES
              + " characters; IPv6 is not supported");
    }
    return text;
  }

  private static Path directory(String text) {
    return text.isEmpty() ? ControlSocket.defaultDirectory() : Path.of(text);
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
