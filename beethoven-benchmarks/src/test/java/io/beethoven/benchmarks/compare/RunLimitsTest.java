package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunLimitsTest {

  @Test
  void shouldMakeTheLeastRunsWhateverTheyTake() {
    RunLimits limits = new RunLimits(5, 15, Duration.ofSeconds(60));

    assertThat(limits.wantMore(4, Duration.ofHours(1))).isTrue();
    assertThat(limits.wantMore(5, Duration.ofSeconds(60))).isFalse();
    assertThat(limits.wantMore(14, Duration.ofSeconds(59))).isTrue();
    assertThat(limits.wantMore(15, Duration.ZERO)).isFalse();
  }

  @Test
  void shouldMakeExactlySoMany() {
    assertThat(RunLimits.exactly(3).wantMore(2, Duration.ofHours(1))).isTrue();
    assertThat(RunLimits.exactly(3).wantMore(3, Duration.ZERO)).isFalse();
    assertThatThrownBy(() -> RunLimits.exactly(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
