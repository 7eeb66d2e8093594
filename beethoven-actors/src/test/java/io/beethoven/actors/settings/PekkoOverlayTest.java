package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.error.ConfigProblem;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PekkoOverlayTest {

  @Test
  void shouldLackNothingWhenLaidOver() {
    Config merged = merge("beethoven.node { host = \"127.0.0.5\", port = 2001 }");
    BeethovenSettings settings = BeethovenSettings.parse(merged);

    Config system = PekkoOverlay.over(merged, settings);

    assertThat(PekkoOverlay.lacks(system, settings)).isEmpty();
    assertThat(system.getString("pekko.actor.provider")).isEqualTo("cluster");
    assertThat(system.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("127.0.0.5");
    assertThat(system.getInt("pekko.remote.artery.canonical.port")).isEqualTo(2001);
    assertThat(system.getStringList("pekko.cluster.roles")).containsExactly("beethoven");
    assertThat(BeethovenSettings.parse(system)).isEqualTo(settings);
  }

  @Test
  void shouldKeepTheProgramsSettingsWhenItHasOthers() {
    Config merged =
        merge(
            """
            pekko.cluster.roles = [mine]
            pekko.cluster.gossip-interval = 9s
            pekko.loglevel = WARNING
            beethoven.pekko.cluster.failure-detector.acceptable-heartbeat-pause = 7s
            beethoven.node.advertised-host = node.example
            """);

    Config system = PekkoOverlay.over(merged, BeethovenSettings.parse(merged));

    assertThat(system.getStringList("pekko.cluster.roles")).containsExactly("beethoven", "mine");
    assertThat(system.getString("pekko.loglevel")).isEqualTo("WARNING");
    assertThat(system.getString("pekko.cluster.failure-detector.acceptable-heartbeat-pause"))
        .isEqualTo("7s");
    assertThat(system.getString("pekko.cluster.gossip-interval")).isEqualTo("500ms");
    assertThat(system.getString("pekko.remote.artery.canonical.hostname"))
        .isEqualTo("node.example");
    assertThat(system.getString("pekko.remote.artery.bind.hostname")).isEqualTo("127.0.0.1");
  }

  @Test
  void shouldGiveTheWayOutTheTimesOfTheSettings() {
    Config merged = merge("beethoven.lifecycle { leave-timeout = 25s, terminate-timeout = 3s }");
    String phases = "pekko.coordinated-shutdown.phases.";

    Config system = PekkoOverlay.over(merged, BeethovenSettings.parse(merged));

    assertThat(system.getDuration(phases + "before-service-unbind.timeout")).hasSeconds(25);
    assertThat(system.getDuration(phases + "actor-system-terminate.timeout")).hasSeconds(3);
  }

  @Test
  void shouldListWhatLacksWhenNothingWasLaidOver() {
    Config plain = ConfigFactory.load();

    assertThat(PekkoOverlay.lacks(plain, BeethovenSettings.parse(plain)))
        .extracting(ConfigProblem::path)
        .contains(
            "pekko.actor.provider",
            "pekko.cluster.roles",
            "pekko.cluster.allow-weakly-up-members",
            "pekko.cluster.downing-provider-class",
            "pekko.cluster.failure-detector.implementation-class",
            "pekko.remote.artery.canonical.hostname");
  }

  @Test
  void shouldSayTheBoundWhenASeedNodeIsNamed() {
    Config merged = merge("");
    BeethovenSettings settings = BeethovenSettings.parse(merged);
    Config system =
        ConfigFactory.parseString("pekko.cluster.seed-nodes = [\"pekko://a@127.0.0.1:1\"]")
            .withFallback(PekkoOverlay.over(merged, settings));

    assertThat(PekkoOverlay.lacks(system, settings))
        .singleElement()
        .extracting(ConfigProblem::expected)
        .asString()
        .startsWith("must be empty");
  }

  @Test
  void shouldAllowSeedNodesWhenSomebodyElseFormsTheCluster() {
    Config merged = merge("beethoven.discovery.mode = none");
    BeethovenSettings settings = BeethovenSettings.parse(merged);
    Config system =
        ConfigFactory.parseString("pekko.cluster.seed-nodes = [\"pekko://a@127.0.0.1:1\"]")
            .withFallback(PekkoOverlay.over(merged, settings));

    assertThat(PekkoOverlay.lacks(system, settings)).isEmpty();
  }

  private static Config merge(String application) {
    return new SettingsSources(
            ConfigFactory.empty(),
            new Properties(),
            Map.of(),
            ConfigFactory.parseString(application))
        .merge();
  }
}
