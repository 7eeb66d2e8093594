package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsSourcesTest {

  private static final String KEY = "beethoven.cluster-name";

  @Test
  void shouldRankProgramOverPropertyOverEnvironmentOverApplicationWhenAllSetAKey() {
    Config program = ConfigFactory.parseMap(Map.of(KEY, "program"));
    Config application = ConfigFactory.parseMap(Map.of(KEY, "application"));
    Properties property = properties(KEY, "property");
    Map<String, String> environment = Map.of("BEETHOVEN_CLUSTER_NAME", "environment");
    Config none = ConfigFactory.empty();

    assertThat(name(program, property, environment, application)).isEqualTo("program");
    assertThat(name(none, property, environment, application)).isEqualTo("property");
    assertThat(name(none, new Properties(), environment, application)).isEqualTo("environment");
    assertThat(name(none, new Properties(), Map.of(), application)).isEqualTo("application");
    assertThat(name(none, new Properties(), Map.of(), none)).isEqualTo("beethoven");
  }

  @Test
  void shouldRankEnvironmentOverApplicationWhenItIsAWholeLoadedConfiguration() {
    assertThat(
            name(
                ConfigFactory.empty(),
                new Properties(),
                Map.of("BEETHOVEN_CLUSTER_NAME", "environment"),
                ConfigFactory.load()))
        .isEqualTo("environment");
  }

  @Test
  void shouldReadListsAndSayTheVariableWhenSetInTheEnvironment() {
    Config merged =
        merge(
            Map.of(
                "BEETHOVEN_DISCOVERY_SUBNET", "127.0.0.0/29",
                "BEETHOVEN_DISCOVERY_NODES", "127.0.0.2,127.0.0.3",
                "BEETHOVEN_ROLE_DEFAULTS_ONE_SHOT", "on"));

    BeethovenSettings settings = BeethovenSettings.parse(merged);
    assertThat(settings.discovery().subnet()).contains("127.0.0.0/29");
    assertThat(settings.discovery().nodes()).hasSize(2);
    assertThat(settings.roleDefaults().oneShot()).isTrue();
    assertThat(merged.getValue("beethoven.discovery.subnet").origin().description())
        .isEqualTo("environment variable BEETHOVEN_DISCOVERY_SUBNET");
  }

  @Test
  void shouldIgnoreAndListVariablesWhenTheyNameNoSetting() {
    EnvironmentVariables variables =
        EnvironmentVariables.read(
            Map.of(
                "BEETHOVEN_PORT", "tcp://10.0.0.1:25520",
                "BEETHOVEN_SERVICE_HOST", "10.0.0.1",
                "BEETHOVEN_NODE_PORT", "tcp://10.0.0.1:25520",
                "BEETHOVEN_BEACON_PORT", "33001",
                "OTHER", "value"),
            SettingsSources.reference().getObject("beethoven"));

    assertThat(variables.ignored())
        .containsExactly("BEETHOVEN_NODE_PORT", "BEETHOVEN_PORT", "BEETHOVEN_SERVICE_HOST");
    assertThat(variables.settings().root().toConfig().entrySet()).hasSize(1);
    assertThat(variables.settings().getInt("beethoven.beacon.port")).isEqualTo(33001);
  }

  @Test
  void shouldHaveAVariableOfItsOwnWhenAKeyIsALeaf() {
    ConfigObject reference = SettingsSources.reference().getObject("beethoven");
    List<String> leaves =
        reference.toConfig().entrySet().stream()
            .filter(entry -> entry.getValue().valueType() != ConfigValueType.OBJECT)
            .map(Map.Entry::getKey)
            .filter(path -> !path.startsWith("pekko."))
            .toList();

    assertThat(leaves.stream().map(EnvironmentVariables::nameOf).collect(Collectors.toSet()))
        .hasSameSizeAs(leaves);
  }

  @Test
  void shouldKeepOtherSettingsWhenMerged() {
    Config merged =
        new SettingsSources(
                ConfigFactory.empty(),
                properties("pekko.loglevel", "DEBUG"),
                Map.of(),
                ConfigFactory.parseString("mine.key = 5"))
            .merge();

    assertThat(merged.getInt("mine.key")).isEqualTo(5);
    assertThat(merged.getString("pekko.loglevel")).isEqualTo("DEBUG");
  }

  private static String name(
      Config program, Properties property, Map<String, String> environment, Config application) {
    return BeethovenSettings.parse(
            new SettingsSources(program, property, environment, application).merge())
        .clusterName();
  }

  private static Config merge(Map<String, String> environment) {
    return new SettingsSources(
            ConfigFactory.empty(), new Properties(), environment, ConfigFactory.empty())
        .merge();
  }

  private static Properties properties(String key, String value) {
    Properties properties = new Properties();
    properties.setProperty(key, value);
    return properties;
  }
}
