package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RunLimitsTest {

  @Test
  void shouldBeTheSameForAllOrFewerForTheSlowOnes() {
    assertThat(RunLimits.exactly(3)).isEqualTo(new RunLimits(3, 3));
    assertThatThrownBy(() -> new RunLimits(5, 0)).hasMessageContaining("was 0");
    assertThatThrownBy(() -> RunLimits.exactly(-1)).hasMessageContaining("was -1");
  }
}
