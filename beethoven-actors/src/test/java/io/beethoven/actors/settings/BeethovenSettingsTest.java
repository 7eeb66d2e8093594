package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.actors.discovery.InterfaceAddresses;
import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BeethovenSettingsTest {

  private static final InterfaceAddresses MACHINE =
      () ->
          List.of(
              new InterfaceAddress("lo", Ipv4Address.parse("127.0.0.1")),
              new InterfaceAddress("eth0", Ipv4Address.parse("10.1.2.3")));

  /** A role that can be run. */
  public static final class Ticker implements RoleTask {
    @Override
    public void run(RoleContext context) {}
  }

  /** A role that cannot be made. */
  public static final class NoWayIn implements RoleLifecycle {
    NoWayIn() {}

    @Override
    public void start(RoleContext context) {}

    @Override
    public void stop() {}
  }

  @Test
  void shouldTakeEveryDefaultFromReferenceWhenNothingIsSet() {
    BeethovenSettings settings = parse("");

    assertThat(settings.clusterName()).isEqualTo("beethoven");
    assertThat(settings.node().host()).isEqualTo("127.0.0.1");
    assertThat(settings.node().port()).isEqualTo(25520);
    assertThat(settings.beacon().bind()).isEqualTo(new Endpoint("127.0.0.1", 33000));
    assertThat(settings.discovery().peerBeaconPort()).isEqualTo(33000);
    assertThat(settings.discovery().passes()).isEqualTo(3);
    assertThat(settings.membership().forgetAfter()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.evidence().maxVoters()).isEqualTo(9);
    assertThat(settings.roles()).isEmpty();
    assertThat(settings.security()).isEqualTo(SecurityMode.LOOPBACK_ONLY);
  }

  @Test
  void shouldListEveryProblemWithPathValueBoundAndOriginWhenSeveralAreWrong() {
    Config config =
        ConfigFactory.parseString(
            """
            beethoven.node.port = 70000
            beethoven.discovery.subnet = "10.0.0.0/33"
            beethoven.discovery.passes = many
            beethoven.discovery.connect-timeout = 1 h
            """,
            ConfigParseOptions.defaults().setOriginDescription("application.conf"));

    List<ConfigProblem> problems = problems(config);

    assertThat(problems)
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "beethoven.node.port",
            "beethoven.discovery.subnet",
            "beethoven.discovery.passes",
            "beethoven.discovery.connect-timeout");
    assertThat(problems)
        .filteredOn(problem -> problem.path().equals("beethoven.node.port"))
        .singleElement()
        .hasToString(
            "beethoven.node.port = 70000: must be a whole number between 0 and 65535"
                + " (application.conf: 1)");
    assertThat(problems)
        .filteredOn(problem -> problem.path().endsWith("connect-timeout"))
        .singleElement()
        .extracting(ConfigProblem::expected)
        .isEqualTo("must be a duration between 10 ms and 30 s");
  }

  @Test
  void shouldNameTheNearestKeyWhenAKeyIsUnknown() {
    assertThat(problems("beethoven.discovery.subnett = \"10.0.0.0/24\""))
        .singleElement()
        .extracting(ConfigProblem::path, ConfigProblem::expected)
        .containsExactly(
            "beethoven.discovery.subnett", "is no setting of Beethoven; did you mean \"subnet\"?");
  }

  @Test
  void shouldAllowAnyKeyWhenItIsPekkos() {
    assertThat(parse("beethoven.pekko.cluster.some-thing = 1").clusterName()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "beethoven.node.host = nonsense",
        "beethoven.node.host = \"10.0.0.256\"",
        "beethoven.node = 5",
        "beethoven = 5",
        "beethoven.cluster-name = \"a b\"",
        "beethoven.cluster-name = \"\"",
        "beethoven.node.port = -1",
        "beethoven.node.port = 33000",
        "beethoven.discovery.subnet = \"10.0.0.0/8\"",
        "beethoven.discovery.subnet = \"10.0.0.0\"",
        "beethoven.discovery.nodes = [\"10.0.0.1:0\"]",
        "beethoven.discovery.nodes = [\"10.0.0.1:x\"]",
        "beethoven.discovery.nodes = [host]",
        "beethoven.discovery.nodes = [\"::1\"]",
        "beethoven.discovery.nodes = [\"[::1]:33000\"]",
        "beethoven.discovery.subnet = \"fd00::/64\"",
        "beethoven.discovery.subnet = \"10.0.0.0/33\"",
        "beethoven.discovery.mode = some",
        "beethoven.discovery.max-in-flight = 0",
        "beethoven.discovery.max-per-second = 0",
        "beethoven.discovery.max-burst = 5000",
        "beethoven.discovery.dns.name = \"a..b\"",
        "beethoven.discovery.dns.name = \"10.0.0.1\"",
        "beethoven.discovery.dns.name = \"fd00::1\"",
        "beethoven.discovery.dns.name = \"http://peers\"",
        "beethoven.discovery.dns.timeout = 5ms",
        "beethoven.discovery.azure.endpoint = \"file:///etc/passwd\"",
        "beethoven.discovery.azure.endpoint = \"a b\"",
        "beethoven.discovery.azure.timeout = 2h",
        "beethoven.node.host = \"::1\"",
        "beethoven.node.advertised-host = \"::1\"",
        "beethoven.discovery.backoff-min = 400ms",
        "beethoven.discovery.slow-pass-min = 2min",
        "beethoven.evidence.redial-min = 1s",
        "beethoven.evidence.reconnect-min = 1min",
        "beethoven.evidence.max-voters = 10",
        "beethoven.role.restart-backoff-min = 1min",
        "beethoven.role.drain-timeout = 20s",
        "beethoven.lifecycle.restart-backoff-min = 1min",
        "beethoven.beacon.max-connections-per-address = 2000",
        "beethoven.security.mode = nome",
        "beethoven.control.enabled = perhaps",
        "beethoven.state.enabled = perhaps",
        "beethoven.state.directory = \"a\\u0000b\"",
        "beethoven.roles = 5",
        "beethoven.roles = [5]",
        "beethoven.roles = [{ count = 2 }]",
        "beethoven.roles = [{ name = \"a b\" }]",
        "beethoven.roles = [{ name = a, count = 0 }]",
        "beethoven.roles = [{ name = a, cuont = 2 }]",
        "beethoven.roles = [{ name = a, arguments = 5 }]",
        "beethoven.roles = [{ name = a, arguments { b = [1] } }]",
        "beethoven.roles = [{ name = a, readiness = soon }]",
        "beethoven.roles = [{ name = a, ready-deadline = 0s }]",
        "beethoven.roles = [{ name = a, hand-over = both }]",
        "beethoven.roles = [{ name = a, fenced = perhaps }]",
        "beethoven.role.defaults.hand-over = both",
        "beethoven.role.defaults.fenced = 5",
        "beethoven.roles = [{ name = a, class = no.such.Role }]",
        "beethoven.roles = [{ name = a, class = java.lang.String }]",
        "beethoven.roles = [{ name = a, class = io.beethoven.role.RoleTask }]",
      })
  void shouldNameTheKeyOnceWhenItsValueIsBad(String line) {
    List<ConfigProblem> problems = problems(line);

    assertThat(problems).hasSize(1);
    String key = line.substring(0, line.indexOf(' '));
    assertThat(problems.get(0).path() + problems.get(0).expected()).contains(key);
    assertThat(problems.get(0).origin()).isNotEmpty();
  }

  @Test
  void shouldRefuseTextsThatAreTooLongToTravel() {
    String host = "beethoven.node.advertised-host = " + "a".repeat(117);
    String arguments =
        "beethoven.roles = [{ name = a, arguments { b = " + "x".repeat(16_384) + " } }]";

    assertThat(problems(host))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).contains("at most 116 characters"));
    assertThat(problems(arguments))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).contains("at most 16384 characters"));
  }

  static Stream<String> leaves() {
    List<String> paths = new ArrayList<>();
    collect(SettingsSources.reference().getObject("beethoven"), "beethoven.", paths);
    return paths.stream();
  }

  private static void collect(ConfigObject object, String prefix, List<String> paths) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      if (path.equals("beethoven.pekko")) {
        continue;
      }
      if (entry.getValue() instanceof ConfigObject block) {
        collect(block, path + ".", paths);
      } else {
        paths.add(path);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void shouldReadTheKeyWhenReferenceHasIt(String path) {
    Config config =
        ConfigFactory.empty().withValue(path, ConfigValueFactory.fromMap(Map.of("not", "a value")));

    assertThat(problems(config)).extracting(ConfigProblem::path).contains(path);
  }

  @Test
  void shouldChooseTheAddressInsideTheSubnetWhenNoneIsSet() {
    BeethovenSettings settings =
        parse("beethoven.discovery.subnet = \"10.1.2.77/24\", beethoven.security.mode = none");

    assertThat(settings.node().host()).isEqualTo("10.1.2.3");
    assertThat(settings.node().hostReason()).contains("eth0");
    assertThat(settings.beacon().bind().host()).isEqualTo("10.1.2.3");
    assertThat(settings.discovery().subnet()).contains("10.1.2.0/24");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "beethoven.node.host                | \"::1\"",
        "beethoven.node.advertised-host     | \"fd00::1\"",
        "beethoven.discovery.subnet         | \"fd00::/64\"",
        "beethoven.discovery.nodes          | [\"[fd00::1]:33000\"]",
        "beethoven.discovery.nodes          | [\"fd00::1\"]",
      })
  void shouldSayThatIpv6IsNotSupportedWhenAnAddressIsOfThatKind(String key, String value) {
    assertThat(problems(key + " = " + value))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(key);
              assertThat(problem.expected()).contains("IPv6 is not supported");
              assertThat(problem.value())
                  .contains(value.replaceAll("[\\[\\]\"]", "").substring(0, 3));
            });
  }

  @Test
  void shouldSayWhichPrefixIsAllowedWhenASubnetIsTooWide() {
    assertThat(problems("beethoven.discovery.subnet = \"10.0.0.0/8\""))
        .singleElement()
        .extracting(ConfigProblem::expected)
        .asString()
        .contains("between 16 and 32, was 8", "65534");
  }

  @Test
  void shouldReadTheSourcesWhenTheyAreSet() {
    DiscoverySettings discovery =
        parse(
                "beethoven.node.host = \"127.0.0.1\", beethoven.discovery { mode = none,"
                    + " dns.name = peers.shop.svc.cluster.local, azure { enabled = on,"
                    + " endpoint = \"http://127.0.0.1:80/interface\" } }")
            .discovery();

    assertThat(discovery.mode()).isEqualTo(DiscoveryMode.NONE);
    assertThat(discovery.dns())
        .contains(new DnsSettings("peers.shop.svc.cluster.local", Duration.ofSeconds(2)));
    assertThat(discovery.azure())
        .contains(
            new AzureSettings(URI.create("http://127.0.0.1:80/interface"), Duration.ofSeconds(2)));
    assertThat(parse("").discovery())
        .extracting(DiscoverySettings::mode, DiscoverySettings::dns, DiscoverySettings::azure)
        .containsExactly(DiscoveryMode.SEEK, Optional.empty(), Optional.empty());
  }

  @Test
  void shouldRefuseToStartWhenNotAtLoopbackAndNobodyDecidedSo() {
    assertThat(problems("beethoven.node.host = \"10.1.2.3\""))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("beethoven.security.mode");
              assertThat(problem.expected()).contains("none", "10.1.2.3", "beethoven.node.host");
            });
  }

  @Test
  void shouldRefuseAStateDirectoryForANodeWithoutANameOfItsOwn() {
    String line = "beethoven.node.port = 0, beethoven.state.directory = \"/var/lib/beethoven\"";

    assertThat(problems(line))
        .singleElement()
        .asString()
        .contains("beethoven.state.directory = \"/var/lib/beethoven\"", "beethoven.node.port");
    assertThat(parse(line + ", beethoven.state.enabled = off").state().enabled()).isFalse();
  }

  @Test
  void shouldNeedTheSubnetsPortWhenTheBeaconsIsLeftToTheSystem() {
    String line = "beethoven.beacon.port = 0, beethoven.discovery.subnet = \"127.0.0.0/29\"";

    assertThat(problems(line))
        .singleElement()
        .extracting(ConfigProblem::path)
        .isEqualTo("beethoven.discovery.peer-beacon-port");
    assertThat(
            parse(line + ", beethoven.discovery.peer-beacon-port = 7000")
                .discovery()
                .peerBeaconPort())
        .isEqualTo(7000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"127.0.0.2\", \"127.0.0.3:4000\"]",
        "\"127.0.0.2, 127.0.0.3:4000\"",
        "{ 0 = \"127.0.0.2\", 1 = \"127.0.0.3:4000\" }"
      })
  void shouldReadNodesWhenWrittenAsListTextOrNumberedKeys(String written) {
    assertThat(
            parse("beethoven.node.host = \"127.0.0.1\", beethoven.discovery.nodes = " + written)
                .discovery()
                .nodes())
        .containsExactly(new Endpoint("127.0.0.2", 33000), new Endpoint("127.0.0.3", 4000));
  }

  @Test
  void shouldReadRolesWithDefaultsWhenEntriesSayLittle() {
    BeethovenSettings settings =
        parse(
            """
            beethoven.role.defaults.count = 2
            beethoven.roles = [
              { name = plain }
              { name = full, count = 3, class = "%s", readiness = explicit, one-shot = on,
                arguments { interval = 1s, deep { depth = 2 } }, ready-deadline = 1s,
                stop-deadline = 2s, hand-over = start-first, fenced = off }
            ]
            """
                .formatted(Ticker.class.getName()));

    RoleDefinition plain = settings.roles().get(0);
    assertThat(plain.spec().name()).isEqualTo(new RoleName("plain"));
    assertThat(plain.spec().count()).isEqualTo(2);
    assertThat(plain.spec().handOver()).isEqualTo(HandOver.STOP_FIRST);
    assertThat(plain.spec().fenced()).isTrue();
    assertThat(plain.implementation()).isEmpty();
    RoleDefinition full = settings.roles().get(1);
    assertThat(full.spec().count()).isEqualTo(3);
    assertThat(full.spec().readiness()).isEqualTo(Readiness.EXPLICIT);
    assertThat(full.spec().oneShot()).isTrue();
    assertThat(full.spec().handOver()).isEqualTo(HandOver.START_FIRST);
    assertThat(full.spec().fenced()).isFalse();
    assertThat(full.spec().arguments())
        .containsExactlyInAnyOrderEntriesOf(Map.of("interval", "1s", "deep.depth", "2"));
    assertThat(full.spec().readyDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(full.type()).contains(Ticker.class);
    assertThat(((RoleImplementation.Task) full.implementation().orElseThrow()).factory().get())
        .isInstanceOf(Ticker.class);
  }

  @Test
  void shouldListTheAllowedValuesWhenAHandOverIsUnknown() {
    assertThat(problems("beethoven.roles = [{ name = a, hand-over = both }]"))
        .singleElement()
        .asString()
        .contains("beethoven.roles[0].hand-over = \"both\"", "one of stop-first, start-first");
  }

  @Test
  void shouldNameTheFirstWhenTwoRolesHaveOneName() {
    assertThat(problems("beethoven.roles = [{ name = a }, { name = b }, { name = a }]"))
        .singleElement()
        .extracting(ConfigProblem::path, ConfigProblem::expected)
        .containsExactly(
            "beethoven.roles[2].name", "must be different from the name of beethoven.roles[0]");
  }

  @Test
  void shouldSayWhatIsMissingWhenAClassCannotBeMade() {
    assertThat(
            problems(
                "beethoven.roles = [{ name = a, class = \"%s\" }]"
                    .formatted(NoWayIn.class.getName())))
        .singleElement()
        .extracting(ConfigProblem::expected)
        .isEqualTo("must have a public constructor without parameters");
  }

  @Test
  void shouldRefuseARoleThatMayStopLaterThanTheNodeLeaves() {
    BeethovenSettings settings =
        parse(
            "beethoven.roles = [{ name = slow, stop-deadline = 15s }, { name = quick }]\n"
                + "beethoven.role.drain-timeout = 10s\n"
                + "beethoven.lifecycle.leave-timeout = 20s");

    assertThat(
            catchThrowableOfType(
                    BeethovenConfigException.class,
                    () -> settings.requireValidRoles(settings.roleSpecs()))
                .problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.path()).contains("slow"))
        .satisfies(problem -> assertThat(problem.expected()).endsWith("which is 10 s"));
  }

  @Test
  void shouldRefuseMoreRolesOrArgumentsThanFitIntoAMessage() {
    BeethovenSettings settings = parse("");
    RoleSpec spec = parse("beethoven.roles = [{ name = a }]").roleSpecs().get(0);
    settings.requireValidRoles(Collections.nCopies(1_000, spec));

    assertThat(refusal(settings, Collections.nCopies(1_001, spec)))
        .extracting(ConfigProblem::path, ConfigProblem::value, ConfigProblem::expected)
        .containsExactly(
            "beethoven.roles", "1001 roles", "must be at most 1000, those of the program included");

    RoleSpec full =
        parse("beethoven.roles = [{ name = a, arguments { k = " + "x".repeat(16_383) + " } }]")
            .roleSpecs()
            .get(0);
    settings.requireValidRoles(Collections.nCopies(4, full));
    assertThat(refusal(settings, Collections.nCopies(5, full)).value())
        .isEqualTo("81920 characters");
  }

  private static ConfigProblem refusal(BeethovenSettings settings, List<RoleSpec> specs) {
    List<ConfigProblem> problems =
        catchThrowableOfType(
                BeethovenConfigException.class, () -> settings.requireValidRoles(specs))
            .problems();
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  @Test
  void shouldNameTheBeaconByAnAddressWhenTheAdvertisedHostIsAName() {
    assertThat(
            parse("beethoven.node { host = 127.0.0.1, advertised-host = db.example }")
                .node()
                .beaconHost())
        .isEqualTo("127.0.0.1");
    assertThat(
            parse("beethoven.node { host = 127.0.0.1, advertised-host = 127.0.0.9 }")
                .node()
                .beaconHost())
        .isEqualTo("127.0.0.9");
  }

  private static BeethovenSettings parse(String lines) {
    return BeethovenSettings.parse(ConfigFactory.parseString(lines), MACHINE);
  }

  private static List<ConfigProblem> problems(String lines) {
    return problems(ConfigFactory.parseString(lines));
  }

  private static List<ConfigProblem> problems(Config config) {
    return catchThrowableOfType(
            BeethovenConfigException.class, () -> BeethovenSettings.parse(config, MACHINE))
        .problems();
  }
}
