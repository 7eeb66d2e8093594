package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.SECOND;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.credit;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.participant;
import static io.beethoven.grant.GrantFixtures.replies;
import static io.beethoven.grant.GrantFixtures.report;
import static io.beethoven.grant.GrantFixtures.request;
import static io.beethoven.grant.GrantFixtures.sentTo;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.token;
import static io.beethoven.grant.GrantFixtures.told;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Contact.Credit;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.ParticipantEffect.Dead;
import io.beethoven.grant.ParticipantEffect.Forfeit;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Leases and successions of node B, one of three voters: rules 4.2 and 4.4. */
class ParticipantLeaseTest {

  private static final Voters VOTERS = voters(A, B, C);

  private final Participant node = participant(B, VOTERS, A, B, C);

  // asking for credit

  @Test
  void shouldAskTheOtherVotersAtEachPauseOfContact() {
    List<ParticipantEffect> effects = node.tick(at(0));

    CreditRequest request =
        new CreditRequest(B, at(0), FAST.leaseTerm(), new Shared(VOTERS, List.of()), List.of(), 0);
    assertThat(sentTo(A, effects)).containsExactly(request);
    assertThat(sentTo(C, effects)).containsExactly(request);
    assertThat(sentTo(B, effects)).isEmpty();
    assertThat(node.tick(at(399))).isEmpty();
    assertThat(sentTo(A, node.tick(at(400)))).hasSize(1);
  }

  @Test
  void shouldAskEveryMemberWhenItKnowsNoVoterThatLivesOrIsNoVoterWithoutALease() {
    Participant newcomer = participant(D, Voters.NONE, A, B, D);
    assertThat(sentTo(A, newcomer.tick(at(0)))).hasSize(1);
    assertThat(sentTo(B, newcomer.tick(at(400)))).hasSize(1);

    Participant outsider = participant(D, VOTERS, A, B, C, D, E);
    assertThat(sentTo(E, outsider.tick(at(0)))).hasSize(1);
    outsider.contacted(credit(A, VOTERS, Epoch.NONE, at(10)), at(10));
    outsider.contacted(credit(B, VOTERS, Epoch.NONE, at(10)), at(10));
    List<ParticipantEffect> effects = outsider.tick(at(400));
    assertThat(sentTo(E, effects)).as("it may vote next").hasSize(1);
    assertThat(sentTo(A, effects)).hasSize(1);
  }

  @Test
  void shouldNotAskTheDead() {
    node.departed(C, at(0));

    assertThat(sentTo(C, node.tick(at(400)))).isEmpty();
  }

  // giving credit

  @Test
  void shouldGiveCreditWithTheMomentOfTheRequestAndWhatItKnows() {
    node.contacted(credit(A, VOTERS, EPOCH, at(0)), at(5));
    node.departed(E, at(5));
    node.proved(C, at(5));

    assertThat(sentTo(A, node.contacted(request(A, VOTERS, at(3)), at(10))))
        .containsExactly(
            new Credit(
                B, at(3), new Shared(VOTERS, List.of(E)), EPOCH, List.of(C), EPOCH.counter()));
  }

  @Test
  void shouldGiveNoCreditToWhoeverIsNoMemberOrDead() {
    assertThat(sentTo(D, node.contacted(request(D, VOTERS, at(0)), at(0)))).isEmpty();
    node.departed(C, at(0));
    assertThat(node.contacted(request(C, VOTERS, at(0)), at(0))).isEmpty();
  }

  @Test
  void shouldTakeOverVotersAndDeadBeforeItGivesCredit() {
    Voters next = VOTERS.towards(EPOCH, set(A, B)).settled();
    CreditRequest request =
        new CreditRequest(A, at(0), FAST.leaseTerm(), new Shared(next, List.of(C)), List.of(), 99);

    Credit credit = (Credit) sentTo(A, node.contacted(request, at(1))).get(0);

    assertThat(credit.shared()).isEqualTo(new Shared(next, List.of(C)));
    assertThat(credit.counter()).isEqualTo(99);
    assertThat(node.outlook().counter()).isEqualTo(99);
  }

  // gaining and losing the lease

  @Test
  void shouldBeginASessionAndSayUntilWhenWhenItGainsTheLease() {
    List<ParticipantEffect> effects = node.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(10));

    assertThat(effects).last().isEqualTo(new Lease(Optional.of(at(2_000))));
    assertThat(report(effects).session()).isEqualTo(2);
    assertThat(report(effects).standing()).isEqualTo(Standing.OPEN);
    assertThat(report(effects).creditedBy()).containsExactly(A);
    assertThat(node.leaseUntil()).contains(at(2_000));
    assertThat(node.outlook().leased(at(1_999))).isTrue();
    assertThat(node.outlook().leased(at(2_000))).isFalse();
  }

  @Test
  void shouldGoOnInTheSameSessionWhenTheLeaseIsRenewed() {
    lease(at(0));

    List<ParticipantEffect> effects =
        node.contacted(credit(A, VOTERS, Epoch.NONE, at(400)), at(410));

    assertThat(effects).containsExactly(new Lease(Optional.of(at(2_400))));
    assertThat(node.contacted(credit(A, VOTERS, Epoch.NONE, at(400)), at(420)))
        .as("repeated")
        .isEmpty();
    assertThat(node.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(430)))
        .as("overtaken")
        .isEmpty();
  }

  @Test
  void shouldGainNothingFromACreditThatWasOnItsWayForTooLong() {
    node.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(2_000));

    assertThat(node.leaseUntil()).isEmpty();
  }

  @Test
  void shouldNotCountACreditBeforeItTookOverTheVoters() {
    Voters five = VOTERS.towards(EPOCH, set(A, B, C, D, E)).settled();

    node.contacted(credit(A, five, Epoch.NONE, at(0)), at(1));

    assertThat(node.voters()).isEqualTo(five);
    assertThat(node.leaseUntil()).as("two of five").isEmpty();
    node.contacted(credit(E, five, Epoch.NONE, at(0)), at(2));
    assertThat(node.leaseUntil()).contains(at(2_000));
  }

  @Test
  void shouldForfeitBeforeItHandlesAnythingWhenTheLeaseHasEnded() {
    lease(at(0));
    grant(SLOT, 1);

    List<ParticipantEffect> effects =
        node.ordered(new Grant(EPOCH, 2, SLOT, token(2), SPEC), at(2_000));

    assertThat(effects.get(0)).isEqualTo(new Forfeit(SLOT));
    assertThat(report(effects).standing()).isEqualTo(Standing.WITHOUT_LEASE);
    assertThat(report(effects).held()).isEmpty();
    assertThat(replies(effects)).startsWith(new Refused(B, SLOT, token(2), Reason.LEASE));
    assertThat(effects).last().isEqualTo(new Lease(Optional.empty()));
    assertThat(node.slots()).as("not stopped yet").containsExactly(SLOT);
  }

  @Test
  void shouldForfeitWhenTheMachineSlept() {
    lease(at(0));
    grant(SLOT, 1);

    assertThat(only(node.tick(at(20, 1_999)), Forfeit.class)).isEmpty();
    assertThat(only(node.tick(at(21, 2_000)), Forfeit.class)).containsExactly(new Forfeit(SLOT));
  }

  @Test
  void shouldForfeitInTimeWhenTheWallClockWasSetBack() {
    lease(at(0));
    grant(SLOT, 1);

    assertThat(only(node.tick(at(1_999, -60_000)), Forfeit.class)).isEmpty();
    assertThat(only(node.tick(at(2_000, -59_999)), Forfeit.class)).hasSize(1);
  }

  @Test
  void shouldForfeitFirstWhenTheCreditThatThawsItGivesTheLeaseBack() {
    lease(at(0));
    grant(SLOT, 1);

    List<ParticipantEffect> effects =
        node.contacted(credit(A, VOTERS, Epoch.NONE, at(2_900)), at(3_000));

    assertThat(effects.get(0)).isEqualTo(new Forfeit(SLOT));
    assertThat(report(effects).session()).isEqualTo(3);
    assertThat(report(effects).held()).isEmpty();
    assertThat(node.leaseUntil()).contains(at(4_900));
  }

  @Test
  void shouldNotGetBackWhatItForfeitedWhenTheLeaseIsBack() {
    lease(at(0));
    grant(SLOT, 1);
    reserve(new Slot(OTHER, 0), 2, C);
    node.tick(at(2_000));
    node.stopped(SLOT, at(2_100));
    lease(at(2_200));

    assertThat(replies(node.ordered(new Grant(EPOCH, 2, SLOT, token(1), SPEC), at(2_300))))
        .startsWith(new Refused(B, SLOT, token(1), Reason.SESSION));
    assertThat(only(node.departed(C, at(2_300)), Start.class)).isEmpty();
    assertThat(replies(node.ordered(new Grant(EPOCH, 3, SLOT, token(1), SPEC), at(2_300))))
        .startsWith(new Refused(B, SLOT, token(1), Reason.FLOOR));
  }

  @Test
  void shouldReportOnceThatItHasNoLease() {
    lease(at(0));

    assertThat(told(node.tick(at(2_000)))).anyMatch(Answer.Reported.class::isInstance);
    assertThat(told(node.tick(at(2_400)))).noneMatch(Answer.Reported.class::isInstance);
  }

  @Test
  void shouldLoseTheLeaseWhenTheVoterThatGaveItDeparts() {
    Participant highest = participant(C, VOTERS, A, B, C);
    highest.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(1));

    assertThat(highest.departed(A, at(2))).contains(new Lease(Optional.empty()));
    assertThat(highest.leaseUntil()).isEmpty();
  }

  @Test
  void shouldNotHearTheDead() {
    node.departed(A, at(0));
    Participant highest = participant(C, VOTERS, A, B, C);
    highest.departed(B, at(0));

    assertThat(highest.contacted(credit(B, VOTERS, EPOCH, at(0)), at(1))).isEmpty();
    assertThat(highest.promised()).isEqualTo(Epoch.NONE);
  }

  @Test
  void shouldNeedQuorumsOfBothWhileTheVotersAreBeingChanged() {
    Voters joint = VOTERS.towards(EPOCH, set(C, D, E));
    node.contacted(credit(A, joint, Epoch.NONE, at(0)), at(1));
    node.contacted(credit(D, joint, Epoch.NONE, at(0)), at(2));
    assertThat(node.leaseUntil()).isEmpty();

    node.contacted(credit(E, joint, Epoch.NONE, at(0)), at(3));

    assertThat(node.leaseUntil()).contains(at(2_000));
  }

  @Test
  void shouldHaveALeaseByItselfWhenItIsTheLowerOfTwo() {
    Participant lower = participant(A, voters(A, B), A, B);

    assertThat(lower.outlook().leased(at(0))).isTrue();
    Participant higher = participant(B, voters(A, B), A, B);
    higher.tick(at(0));
    assertThat(higher.leaseUntil()).isEmpty();
  }

  // 4.4

  @Test
  void shouldSucceedInTheStepThatConfirmsTheDeath() {
    lease(at(0));
    reserve(SLOT, 1, C);
    assertThat(only(node.proved(C, at(20)), Start.class)).as("one vote of two").isEmpty();

    List<ParticipantEffect> effects = node.voted(A, List.of(C), List.of(), at(30));

    assertThat(effects.get(0)).isEqualTo(new Start(SLOT, token(1), SPEC, Cause.SUCCESSION));
    assertThat(report(effects).held()).hasSize(1);
    assertThat(only(effects, Dead.class)).containsExactly(new Dead(List.of(C)));
    assertThat(only(node.voted(A, List.of(C), List.of(C), at(40)), Start.class)).isEmpty();
  }

  @Test
  void shouldSucceedByTheDeadThatRideOnAContact() {
    lease(at(0));
    reserve(SLOT, 1, C);

    List<ParticipantEffect> effects =
        node.contacted(
            new CreditRequest(
                A, at(20), FAST.leaseTerm(), new Shared(VOTERS, List.of(C)), List.of(), 0),
            at(20));

    assertThat(only(effects, Start.class)).hasSize(1);
  }

  @Test
  void shouldNotSucceedWithoutALease() {
    lease(at(0));
    reserve(SLOT, 1, E);

    List<ParticipantEffect> effects = node.departed(E, at(2_000));

    assertThat(only(effects, Start.class)).isEmpty();
    assertThat(only(effects, Dead.class)).hasSize(1);
    lease(at(2_100));
    assertThat(only(node.tick(at(2_200)), Start.class)).as("it was forfeited").isEmpty();
  }

  @Test
  void shouldSucceedAtTheLastMomentOfTheLease() {
    lease(at(0));
    reserve(SLOT, 1, E);

    assertThat(only(node.departed(E, at(1_999)), Start.class)).hasSize(1);
  }

  @Test
  void shouldWaitUntilAllOfTheConditionAreDead() {
    lease(at(0));
    reserve(SLOT, 1, D, E);

    assertThat(only(node.departed(D, at(10)), Start.class)).isEmpty();
    assertThat(only(node.departed(E, at(20)), Start.class)).hasSize(1);
  }

  @Test
  void shouldDeclineWhenItRunsTheRoleAlready() {
    lease(at(0));
    reserve(SLOT, 1, D);
    reserve(SECOND, 2, E);
    node.departed(D, at(10));

    List<ParticipantEffect> effects = node.departed(E, at(20));

    assertThat(only(effects, Start.class)).isEmpty();
    assertThat(told(effects)).startsWith(new Stopped(B, SECOND, token(2)));
  }

  @Test
  void shouldRememberTheDeathOfWhomAReservationWaitsForEvenIfItIsNoMember() {
    lease(at(0));
    reserve(SLOT, 1, D, E);
    node.departed(D, at(10));

    node.members(List.of(A, B, C), at(20));

    assertThat(only(node.departed(E, at(30)), Start.class)).hasSize(1);
  }

  private void lease(Moment sent) {
    node.contacted(credit(A, VOTERS, Epoch.NONE, sent), sent.plus(java.time.Duration.ofMillis(1)));
  }

  private void grant(Slot slot, long seq) {
    node.ordered(new Grant(EPOCH, 2, slot, token(seq), SPEC), at(5));
  }

  private void reserve(Slot slot, long seq, Incarnation... condition) {
    node.ordered(
        new Reserve(EPOCH, 2, slot, token(seq), List.of(condition), spec(slot.role(), 2)), at(5));
    assertThat(only(node.tick(at(6)), Start.class)).isEmpty();
  }
}
