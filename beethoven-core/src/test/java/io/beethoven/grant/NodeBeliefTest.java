package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.SECOND;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.token;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an allocator believes that node B holds: rules 4.6.2 and 4.6.3. */
class NodeBeliefTest {

  private static final Duration RESEND = Duration.ofMillis(500);
  private static final Duration NEVER = Duration.ofDays(1);

  private final NodeBelief belief = new NodeBelief(B, at(0));
  private long version;

  // what is reported

  @Test
  void shouldBelieveWhatIsReported() {
    promise(
        List.of(held(SLOT, 1, InstanceState.RUNNING)),
        List.of(new Reserved(SECOND, token(2), List.of(A, C))));

    assertThat(belief.holdings())
        .containsExactly(
            holding(SLOT, 1, Phase.RUNNING, false),
            new Holding(SECOND, B, token(2), Phase.RESERVED, Set.of(A, C), false));
  }

  @Test
  void shouldCallWhatIsNotReadyOrderedAndWhatHasDoneItsWorkRunning() {
    assertThat(phaseOf(InstanceState.STARTING)).isEqualTo(Phase.ORDERED);
    assertThat(phaseOf(InstanceState.RESTARTING)).isEqualTo(Phase.ORDERED);
    assertThat(phaseOf(InstanceState.RUNNING)).isEqualTo(Phase.RUNNING);
    assertThat(phaseOf(InstanceState.COMPLETED)).isEqualTo(Phase.RUNNING);
    assertThat(phaseOf(InstanceState.STOPPING)).isEqualTo(Phase.ENDING);
  }

  private Phase phaseOf(InstanceState state) {
    promise(List.of(held(SLOT, 1, state)), List.of());
    return belief.holdings().iterator().next().phase();
  }

  @Test
  void shouldDropAReportThatIsOlderThanAnother() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());

    assertThat(belief.reported(report(1, 1, List.of(), List.of()))).isFalse();
    assertThat(belief.reported(report(1, 9, List.of(), List.of()))).isTrue();
    assertThat(belief.reported(report(1, 9, List.of(), List.of()))).isFalse();
    assertThat(belief.holdings()).isEmpty();
    assertThat(belief.isBehind(9)).isFalse();
    assertThat(belief.isBehind(10)).isTrue();
  }

  @Test
  void shouldBelieveNoReportBeforeAPromise() {
    assertThat(belief.reported(report(1, 5, List.of(), List.of()))).isFalse();
    assertThat(belief.hasReported()).isFalse();
    assertThat(belief.closed()).contains("has not reported yet");
    assertThat(belief.leaving()).isFalse();
  }

  @Test
  void shouldForgetEverythingOfAFormerReign() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.send(grant(SLOT, 2), at(0));

    belief.forget();

    assertThat(belief.holdings()).isEmpty();
    assertThat(belief.hasReported()).isFalse();
    assertThat(belief.promisedOnce()).isTrue();
    assertThat(belief.awaitsAnything()).isFalse();
  }

  // an unanswered order counts as obeyed

  @Test
  void shouldCountAnUnansweredGrantAsObeyed() {
    promise(List.of(), List.of());
    belief.send(grant(SLOT, 1), at(0));

    assertThat(belief.holdings()).containsExactly(holding(SLOT, 1, Phase.ORDERED, true));
    report(List.of(), List.of());
    assertThat(belief.holdings()).as("it may be on its way").hasSize(1);
    report(List.of(held(SLOT, 1, InstanceState.STARTING)), List.of());
    assertThat(belief.holdings()).containsExactly(holding(SLOT, 1, Phase.ORDERED, false));
  }

  @Test
  void shouldKeepAnInstanceRunningWhileItsTokenIsRaised() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.send(grant(SLOT, 2), at(0));

    assertThat(belief.holdings()).containsExactly(holding(SLOT, 2, Phase.RUNNING, true));
    report(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    assertThat(belief.holdings()).as("not answered").allMatch(Holding::pending);
    report(List.of(held(SLOT, 2, InstanceState.RUNNING)), List.of());
    assertThat(belief.holdings()).containsExactly(holding(SLOT, 2, Phase.RUNNING, false));
  }

  @Test
  void shouldCountAnUnansweredReservationAsObeyed() {
    promise(List.of(), List.of());
    belief.send(new Reserve(EPOCH, 1, SLOT, token(1), List.of(A), SPEC), at(0));

    assertThat(belief.holdings())
        .containsExactly(new Holding(SLOT, B, token(1), Phase.RESERVED, Set.of(A), true));
    report(List.of(), List.of(new Reserved(SLOT, token(1), List.of(A))));
    assertThat(belief.holdings()).noneMatch(Holding::pending);
  }

  @Test
  void shouldTakeTheRightForTheAnswerWhenAReservationHasBecomeOne() {
    promise(List.of(), List.of());
    belief.send(new Reserve(EPOCH, 1, SLOT, token(1), List.of(A), SPEC), at(0));

    report(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());

    assertThat(belief.holdings()).containsExactly(holding(SLOT, 1, Phase.RUNNING, false));
  }

  @Test
  void shouldCountAReservationAsHeldUntilItsWithdrawalIsAnswered() {
    promise(List.of(), List.of(new Reserved(SLOT, token(1), List.of(A))));
    belief.send(new Withdraw(EPOCH, 1, SLOT, token(1)), at(0));

    assertThat(belief.holdings())
        .containsExactly(new Holding(SLOT, B, token(1), Phase.WITHDRAWN, Set.of(A), true));
    report(List.of(), List.of());
    assertThat(belief.holdings()).as("a report does not answer").hasSize(1);
    belief.stopped(SLOT, token(1));
    assertThat(belief.holdings()).isEmpty();
  }

  @Test
  void shouldBelieveThatAWithdrawnReservationHasStartedWhenAReportSaysSo() {
    promise(List.of(), List.of(new Reserved(SLOT, token(1), List.of(A))));
    belief.send(new Withdraw(EPOCH, 1, SLOT, token(1)), at(0));

    report(List.of(held(SLOT, 1, InstanceState.STARTING)), List.of());

    assertThat(belief.holdings()).containsExactly(holding(SLOT, 1, Phase.ORDERED, false));
  }

  @Test
  void shouldCountARightAsHeldUntilItsRevocationIsAnswered() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.send(new Revoke(EPOCH, 1, SLOT, token(1)), at(0));

    assertThat(belief.holdings()).containsExactly(holding(SLOT, 1, Phase.ENDING, true));
    report(List.of(), List.of());
    assertThat(belief.holdings()).as("a grant may be late").hasSize(1);
    belief.refused(SLOT, token(1));
    assertThat(belief.holdings()).as("refused is no answer to a revoke").hasSize(1);
    belief.stopped(SLOT, token(1));
    assertThat(belief.holdings()).isEmpty();
    assertThat(belief.awaitsAnything()).isFalse();
  }

  @Test
  void shouldCountNothingMoreAsObeyedOnceItIsRefused() {
    promise(List.of(), List.of());
    belief.send(grant(SLOT, 2), at(0));

    belief.refused(SLOT, token(1));
    assertThat(belief.holdings()).as("another order was refused").hasSize(1);
    belief.refused(SLOT, token(2));
    assertThat(belief.holdings()).isEmpty();
  }

  @Test
  void shouldNotBelieveALateReportOfWhatHasStopped() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.stopped(SLOT, token(1));

    report(
        List.of(held(SLOT, 1, InstanceState.STOPPING)),
        List.of(new Reserved(SECOND, token(2), List.of(A))));
    assertThat(belief.holdings()).extracting(Holding::slot).containsExactly(SECOND);
    belief.stopped(SECOND, token(2));
    assertThat(belief.holdings()).isEmpty();
  }

  @Test
  void shouldNotCountAGrantAsObeyedWhenTheNodeGaveItUp() {
    promise(List.of(), List.of());
    belief.send(grant(SLOT, 1), at(0));
    Report report = report(1, ++version, List.of(), List.of());

    belief.reported(
        new Report(
            B,
            EPOCH,
            1,
            report.version(),
            Standing.OPEN,
            List.of(),
            List.of(),
            List.of(new Released(SLOT, token(1), "boom")),
            List.of(),
            report.shared()));

    assertThat(belief.holdings()).isEmpty();
    assertThat(belief.released()).hasSize(1);
  }

  @Test
  void shouldBelieveOnlyTheReportWhenTheNodeHasAnotherSession() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.send(grant(SECOND, 2), at(0));
    belief.send(new Revoke(EPOCH, 1, SLOT, token(1)), at(0));

    belief.reported(report(2, ++version, List.of(), List.of()));

    assertThat(belief.holdings()).isEmpty();
    assertThat(belief.awaitsAnything()).isFalse();
  }

  // repetition and silence

  @Test
  void shouldRepeatWhatIsUnanswered() {
    promise(List.of(), List.of());
    Order grant = belief.send(grant(SLOT, 1), at(0));

    assertThat(belief.due(RESEND, at(499))).isEmpty();
    assertThat(belief.due(RESEND, at(500))).containsExactly(grant);
    assertThat(belief.due(RESEND, at(999))).isEmpty();
    assertThat(belief.owesAnswer(RESEND.multipliedBy(2), NEVER, at(999))).isFalse();
    assertThat(belief.owesAnswer(RESEND.multipliedBy(2), NEVER, at(1_000))).isTrue();
    assertThat(belief.due(RESEND, at(1_000))).containsExactly(grant);
  }

  @Test
  void shouldRepeatAQuestionUntilItsRoundIsAnswered() {
    Order question = belief.ask(question(3), at(0));

    assertThat(belief.due(RESEND, at(500))).containsExactly(question);
    promise(2, List.of(), List.of());
    assertThat(belief.isAsked()).as("an earlier round").isTrue();
    promise(3, List.of(), List.of());
    assertThat(belief.isAsked()).isFalse();
    assertThat(belief.due(RESEND, at(5_000))).isEmpty();
  }

  @Test
  void shouldBeSilentWhenItIsNotHeardOrDoesNotAnswer() {
    Duration suspect = Duration.ofMillis(1_500);
    assertThat(belief.isSilent(suspect, at(1_499))).isFalse();
    assertThat(belief.isSilent(suspect, at(1_500))).isTrue();

    belief.heard(at(1_000), suspect);
    assertThat(belief.isSilent(suspect, at(2_499))).isFalse();
    belief.ask(question(1), at(1_200));
    belief.ask(question(2), at(2_000));
    belief.heard(at(2_400), suspect);
    belief.heard(at(2_600), suspect);
    assertThat(belief.isSilent(suspect, at(2_699))).isFalse();
    assertThat(belief.isSilent(suspect, at(2_700))).as("it is heard and does not hear").isTrue();
  }

  @Test
  void shouldHaveTimeToAnswerWhenItIsHeardAgain() {
    Duration suspect = Duration.ofMillis(1_500);
    belief.ask(question(1), at(100));
    assertThat(belief.isSilent(suspect, at(1_600))).isTrue();

    belief.heard(at(1_600), suspect);

    assertThat(belief.isSilent(suspect, at(3_099))).isFalse();
    belief.heard(at(3_000), suspect);
    assertThat(belief.isSilent(suspect, at(3_100))).as("it is heard and does not hear").isTrue();
  }

  @Test
  void shouldNotAskAgainAtOnceWhenTheQuestionIsAnsweredAndTheRevokeIsNotYet() {
    promise(List.of(held(SLOT, 1, InstanceState.RUNNING)), List.of());
    belief.send(new Revoke(EPOCH, 1, SLOT, token(1)), at(0));
    assertThat(belief.owesAnswer(RESEND.multipliedBy(2), NEVER, at(1_000))).isTrue();
    belief.ask(question(1), at(1_000));

    promise(1, List.of(held(SLOT, 1, InstanceState.STOPPING)), List.of());

    assertThat(belief.owesAnswer(RESEND.multipliedBy(2), NEVER, at(1_001))).isFalse();
  }

  @Test
  void shouldBeAskedNowAndThenWhileItSaysNothing() {
    Duration sign = Duration.ofMillis(750);
    belief.heard(at(0), NEVER);
    assertThat(belief.owesAnswer(NEVER, sign, at(749))).isFalse();
    assertThat(belief.owesAnswer(NEVER, sign, at(750))).isTrue();

    belief.ask(question(1), at(750));
    assertThat(belief.owesAnswer(NEVER, sign, at(5_000))).as("the question is repeated").isFalse();
    promise(1, List.of(), List.of());
    assertThat(belief.owesAnswer(NEVER, sign, at(1_499))).isFalse();
    assertThat(belief.owesAnswer(NEVER, sign, at(1_500))).isTrue();
  }

  // for people

  @Test
  void shouldSayWhyItTakesNoRoles() {
    promise(List.of(), List.of());
    assertThat(belief.closed()).isEmpty();
    stand(Standing.WITHOUT_LEASE);
    assertThat(belief.closed()).contains("has no lease");
    assertThat(belief.leaving()).isFalse();
    stand(Standing.CLOSED);
    assertThat(belief.closed()).contains("takes no roles at present");
    assertThat(belief.leaving()).isTrue();
    stand(Standing.LEAVING);
    assertThat(belief.closed()).contains("is leaving");
    assertThat(belief.leaving()).isTrue();
  }

  @Test
  void shouldTellDifferencesOnce() {
    List<Order.Difference> differences =
        List.of(new Order.Difference(GrantFixtures.WORK, "count is 1, valid is 2"));

    assertThat(belief.tell(List.of())).isFalse();
    assertThat(belief.tell(differences)).isTrue();
    assertThat(belief.tell(differences)).isFalse();
    assertThat(belief.tell(List.of())).isTrue();
  }

  private void stand(Standing standing) {
    belief.reported(
        new Report(
            B,
            EPOCH,
            1,
            ++version,
            standing,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new Shared(voters(A, B), List.of())));
  }

  private void promise(List<Held> held, List<Reserved> reserved) {
    promise(1, held, reserved);
  }

  private void promise(long round, List<Held> held, List<Reserved> reserved) {
    Testimony testimony =
        new Testimony(
            Catalog.EMPTY,
            Edits.NONE,
            List.of(),
            Epoch.NONE,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2));
    belief.promised(new Promised(report(1, ++version, held, reserved), testimony, round));
  }

  private void report(List<Held> held, List<Reserved> reserved) {
    assertThat(belief.reported(report(1, ++version, held, reserved))).isTrue();
  }

  private static Report report(
      long session, long version, List<Held> held, List<Reserved> reserved) {
    return new Report(
        B,
        EPOCH,
        session,
        version,
        Standing.OPEN,
        held,
        reserved,
        List.of(),
        List.of(),
        new Shared(voters(A, B), List.of()));
  }

  private static Prepare question(long round) {
    return new Prepare(EPOCH, 7, round, new Shared(voters(A, B), List.of()), List.of());
  }

  private static SlotOrder grant(Slot slot, long seq) {
    return new Grant(EPOCH, 1, slot, token(seq), SPEC);
  }

  private static Held held(Slot slot, long seq, InstanceState state) {
    return new Held(slot, token(seq), state);
  }

  private static Holding holding(Slot slot, long seq, Phase phase, boolean pending) {
    return new Holding(slot, B, token(seq), phase, Set.of(), pending);
  }
}
