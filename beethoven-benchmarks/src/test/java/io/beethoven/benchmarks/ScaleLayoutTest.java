package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScaleLayoutTest {

  @Test
  void shouldSpreadNeighbouringAddressesOverProcesses() {
    ScaleLayout layout = new ScaleLayout(7, 3);

    assertThat(layout.hosts(0)).containsExactly("127.0.0.1", "127.0.0.4", "127.0.0.7");
    assertThat(layout.hosts(2)).containsExactly("127.0.0.3", "127.0.0.6");
    assertThat(layout.nodesOfAProcess()).isEqualTo(3);
    assertThat(layout.isPlain()).isFalse();
  }

  @Test
  void shouldTakeTheSmallestSubnetThatHasRoom() {
    assertThat(new ScaleLayout(5, 5).subnet()).isEqualTo("127.0.0.0/29");
    assertThat(new ScaleLayout(30, 30).subnet()).isEqualTo("127.0.0.0/27");
    assertThat(new ScaleLayout(31, 31).subnet()).isEqualTo("127.0.0.0/26");
    assertThat(new ScaleLayout(250, 5).subnet()).isEqualTo("127.0.0.0/24");
  }

  @Test
  void shouldLeaveRoomForWhatIsLostWithAProcess() {
    assertThat(new ScaleLayout(20, 20).instances()).isEqualTo(19);
    assertThat(new ScaleLayout(50, 5).instances()).isEqualTo(30);
    assertThat(new ScaleLayout(4, 2).instances()).isEqualTo(1);
  }

  @Test
  void shouldHaveNineVotersAtMost() {
    assertThat(new ScaleLayout(5, 5).voters()).isEqualTo(5);
    assertThat(new ScaleLayout(50, 5).voters()).isEqualTo(9);
  }

  @Test
  void shouldRefuseWhatCannotBeMeasured() {
    assertThatThrownBy(() -> new ScaleLayout(251, 5))
        .hasMessage("nodes must be between 2 and 250, was 251");
    assertThatThrownBy(() -> new ScaleLayout(5, 6))
        .hasMessage("processes must be between 2 and 5 for so many nodes, was 6");
  }
}
