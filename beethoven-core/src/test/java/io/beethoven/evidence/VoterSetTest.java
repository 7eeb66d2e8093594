package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class VoterSetTest {

  @Test
  void shouldTakeAllMembersWhenThereAreNoMoreThanTheBound() {
    assertThat(VoterSet.of(nodes(3, 1, 2), 9).voters()).containsExactly(node(1), node(2), node(3));
  }

  @Test
  void shouldTakeTheLowestAddressesWhenThereAreMore() {
    assertThat(VoterSet.of(nodes(5, 4, 3, 2, 1), 3).voters())
        .containsExactly(node(1), node(2), node(3));
  }

  @Test
  void shouldCountARepeatedMemberOnce() {
    assertThat(new VoterSet(List.of(node(2), node(1), node(2))).size()).isEqualTo(2);
  }

  @Test
  void shouldLeaveOutTheDead() {
    VoterSet live = VoterSet.of(nodes(1, 2, 3), 9).without(nodes(1));

    assertThat(live.contains(node(1))).isFalse();
    assertThat(live.lowest()).contains(node(2));
  }

  @Test
  void shouldHaveNoLowestWhenEmpty() {
    assertThat(VoterSet.EMPTY.lowest()).isEmpty();
  }

  @Test
  void shouldRefuseABoundOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VoterSet.of(nodes(1), 0))
        .withMessage("max must be between 1 and 9, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VoterSet.of(nodes(1), 10))
        .withMessage("max must be between 1 and 9, was 10");
  }

  @Test
  void shouldRefuseMoreThanNineVoters() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nodes.voters(10))
        .withMessage("voters must be <= 9, was 10");
  }
}
