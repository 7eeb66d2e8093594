package io.beethoven.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.testkit.witness.Finding.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Histories that are right, and one for each way in which one can be wrong. */
class WitnessCheckTest {

  @Test
  void shouldFindNothingWhenASlotIsTakenOverInTime() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .valid("b", 0, 2, 1080, 2000)
            .disturbed(Cause.CRASH, 180, 1000, 1500, 2);

    WitnessReport report = story.report(0, 2000);

    assertThat(report.findings()).isEmpty();
    assertThat(report.failovers()).isEqualTo(1);
    assertThat(report.worstGaps()).containsOnlyKeys(Cause.CRASH);
    assertThat(report.worstGaps().get(Cause.CRASH)).isEqualTo(Duration.ofMillis(80));
  }

  @Test
  void shouldFindTwoInASlotWhenTheNewOneStartsBeforeTheOldOneEnds() {
    Story story =
        new Story(2, false)
            .valid("a", 0, 1, 0, 1000)
            .valid("b", 1, 2, 0, 1000)
            .valid("c", 0, 3, 980, 2000);

    assertThat(story.findings(0, 980))
        .containsExactlyInAnyOrder(Kind.TWO_IN_A_SLOT, Kind.OVER_COUNT, Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindOverCountWhenTwoSlotsAreValidOfARoleThatHasOne() {
    Story story = new Story(1, false).valid("a", 0, 1, 0, 1000).valid("b", 1, 2, 500, 1000);

    assertThat(story.findings(0, 1000)).containsExactly(Kind.OVER_COUNT, Kind.NO_SUCH_SLOT);
  }

  @Test
  void shouldFindTwiceOnANodeWhenBothSlotsAreValidThere() {
    Story story = new Story(2, false).valid("a", 0, 1, 0, 1000).valid("a", 1, 2, 500, 1000);

    assertThat(story.findings(600, 1000)).containsExactly(Kind.TWICE_ON_A_NODE);
  }

  @Test
  void shouldFindAnUnknownSlotWhenTheNumberIsRight() {
    assertThat(new Story(1, false).valid("a", 3, 1, 0, 1000).findings(0, 1000))
        .containsExactly(Kind.NO_SUCH_SLOT);
  }

  @Test
  void shouldFindThatATokenWentBackWhenALaterInstanceHasALowerOne() {
    Story story = new Story(1, false).valid("a", 0, 2, 0, 1000).valid("b", 0, 1, 1100, 2000);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindThatATokenWentBackWhenALaterInstanceHasTheSameOne() {
    Story story = new Story(1, false).valid("a", 0, 1, 0, 1000).valid("b", 0, 1, 1100, 2000);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindThatAFrozenInstanceIsValidAgainAfterItsSuccessor() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .look("a", 0, 1, true, 3000, 3000)
            .valid("b", 0, 2, 2000, 2500);

    assertThat(story.findings(0, 2500))
        .contains(Kind.TWO_IN_A_SLOT, Kind.OVER_COUNT, Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindOneLookThatTwoWereValidWhenItLiesWithinAnotherOnes() {
    Story story = new Story(1, false).valid("a", 0, 2, 0, 1000).begin("b", 0, 1, 500);

    assertThat(story.findings(0, 1000)).containsExactly(Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindThatARightCameBackWhenItWasLost() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .look("a", 0, 1, false, 1005, 1005)
            .look("a", 0, 1, true, 1010, 1010);

    assertThat(story.findings(0, 1000)).containsExactly(Kind.RIGHT_CAME_BACK);
  }

  @Test
  void shouldNotTakeALookThatWasBegunBeforeTheRightWasLostForOneThatCameBack() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .look("a", 0, 1, false, 1005, 1005)
            .look("a", 0, 1, true, 1002, 4000);

    assertThat(story.findings(0, 1000)).isEmpty();
  }

  @Test
  void shouldCountALateLookApartWhenItsProcessWasFrozenInTheMiddle() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .look("a", 0, 1, true, 1005, 6000)
            .look("a", 0, 1, false, 6001, 6001)
            .valid("b", 0, 2, 3000, 7000)
            .disturbed(Cause.FREEZE, 3970, 1000, 7000, 2);

    WitnessReport report = story.report(0, 7000);

    assertThat(report.findings()).isEmpty();
    assertThat(report.late()).isEqualTo(1);
    assertThat(report.withoutRight()).isEqualTo(1);
  }

  @Test
  void shouldAllowOneMoreWhenASlotMovesStartFirst() {
    Story story = new Story(2, true);
    story.valid("a", 0, 1, 0, 1000).valid("b", 1, 2, 0, 2000).valid("c", 0, 3, 900, 2000);

    assertThat(story.findings(0, 2000)).isEmpty();
  }

  @Test
  void shouldFindTooManyWhenTwoSlotsMoveStartFirstAtOnce() {
    Story story = new Story(2, true);
    story.valid("a", 0, 1, 0, 1000).valid("b", 1, 2, 0, 1000);
    story.valid("c", 0, 3, 900, 2000).valid("d", 1, 4, 900, 2000);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.OVER_COUNT, Kind.TWO_IN_A_SLOT);
  }

  @Test
  void shouldFindThatATokenWentBackWhenAnOldOneIsMadeAnewStartFirst() {
    Story story = new Story(1, true).valid("a", 0, 2, 0, 1000).valid("b", 0, 1, 900, 2000);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindAGapWhenItIsLongerThanTheBoundOfItsCause() {
    Story story =
        new Story(1, false)
            .valid("a", 0, 1, 0, 1000)
            .valid("b", 0, 2, 1300, 2000)
            .disturbed(Cause.CRASH, 180, 1000, 1500, 2);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.GAP_TOO_LONG);
  }

  @Test
  void shouldAllowNoGapToARoleThatMovesStartFirst() {
    Story story = new Story(1, true).valid("a", 0, 1, 0, 1000).valid("b", 0, 2, 1120, 2000);
    story.disturbed(Cause.PLANNED_STOP, 5000, 900, 1500, 2);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.GAP_TOO_LONG);
  }

  @Test
  void shouldFindAGapWhenNobodyTakesOverUntilTheEnd() {
    Story story =
        new Story(1, false).valid("a", 0, 1, 0, 1000).disturbed(Cause.CRASH, 180, 1000, 1500, 2);

    assertThat(story.findings(0, 2000)).containsExactly(Kind.GAP_TOO_LONG);
  }

  @Test
  void shouldFindAGapWhenNothingBroughtItAbout() {
    Story story = new Story(1, false).valid("a", 0, 1, 0, 1000).valid("b", 0, 2, 1700, 2000);

    WitnessReport report = story.report(0, 2000);

    assertThat(report.findings()).extracting(Finding::kind).containsExactly(Kind.GAP_TOO_LONG);
    assertThat(report.gaps()).extracting(Gap::cause).containsExactly(Cause.UNPROVOKED);
  }

  @Test
  void shouldAskForNoMoreThanThereAreNodes() {
    Story story =
        new Story(2, false)
            .valid("a", 0, 1, 0, 2000)
            .valid("b", 1, 2, 0, 1000)
            .disturbed(Cause.CRASH, 180, 1000, 1900, 1)
            .valid("c", 1, 3, 1950, 2000);

    assertThat(story.findings(0, 2000)).isEmpty();
  }

  @Test
  void shouldAllowTheFormerNumberOnlyUntilAChangeHasSettled() {
    Story story = new Story(2, false).valid("a", 0, 1, 0, 3000).valid("b", 1, 2, 0, 3000);
    assertThat(story.countIs(1, 2000, 1000).findings(0, 3000)).isEmpty();

    story.valid("c", 1, 3, 3100, 3200).valid("d", 0, 4, 3100, 3200);

    assertThat(story.findings(0, 3000)).containsExactly(Kind.NO_SUCH_SLOT, Kind.OVER_COUNT);
  }

  @Test
  void shouldFindWhoGoesOnInASlotThatIsNoMore() {
    Story story = new Story(2, false).valid("a", 0, 1, 0, 9000).valid("b", 1, 2, 0, 9000);

    assertThat(story.countIs(1, 2000, 1000).findings(0, 9000))
        .containsExactlyInAnyOrder(Kind.OVER_COUNT, Kind.NO_SUCH_SLOT);
  }

  @Test
  void shouldFindThatTheTokenOfOneInstanceFell() {
    Story story =
        new Story(1, false)
            .begin("a", 0, 5, 0)
            .look("a", 0, 5, true, 5, 5)
            .look("a", 0, 3, true, 10, 10);

    assertThat(story.findings(0, 10)).contains(Kind.TOKEN_WENT_BACK);
    assertThat(
            new Story(1, false)
                .begin("a", 0, 3, 0)
                .look("a", 0, 5, true, 5, 5)
                .look("a", 0, 5, true, 10, 10)
                .findings(0, 10))
        .as("it rose")
        .isEmpty();
  }

  @Test
  void shouldAllowAFailedInstanceToBeStartedAgainByTheSameRight() {
    Story story = new Story(1, false).valid("a", 0, 1, 0, 1000).valid("a", 0, 1, 1200, 2000);

    assertThat(story.findings(0, 2000)).doesNotContain(Kind.TOKEN_WENT_BACK);
  }

  @Test
  void shouldFindTheSameTokenTwiceAndTwoForLongWhenASlotMovesStartFirst() {
    assertThat(
            new Story(1, true)
                .valid("a", 0, 1, 0, 1000)
                .valid("b", 0, 1, 900, 2000)
                .findings(0, 2000))
        .contains(Kind.TOKEN_WENT_BACK);
    assertThat(
            new Story(1, true)
                .valid("a", 0, 1, 0, 9000)
                .valid("b", 0, 2, 1000, 9000)
                .findings(0, 9000))
        .contains(Kind.TWO_IN_A_SLOT);
  }

  @Test
  void shouldRefuseARoleOfWhichNothingIsExpected() {
    History history = new History();
    history.add(
        new WitnessEvent(
            WitnessEvent.Kind.START, "p", 1, "a", "other", 0, "0".repeat(48), true, 1, 2));
    WitnessCheck check = new WitnessCheck(List.of(), Optional.empty(), Duration.ZERO);

    assertThatThrownBy(() -> check.check(history, List.of(), 0, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other");
  }
}
