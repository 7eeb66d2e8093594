package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparedSettingsTest {

  private static Map<String, Setting> of(String config) {
    return ComparedSettings.of(ConfigFactory.parseString(config));
  }

  @Test
  void shouldSayWhatNodesMustAgreeOnAndWhatTheyShould() {
    assertThat(of("beethoven.cluster-name = shop"))
        .containsEntry("beethoven.cluster-name", new Setting("\"shop\"", Sameness.REQUIRED))
        .containsEntry("beethoven.evidence.max-voters", new Setting("9", Sameness.REQUIRED))
        .containsEntry("beethoven.security.mode", expected("\"loopback-only\""));
  }

  @Test
  void shouldSayWhereTheNodeLooks() {
    assertThat(of("beethoven.discovery { subnet = 10.0.0.0/24, nodes = [10.0.0.1, 10.0.0.2] }"))
        .containsEntry("beethoven.discovery.subnet", expected("\"10.0.0.0/24\""))
        .containsEntry(
            "beethoven.discovery.nodes", new Setting("[\"10.0.0.1\",\"10.0.0.2\"]", Sameness.OWN));
  }

  @Test
  void shouldWriteEqualDurationsAlike() {
    assertThat(of("beethoven.evidence.down-fallback = 0.5 s"))
        .isEqualTo(of("beethoven.evidence.down-fallback = 500ms"));
  }

  @Test
  void shouldLeaveOutWhatIsANodesOwnAffairAndRoles() {
    assertThat(of("beethoven { control.directory = /tmp, roles = [{ name = a }] }"))
        .doesNotContainKeys("beethoven.control.directory", "beethoven.roles")
        .allSatisfy((path, setting) -> assertThat(path).doesNotStartWith("beethoven.pekko"));
  }

  private static Setting expected(String value) {
    return new Setting(value, Sameness.EXPECTED);
  }
}
