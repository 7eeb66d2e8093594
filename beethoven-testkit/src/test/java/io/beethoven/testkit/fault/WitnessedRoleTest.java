package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WitnessedRoleTest {

  @Test
  void shouldReadWhatItWrites() {
    for (WitnessedRole role :
        new WitnessedRole[] {
          WitnessedRole.of("one", 1),
          new WitnessedRole("pair", 2, true, false),
          new WitnessedRole("stubborn", 1, false, true)
        }) {
      assertThat(WitnessedRole.parse(role.text())).isEqualTo(role);
    }
  }

  @Test
  void shouldRefuseARoleWithoutANumber() {
    assertThatThrownBy(() -> WitnessedRole.parse("one"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
