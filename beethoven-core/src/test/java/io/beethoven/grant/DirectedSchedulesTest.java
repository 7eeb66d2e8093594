package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The schedules of {@link Schedules}, each with several seeds. */
class DirectedSchedulesTest {

  private static final int SEEDS = 20;

  @ParameterizedTest
  @EnumSource
  void shouldHoldTheInvariants(Schedules.Named schedule) {
    for (int seed = 0; seed < SEEDS; seed++) {
      int current = seed;
      assertThatCode(() -> Schedules.run(schedule, current, false))
          .as("%s with seed %s", schedule, current)
          .doesNotThrowAnyException();
    }
  }
}
