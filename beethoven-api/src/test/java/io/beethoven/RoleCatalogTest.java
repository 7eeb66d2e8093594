package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

class RoleCatalogTest {

  private static final BeethovenSettings SETTINGS =
      BeethovenSettings.parse(
          ConfigFactory.parseString(
              """
              beethoven.roles = [
                { name = both, count = 4, arguments { a = 1 }, stop-deadline = 9s,
                  hand-over = start-first, fenced = off }
                { name = defined }
              ]
              """));

  @Test
  void shouldRankWhatTheProgramSaysOverTheConfigurationWhenBothDefineARole() {
    RoleCatalog catalog =
        RoleCatalog.of(
            SETTINGS,
            List.of(
                Role.task("both", context -> {}).count(2).explicitReadiness(),
                Role.behavior("actor", context -> Behaviors.empty())
                    .argument("x", "1")
                    .argument("y", "2")
                    .oneShot()
                    .startFirst()
                    .unfenced()
                    .readyDeadline(Duration.ofSeconds(3))
                    .stopDeadline(Duration.ofSeconds(4)),
                Role.definition("none")));

    assertThat(catalog.specs())
        .extracting(spec -> spec.name().value())
        .containsExactly("actor", "both", "defined", "none");
    RoleSpec both = catalog.specs().get(1);
    assertThat(both.count()).isEqualTo(2);
    assertThat(both.readiness()).isEqualTo(Readiness.EXPLICIT);
    assertThat(both.arguments()).isEqualTo(Map.of("a", "1"));
    assertThat(both.stopDeadline()).isEqualTo(Duration.ofSeconds(9));
    assertThat(both.handOver()).isEqualTo(HandOver.START_FIRST);
    assertThat(both.fenced()).isFalse();
    RoleSpec none = catalog.specs().get(3);
    assertThat(none.handOver()).isEqualTo(HandOver.STOP_FIRST);
    assertThat(none.fenced()).isTrue();
    RoleSpec actor = catalog.specs().get(0);
    assertThat(actor)
        .isEqualTo(
            new RoleSpec(
                new RoleName("actor"),
                1,
                Map.of("x", "1", "y", "2"),
                Readiness.ON_START,
                true,
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                HandOver.START_FIRST,
                false));
    assertThat(catalog.registry().names())
        .containsExactly(new RoleName("actor"), new RoleName("both"));
  }

  @Test
  void shouldLeaveTheFormerRoleAsItWasWhenMoreIsSaid() {
    Role plain = Role.definition("a");
    plain.startFirst().unfenced().count(7);

    RoleSpec spec = plain.spec(Optional.empty(), SETTINGS.roleDefaults());
    assertThat(spec).isEqualTo(SETTINGS.roleDefaults().define(new RoleName("a")));
  }

  @Test
  void shouldRefuseBadRolesWhenTheyAreBuilt() {
    assertThatThrownBy(() -> Role.definition("a b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Role.definition("a").count(0))
        .hasMessage("count of role a must be between 1 and 10000, was 0");
    assertThatThrownBy(() -> Role.definition("a").stopDeadline(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Role.definition("a").readyDeadline(Duration.ofDays(365)))
        .hasMessage("ready-deadline of role a must be more than 0 and at most PT1H, was PT8760H");
    assertThatThrownBy(() -> Role.definition("a").argument("key", "x".repeat(16_384)))
        .hasMessage("arguments of role a must have at most 16384 characters altogether, had 16387");
    BeethovenBuilder builder = Beethoven.builder().role("a", 1, context -> {});
    assertThatThrownBy(() -> builder.role(Role.definition("a")))
        .hasMessage("each role must be added once, was added twice: a");
  }
}
