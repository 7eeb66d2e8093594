package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

  private static List<Scenario> draw(long seed, int count) {
    ScenarioDeck deck = new ScenarioDeck(seed, EnumSet.allOf(Fault.class));
    return IntStream.range(0, count).mapToObj(i -> deck.next()).toList();
  }

  @Test
  void shouldReadWhatItWrites() {
    for (Scenario scenario : draw(17, 200)) {
      assertThat(Scenario.parse(scenario.text())).isEqualTo(scenario);
    }
    assertThat(Scenario.parse("seed=3 hold=250ms  target=allocator fault=kill-two"))
        .isEqualTo(new Scenario(Fault.KILL_TWO, Target.ALLOCATOR, Duration.ofMillis(250), 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fault=kill",
        "fault=laugh target=host hold=1ms seed=1",
        "fault=kill target=nobody hold=1ms seed=1",
        "fault=kill target=host hold=long seed=1",
        "fault=kill target=host hold=-1ms seed=1",
        "fault=kill target=host hold=1ms seed=1 more=2"
      })
  void shouldRefuseALineOfAnotherForm(String line) {
    assertThatThrownBy(() -> Scenario.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  @Test
  void shouldDrawTheSameWhenTheSeedIsTheSame() {
    assertThat(draw(1, 100)).isEqualTo(draw(1, 100)).isNotEqualTo(draw(2, 100));
  }

  @Test
  void shouldDrawEachKindOnceBeforeItDrawsOneAgain() {
    int kinds = Fault.values().length;

    assertThat(draw(5, 2 * kinds).subList(kinds, 2 * kinds))
        .extracting(Scenario::fault)
        .containsExactlyInAnyOrder(Fault.values());
  }

  @Test
  void shouldRefuseToDrawFromNothing() {
    assertThatThrownBy(() -> new ScenarioDeck(1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
