package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LookoutTest {

  private static final Set<Endpoint> MEMBERS = Set.of(at(1), at(2));

  private final Lookout lookout = new Lookout(8, new SplittableRandom(5));

  private static Endpoint at(int host) {
    return new Endpoint("10.0.0." + host, 33_000);
  }

  @Test
  void shouldLookAtNothingWhenNothingIsNamed() {
    assertThat(lookout.next(MEMBERS)).isEmpty();
    assertThat(lookout.isRoundOver()).isTrue();
  }

  @Test
  void shouldLookAtAllLostNodesEachTurnWhenTheyAreFew() {
    lookout.lost(List.of(at(7), at(8)));

    assertThat(lookout.next(MEMBERS)).containsExactlyInAnyOrder(at(7), at(8));
    assertThat(lookout.next(MEMBERS)).containsExactlyInAnyOrder(at(7), at(8));
  }

  @Test
  void shouldLookAtEachCandidateOnceARoundButTheMembers() {
    lookout.begin(Candidates.of(Subnet.parse("10.0.0.0/26"), 33_000));

    List<Endpoint> seen = new ArrayList<>();
    int turns = 0;
    while (!lookout.isRoundOver()) {
      List<Endpoint> turn = lookout.next(MEMBERS);
      assertThat(turn).hasSizeLessThanOrEqualTo(8);
      seen.addAll(turn);
      turns++;
    }

    assertThat(turns).isEqualTo(8);
    assertThat(seen).hasSize(60).doesNotHaveDuplicates().doesNotContainAnyElementsOf(MEMBERS);
  }

  @Test
  void shouldShareTheTurnWhenManyNodesAreLost() {
    List<Endpoint> lost = new ArrayList<>();
    for (int host = 100; host < 120; host++) {
      lost.add(at(host));
    }
    lookout.lost(lost);
    lookout.begin(Candidates.of(Subnet.parse("10.0.1.0/24"), 33_000));

    List<Endpoint> seen = new ArrayList<>();
    for (int turn = 0; turn < 5; turn++) {
      List<Endpoint> now = lookout.next(MEMBERS);
      assertThat(now).hasSize(8);
      assertThat(now).filteredOn(lost::contains).hasSize(4);
      seen.addAll(now);
    }

    assertThat(seen).containsAll(lost);
  }

  @Test
  void shouldLeaveALostNodeOutWhenItIsAMemberAgain() {
    lookout.lost(List.of(at(1), at(9)));

    assertThat(lookout.next(MEMBERS)).containsExactly(at(9));
  }

  @Test
  void shouldRefuseToLookAtNothingATurn() {
    assertThatThrownBy(() -> new Lookout(0, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
