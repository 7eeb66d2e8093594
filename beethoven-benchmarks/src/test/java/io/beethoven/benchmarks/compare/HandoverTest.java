package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Moments are given in milliseconds. */
class HandoverTest {

  private final List<Act> acts = new ArrayList<>();

  @Test
  void shouldMeasureFromTheSignalAndFromTheLastActWhenKilled() {
    acts("old", 990, 995, 998);
    acts("new", 1050, 1055);

    Handover handover = handover(1000);

    assertThat(handover.totalMillis()).isEqualTo(50);
    assertThat(handover.gapMillis(OptionalLong.empty())).isEqualTo(52);
    assertThat(handover.next()).contains(new Act("new", nanos(1050)));
  }

  @Test
  void shouldNotCountWhatAnotherNodeDidBeforeTheSignal() {
    acts("new", 900);
    acts("old", 950, 999);

    assertThat(handover(1000).next()).isEmpty();

    acts("third", 1200);
    assertThat(handover(1000).totalMillis()).isEqualTo(200);
  }

  @Test
  void shouldTellAGapOfLessThanZeroWhenTheOldOneWentOnWhileItWasStopped() {
    acts("old", 995, 1005, 1015);
    acts("new", 1010, 1020);

    assertThat(handover(1000).totalMillis()).isEqualTo(10);
    assertThat(handover(1000).gapMillis(OptionalLong.empty())).isEqualTo(-5);
    assertThat(handover(1000).overlap(nanos(1010), true)).isEqualTo(new Overlap(5, 1, true));
  }

  @Test
  void shouldLeaveActsAfterTheThawOutOfTheGap() {
    acts("old", 995, 3100, 3105);
    acts("new", 3000, 3005, 3110);

    assertThat(handover(1000).gapMillis(OptionalLong.of(nanos(3050)))).isEqualTo(2005);
  }

  @Test
  void shouldRefuseAGapWhenTheVictimNeverActed() {
    acts("new", 1010);

    assertThatThrownBy(() -> handover(1000).gapMillis(OptionalLong.empty()))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void shouldCountTheActsOfAThawedInstanceWhileTheNewOneActs() {
    acts("old", 995, 3101, 3106, 3111);
    acts("new", 3000, 3005, 3105, 3200);

    assertThat(handover(1000).overlap(nanos(3100), true)).isEqualTo(new Overlap(11, 3, true));
  }

  @Test
  void shouldNotCountTheActsOfAThawedInstanceOnceTheNewOneHasGivenWay() {
    acts("old", 995, 3101, 3106, 3500, 3505);
    acts("new", 3000, 3104, 3107);

    assertThat(handover(1000).overlap(nanos(3100), true)).isEqualTo(new Overlap(6, 2, true));
  }

  @Test
  void shouldTellOfNoOverlapWhenAThawedInstanceDoesNotAct() {
    acts("old", 995);
    acts("new", 3000, 3105, 3110);

    assertThat(handover(1000).overlap(nanos(3100), true)).isEqualTo(Overlap.NONE);
  }

  @Test
  void shouldBeSettledWhenOnlyOneSideActs() {
    acts("old", 3101, 3106);
    acts("new", 3102, 3107, 4000);
    acts("third", 4001);

    assertThat(handover(1000).isSettled(nanos(3103))).isFalse();
    assertThat(handover(1000).isSettled(nanos(3106))).isTrue();
    assertThat(handover(1000).isSettled(nanos(5000))).isTrue();
  }

  private void acts(String node, long... millis) {
    for (long moment : millis) {
      acts.add(new Act(node, nanos(moment)));
    }
  }

  private Handover handover(long beganMillis) {
    return new Handover(
        "old",
        nanos(beganMillis),
        acts.stream().sorted(Comparator.comparingLong(Act::nanoTime)).toList());
  }

  private static long nanos(long millis) {
    return millis * 1_000_000;
  }
}
