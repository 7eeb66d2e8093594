package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgreedKeysTest {

  @Test
  void shouldFindTheKeysOfWhichReferenceSaysSo() {
    assertThat(AgreedKeys.all()).containsExactly("cluster-name", "evidence.max-voters");
  }

  @Test
  void shouldBeOfKindsThatAreWrittenInOneWayOnly() {
    // "1s" and "1000ms" are the same duration, but not the same text.
    for (String path : AgreedKeys.all()) {
      String comment =
          String.join(
              " ", SettingsSources.reference().getValue("beethoven." + path).origin().comments());
      assertThat(comment).as(path).containsPattern("\\[(text|count)[,;]");
      assertThat(SettingsSources.reference().getValue("beethoven." + path).valueType())
          .isIn(Set.of(ConfigValueType.STRING, ConfigValueType.NUMBER));
    }
  }

  @Test
  void shouldCarryTheValuesInForceWhenSettingsAreParsed() {
    assertThat(BeethovenSettings.parse(ConfigFactory.empty()).agreement().settings())
        .isEqualTo(Map.of("beethoven.evidence.max-voters", "9"));
    assertThat(
            BeethovenSettings.parse(
                    ConfigFactory.parseMap(Map.of("beethoven.evidence.max-voters", "5")))
                .agreement()
                .settings())
        .isEqualTo(Map.of("beethoven.evidence.max-voters", "5"));
  }
}
