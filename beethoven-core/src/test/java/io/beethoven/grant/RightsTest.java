package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.SECOND;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.ParticipantEffect.Forfeit;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Retoken;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.Slot;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RightsTest {

  private static final Incarnation SELF = B;

  private final Rights rights =
      new Rights(SELF, new Catalog(List.of(WORK, OTHER), List.of(), List.of()));

  // 4.5.3 GRANT

  @Test
  void shouldStartWhenGranted() {
    assertThat(obey(grant(SLOT, 1))).containsExactly(new Start(SLOT, token(1), SPEC, Cause.GRANT));

    assertThat(rights.held()).containsExactly(new Held(SLOT, token(1), InstanceState.STARTING));
    assertThat(rights.slots()).containsExactly(SLOT);
    assertThat(rights.holdsNothing()).isFalse();
    assertThat(rights.allRunning()).isFalse();
  }

  @Test
  void shouldStartOnceWhenAGrantIsRepeated() {
    obey(grant(SLOT, 1));

    assertThat(obey(grant(SLOT, 1))).isEmpty();
  }

  @Test
  void shouldRaiseTheTokenInPlaceWhenAHigherOneIsGranted() {
    obey(grant(SLOT, 1));
    rights.changed(SLOT, InstanceState.RUNNING);

    assertThat(obey(grant(SLOT, 4))).containsExactly(new Retoken(SLOT, token(4)));
    assertThat(obey(grant(SLOT, 2))).containsExactly(refused(SLOT, 2, Reason.FLOOR));
    assertThat(rights.held()).containsExactly(new Held(SLOT, token(4), InstanceState.RUNNING));
  }

  @Test
  void shouldRaiseTheTokenInPlaceEvenWhenNothingNewIsTaken() {
    obey(grant(SLOT, 1));

    assertThat(rights.obey(grant(SLOT, 2), Optional.of(Reason.CLOSED)))
        .containsExactly(new Retoken(SLOT, token(2)));
  }

  @Test
  void shouldReplaceTheReservationWhenItsSlotIsGranted() {
    obey(reserve(SLOT, 1, A));

    assertThat(obey(grant(SLOT, 2))).containsExactly(new Start(SLOT, token(2), SPEC, Cause.GRANT));
    assertThat(rights.reserved()).isEmpty();
  }

  // 4.5.2 refusals

  @Test
  void shouldRefuseForGoodWhenAnotherSlotOfTheRoleIsHeld() {
    obey(grant(SLOT, 1));

    assertThat(obey(grant(SECOND, 2))).containsExactly(refused(SECOND, 2, Reason.HELD));
    assertThat(obey(reserve(SECOND, 3, A))).containsExactly(refused(SECOND, 3, Reason.HELD));
    obey(revoke(SLOT, 1));
    rights.stopped(SLOT);

    assertThat(obey(grant(SECOND, 2)))
        .as("a repetition that was under way")
        .containsExactly(refused(SECOND, 2, Reason.FLOOR));
    assertThat(obey(grant(SECOND, 4)))
        .containsExactly(new Start(SECOND, token(4), SPEC, Cause.GRANT));
  }

  @Test
  void shouldTakeASlotOfEachRole() {
    Slot other = new Slot(OTHER, 0);
    obey(grant(SLOT, 1));

    obey(new Grant(EPOCH, 1, other, token(2), spec(OTHER, 1)));

    assertThat(rights.slots()).containsExactly(other, SLOT);
  }

  @Test
  void shouldRefuseWhenItCannotRunTheRole() {
    Slot unknown = new Slot(new RoleName("unknown"), 0);

    assertThat(obey(grant(unknown, 1)))
        .containsExactly(refused(unknown, 1, Reason.NO_IMPLEMENTATION));
    assertThat(obey(reserve(unknown, 2, A)))
        .containsExactly(refused(unknown, 2, Reason.NO_IMPLEMENTATION));
  }

  @Test
  void shouldNotObeyWhenTheOrderIsForAnotherSession() {
    rights.nextSession();

    assertThat(obey(grant(SLOT, 1))).containsExactly(refused(SLOT, 1, Reason.SESSION));
    assertThat(obey(reserve(SLOT, 1, A))).containsExactly(refused(SLOT, 1, Reason.SESSION));
    assertThat(obey(withdraw(SLOT, 1))).isEmpty();
    assertThat(obey(revoke(SLOT, 1))).isEmpty();
    assertThat(obey(new Grant(EPOCH, 2, SLOT, token(1), SPEC)))
        .as("nothing was taken away")
        .containsExactly(new Start(SLOT, token(1), SPEC, Cause.GRANT));
  }

  @Test
  void shouldNotStopWhenARevokeIsForAFormerSession() {
    rights.nextSession();
    obey(new Grant(EPOCH, 2, SLOT, token(1), SPEC));

    assertThat(obey(revoke(SLOT, 1))).isEmpty();
    assertThat(rights.held()).extracting(Held::state).containsExactly(InstanceState.STARTING);
  }

  @Test
  void shouldRefuseForGoodWhenNothingIsTakenAtPresent() {
    for (Reason reason : List.of(Reason.LEASE, Reason.CLOSED)) {
      Slot slot = new Slot(WORK, reason.ordinal());

      assertThat(rights.obey(grant(slot, 1), Optional.of(reason)))
          .containsExactly(refused(slot, 1, reason));
      assertThat(rights.obey(reserve(slot, 2, A), Optional.of(reason)))
          .containsExactly(refused(slot, 2, reason));
      assertThat(obey(grant(slot, 2))).containsExactly(refused(slot, 2, Reason.FLOOR));
    }
  }

  @Test
  void shouldDropTheReservationWhenAHigherTokenOfItsSlotIsRefused() {
    obey(reserve(SLOT, 1, A));

    rights.obey(grant(SLOT, 2), Optional.of(Reason.LEASE));

    assertThat(rights.reserved()).isEmpty();
    assertThat(rights.succeed(Set.of(A))).isEmpty();
  }

  // 4.5.3 RESERVE

  @Test
  void shouldKeepTheHighestReservationOfASlotWhateverComesLast() {
    assertThat(obey(reserve(SLOT, 2, A))).isEmpty();
    obey(reserve(SLOT, 1, C));
    assertThat(rights.reserved()).containsExactly(new Reserved(SLOT, token(2), List.of(A)));

    obey(reserve(SLOT, 3, A, C));
    assertThat(rights.reserved()).containsExactly(new Reserved(SLOT, token(3), List.of(A, C)));
    assertThat(rights.conditions()).containsExactly(A, C);
    assertThat(rights.holdsNothing()).isFalse();
    assertThat(rights.slots()).isEmpty();
  }

  @Test
  void shouldRefuseAReservationWhenTheSlotIsHeld() {
    obey(grant(SLOT, 1));

    assertThat(obey(reserve(SLOT, 2, A))).containsExactly(refused(SLOT, 2, Reason.HELD));
    assertThat(rights.held()).hasSize(1);
  }

  @Test
  void shouldNotRefuseAReservationWhenItHasBecomeTheRight() {
    obey(reserve(SLOT, 3, A));
    rights.succeed(Set.of(A));

    assertThat(obey(reserve(SLOT, 3, A))).isEmpty();
    assertThat(rights.held()).containsExactly(new Held(SLOT, token(3), InstanceState.STARTING));
    assertThat(rights.reserved()).isEmpty();
  }

  // 4.5.4 WITHDRAW

  @Test
  void shouldDeleteTheReservationAndAnswerWhenItIsWithdrawn() {
    obey(reserve(SLOT, 1, A));

    assertThat(obey(withdraw(SLOT, 1))).containsExactly(stopped(SLOT, 1));
    assertThat(rights.reserved()).isEmpty();
    assertThat(obey(withdraw(SLOT, 1))).as("repeated").containsExactly(stopped(SLOT, 1));
    assertThat(obey(reserve(SLOT, 1, A)))
        .as("a repetition that was under way")
        .containsExactly(refused(SLOT, 1, Reason.FLOOR));
  }

  @Test
  void shouldRefuseAReservationWhenItsWithdrawalCameFirst() {
    assertThat(obey(withdraw(SLOT, 5))).containsExactly(stopped(SLOT, 5));

    assertThat(obey(reserve(SLOT, 5, A))).containsExactly(refused(SLOT, 5, Reason.FLOOR));
    assertThat(rights.reserved()).isEmpty();
  }

  @Test
  void shouldKeepAHigherReservationWhenALowerOneIsWithdrawn() {
    obey(reserve(SLOT, 2, A));

    assertThat(obey(withdraw(SLOT, 1))).containsExactly(stopped(SLOT, 1));
    assertThat(rights.reserved()).hasSize(1);
  }

  @Test
  void shouldNotConfirmAWithdrawalWhenTheReservationHasStarted() {
    obey(reserve(SLOT, 1, A));
    rights.succeed(Set.of(A));

    assertThat(obey(withdraw(SLOT, 1))).as("the report says that it has started").isEmpty();
    assertThat(rights.held()).hasSize(1);
  }

  // 4.5.5 REVOKE

  @Test
  void shouldAnswerARevokeOnlyAfterTheInstanceHasStopped() {
    obey(grant(SLOT, 1));

    assertThat(obey(revoke(SLOT, 1))).containsExactly(new Stop(SLOT));
    assertThat(obey(revoke(SLOT, 1))).as("repeated").isEmpty();
    assertThat(obey(grant(SLOT, 2))).containsExactly(refused(SLOT, 2, Reason.HELD));
    assertThat(rights.changed(SLOT, InstanceState.RUNNING)).isFalse();

    assertThat(rights.stopped(SLOT)).contains(new Stopped(SELF, SLOT, token(2)));
    assertThat(obey(revoke(SLOT, 1))).as("repeated").containsExactly(stopped(SLOT, 1));
    assertThat(rights.held()).isEmpty();
    assertThat(rights.slots()).isEmpty();
  }

  @Test
  void shouldRefuseEveryGrantOfTheRoleWhileAnInstanceIsBeingStopped() {
    obey(grant(SLOT, 1));
    obey(revoke(SLOT, 1));

    assertThat(obey(grant(SECOND, 2))).containsExactly(refused(SECOND, 2, Reason.HELD));
  }

  @Test
  void shouldIgnoreARevokeWhenAHigherTokenIsHeld() {
    obey(grant(SLOT, 5));

    assertThat(obey(revoke(SLOT, 4))).isEmpty();
    assertThat(rights.held()).extracting(Held::state).containsExactly(InstanceState.STARTING);
  }

  @Test
  void shouldStopWhenAHigherTokenThanTheHeldOneIsRevoked() {
    obey(grant(SLOT, 1));

    assertThat(obey(revoke(SLOT, 3))).containsExactly(new Stop(SLOT));
    assertThat(rights.stopped(SLOT)).contains(new Stopped(SELF, SLOT, token(3)));
    assertThat(obey(grant(SLOT, 3))).containsExactly(refused(SLOT, 3, Reason.FLOOR));
  }

  @Test
  void shouldRefuseAGrantWhenItsRevokeCameFirst() {
    assertThat(obey(revoke(SLOT, 3))).containsExactly(stopped(SLOT, 3));

    assertThat(obey(grant(SLOT, 3))).containsExactly(refused(SLOT, 3, Reason.FLOOR));
  }

  @Test
  void shouldDropAReservationWhenItsTokenIsRevoked() {
    obey(reserve(SLOT, 2, A));

    assertThat(obey(revoke(SLOT, 1))).containsExactly(stopped(SLOT, 1));
    assertThat(rights.reserved()).hasSize(1);
    assertThat(obey(revoke(SLOT, 2))).containsExactly(stopped(SLOT, 2));
    assertThat(rights.reserved()).isEmpty();
  }

  // 4.4

  @Test
  void shouldSucceedOnceAllOfTheConditionAreDead() {
    obey(reserve(SLOT, 1, A, C));

    assertThat(rights.succeed(Set.of(A))).isEmpty();
    assertThat(rights.succeed(Set.of(A, C)))
        .containsExactly(new Start(SLOT, token(1), SPEC, Cause.SUCCESSION));
    assertThat(rights.succeed(Set.of(A, C))).as("again").isEmpty();
    assertThat(rights.held()).containsExactly(new Held(SLOT, token(1), InstanceState.STARTING));
  }

  @Test
  void shouldDeclineTheOthersWhenSeveralReservationsOfARoleAreDue() {
    obey(reserve(SECOND, 1, A));
    obey(reserve(SLOT, 2, C));

    assertThat(rights.succeed(Set.of(A, C)))
        .containsExactly(
            new Start(SLOT, token(2), SPEC, Cause.SUCCESSION),
            new Tell(new Stopped(SELF, SECOND, token(1))));
    assertThat(rights.reserved()).isEmpty();
    assertThat(obey(reserve(SECOND, 1, A))).containsExactly(refused(SECOND, 1, Reason.FLOOR));
  }

  @Test
  void shouldDeclineWhenAForfeitedInstanceOfTheRoleHasNotStopped() {
    obey(grant(SLOT, 1));
    rights.forfeit();
    obey(new Reserve(EPOCH, 1, new Slot(OTHER, 0), token(2), List.of(A), spec(OTHER, 1)));
    assertThat(obey(reserve(SECOND, 3, A))).containsExactly(refused(SECOND, 3, Reason.HELD));

    assertThat(rights.succeed(Set.of(A))).hasSize(1);
  }

  // 4.2

  @Test
  void shouldLoseEverythingForEverWhenItForfeits() {
    obey(grant(SLOT, 1));
    obey(new Reserve(EPOCH, 1, new Slot(OTHER, 0), token(2), List.of(A), spec(OTHER, 1)));

    assertThat(rights.forfeit()).containsExactly(new Forfeit(SLOT));

    assertThat(rights.holdsNothing()).isTrue();
    assertThat(rights.forfeit()).isEmpty();
    assertThat(rights.succeed(Set.of(A))).isEmpty();
    assertThat(rights.slots()).as("it may run on for a while").containsExactly(SLOT);
    assertThat(obey(grant(SLOT, 3))).containsExactly(refused(SLOT, 3, Reason.HELD));
    assertThat(rights.stopped(SLOT)).as("there was no right any more").isEmpty();
    assertThat(rights.slots()).isEmpty();
    assertThat(obey(grant(SLOT, 1))).containsExactly(refused(SLOT, 1, Reason.FLOOR));
    assertThat(obey(grant(SLOT, 4))).hasSize(1).allMatch(Start.class::isInstance);
  }

  @Test
  void shouldReportAForfeitedInstanceThatIsNotFencedUntilItHasStopped() {
    obey(new Grant(EPOCH, 1, SLOT, token(1), spec(WORK, 1, HandOver.STOP_FIRST, false)));

    rights.forfeit();

    assertThat(rights.held()).containsExactly(new Held(SLOT, token(1), InstanceState.STOPPING));
    assertThat(rights.holdsNothing()).as("it has no right").isTrue();
    assertThat(obey(new Revoke(EPOCH, 1, SLOT, token(1)))).as("it has not stopped").isEmpty();
    rights.stopped(SLOT);
    assertThat(obey(new Revoke(EPOCH, 1, SLOT, token(1))))
        .containsExactly(new Reply(new Stopped(SELF, SLOT, token(1))));
    assertThat(rights.held()).isEmpty();
  }

  // instances

  @Test
  void shouldTellOfAStateOnlyWhenItIsNew() {
    assertThat(rights.changed(SLOT, InstanceState.RUNNING)).isFalse();
    obey(grant(SLOT, 1));

    assertThat(rights.changed(SLOT, InstanceState.STARTING)).isFalse();
    assertThat(rights.changed(SLOT, InstanceState.RUNNING)).isTrue();
    assertThat(rights.allRunning()).isTrue();
    assertThat(rights.changed(SLOT, InstanceState.RUNNING)).isFalse();
    assertThat(rights.changed(SLOT, InstanceState.RESTARTING)).isTrue();
    assertThat(rights.allRunning()).isFalse();
    assertThat(rights.changed(SLOT, InstanceState.COMPLETED)).isTrue();
    assertThat(rights.allRunning()).isTrue();
  }

  @Test
  void shouldReportWhatItGaveUpUntilItIsGrantedAgain() {
    obey(grant(SLOT, 1));

    assertThat(rights.gaveUp(SLOT, "boom")).contains(new Stopped(SELF, SLOT, token(1)));

    assertThat(rights.released()).containsExactly(new Released(SLOT, token(1), "boom"));
    assertThat(rights.held()).isEmpty();
    assertThat(obey(grant(SLOT, 1))).containsExactly(refused(SLOT, 1, Reason.FLOOR));
    obey(grant(SLOT, 2));
    assertThat(rights.released()).isEmpty();
  }

  @Test
  void shouldForgetWhatItGaveUpWhenItComesToAnotherCluster() {
    obey(grant(SLOT, 1));
    rights.gaveUp(SLOT, "boom");

    rights.forgetReleased();

    assertThat(rights.released()).isEmpty();
  }

  @Test
  void shouldNotCallItAFailureWhenAnInstanceThatIsToStopGivesUp() {
    obey(grant(SLOT, 1));
    obey(revoke(SLOT, 1));

    assertThat(rights.gaveUp(SLOT, "interrupted")).contains(new Stopped(SELF, SLOT, token(1)));
    assertThat(rights.released()).isEmpty();
  }

  @Test
  void shouldDropEverythingAndBeginASessionWhenAllIsStopped() {
    obey(grant(SLOT, 1));
    obey(new Reserve(EPOCH, 1, new Slot(OTHER, 0), token(2), List.of(A), spec(OTHER, 1)));

    assertThat(rights.stopAll()).containsExactly(new Stop(SLOT));

    assertThat(rights.session()).isEqualTo(2);
    assertThat(rights.reserved()).isEmpty();
    assertThat(rights.stopAll()).as("again").isEmpty();
    assertThat(rights.stopped(SLOT)).contains(new Stopped(SELF, SLOT, token(1)));
    assertThat(obey(grant(SLOT, 9))).containsExactly(refused(SLOT, 9, Reason.SESSION));
    assertThat(obey(new Reserve(EPOCH, 3, new Slot(OTHER, 0), token(2), List.of(A), SPEC)))
        .containsExactly(refused(new Slot(OTHER, 0), 2, Reason.FLOOR));
  }

  // definitions

  @Test
  void shouldTeachTheDefinitionsOfWhatItHoldsAndDoesNotDefineItself() {
    Rights defining =
        new Rights(SELF, new Catalog(List.of(WORK, OTHER), List.of(spec(OTHER, 3)), List.of()));
    defining.obey(grant(SLOT, 1), Optional.empty());
    defining.obey(
        new Grant(EPOCH, 1, new Slot(OTHER, 0), token(2), spec(OTHER, 1)), Optional.empty());
    obey(reserve(SLOT, 1, A));

    assertThat(defining.catalog().learned()).containsExactly(SPEC);
    assertThat(defining.catalog().definitions()).containsExactly(spec(OTHER, 3));
    assertThat(rights.catalog().learned()).as("reserved").containsExactly(SPEC);
  }

  private List<ParticipantEffect> obey(SlotOrder order) {
    return rights.obey(order, Optional.empty());
  }

  private static Grant grant(Slot slot, long seq) {
    return new Grant(EPOCH, 1, slot, token(seq), SPEC);
  }

  private static Reserve reserve(Slot slot, long seq, Incarnation... condition) {
    return new Reserve(EPOCH, 1, slot, token(seq), List.of(condition), SPEC);
  }

  private static Withdraw withdraw(Slot slot, long seq) {
    return new Withdraw(EPOCH, 1, slot, token(seq));
  }

  private static Revoke revoke(Slot slot, long seq) {
    return new Revoke(EPOCH, 1, slot, token(seq));
  }

  private static Reply refused(Slot slot, long seq, Reason reason) {
    return new Reply(new Refused(SELF, slot, token(seq), reason));
  }

  private static Reply stopped(Slot slot, long seq) {
    return new Reply(new Stopped(SELF, slot, token(seq)));
  }
}
