package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.T0;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.reborn;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.LeaseLost;
import io.beethoven.grant.AllocatorEffect.NoLongerNeeded;
import io.beethoven.grant.AllocatorEffect.ReignBegan;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Answer.Alive;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
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
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reigns of node A and what they order: rules 4.6.1 to 4.6.7. */
class AllocatorTest {

  private static final Epoch FORMER = new Epoch(3, C.uid());

  private AllocatorBench bench = new AllocatorBench(voters(A, B, C), spec(WORK, 1));

  // 4.6.1, 4.6.2

  @Test
  void shouldTakeAnEpochAboveTheClockAndWhatItsNodeKnows() {
    assertThat(bench.allocator.epoch()).isEqualTo(new Epoch(T0.wall().toEpochMilli() + 1, A.uid()));
    Outlook outlook = bench.outlook();
    Allocator.Setup setup = new Allocator.Setup(A, s -> null, FAST, 9, false);
    Outlook ahead =
        new Outlook(
            outlook.voters(),
            outlook.dead(),
            outlook.leaseUntil(),
            Long.MAX_VALUE - 9,
            outlook.edits(),
            List.of(),
            Map.of(),
            false);

    assertThat(new Allocator(setup, new java.util.Random(1), ahead, T0).epoch().counter())
        .isEqualTo(Long.MAX_VALUE - 8);
  }

  @Test
  void shouldAskEveryMemberAndRepeatIt() {
    bench.members(A, B, C);
    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsExactly(A, B, C);

    bench.now = bench.now.plus(FAST.orderResend());
    bench.tick();

    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsExactly(A, B, C);
  }

  @Test
  void shouldIssueNothingUntilEveryMemberHasReported() {
    bench.begin(A, B);
    bench.members(A, B, C);
    assertThat(bench.allocator.isIssuing()).isTrue();

    bench = new AllocatorBench(voters(A, B, C), spec(WORK, 1));
    bench.alive.addAll(List.of(A, B));
    bench.members(A, B, C);
    assertThat(bench.allocator.isIssuing()).as("a quorum promised, C did not").isFalse();
    assertThat(bench.take(Grant.class)).isEmpty();
    bench.promise(C);

    assertThat(bench.effects).contains(new IssuingBegan(bench.allocator.epoch()));
    assertThat(bench.takeOne(Grant.class).to()).isEqualTo(A);
  }

  @Test
  void shouldIssueNothingUntilAQuorumPromised() {
    bench = new AllocatorBench(voters(A, B, C, D, E), spec(WORK, 1));
    bench.begin(A, B);

    assertThat(bench.allocator.isIssuing()).isFalse();
    bench.alive.add(C);
    bench.members(A, B, C);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldNeedQuorumsOfBothWhileTheVotersAreBeingChanged() {
    bench =
        new AllocatorBench(
            voters(A, B, C).towards(FORMER, GrantFixtures.set(C, D, E)), spec(WORK, 1));
    bench.begin(A, B);
    assertThat(bench.allocator.isIssuing()).isFalse();

    bench.begin(A, B, D);
    assertThat(bench.allocator.isIssuing()).isFalse();
    bench.begin(A, B, D, E);

    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldExcuseNobodyWhoLeftTheMembership() {
    bench.alive.addAll(List.of(A, B));
    bench.members(A, B, C);

    bench.members(A, B);
    assertThat(bench.allocator.isIssuing()).isFalse();
    bench.dies(C);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldWaitForWhomeverAReportNames() {
    bench.node(B).named = List.of(A, B, D);
    bench.begin(A, B, C);

    assertThat(bench.allocator.isIssuing()).as("D may hold something").isFalse();
    bench.dies(D);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldWaitForAMemberThatCannotBeReachedYet() {
    bench.alive.addAll(List.of(A, B));
    bench.effects.addAll(
        bench.allocator.members(List.of(A, B), List.of(C), bench.outlook(), bench.now));
    bench.promise(A);
    bench.promise(B);

    assertThat(bench.allocator.isIssuing()).isFalse();
  }

  @Test
  void shouldIssueNothingWithoutALease() {
    bench.leased = false;
    bench.begin(A, B, C);

    bench.pass(Duration.ofSeconds(10));

    assertThat(bench.allocator.isIssuing()).isFalse();
    assertThat(bench.take(SlotOrder.class)).isEmpty();
    bench.leased = true;
    bench.tick();
    assertThat(bench.take(Grant.class)).hasSize(1);
  }

  @Test
  void shouldEndItsReignWithItsLeaseAndBeginAnotherOnceItIsBack() {
    bench.begin(A, B, C);
    Epoch first = bench.allocator.epoch();
    bench.leased = false;
    bench.effects.clear();

    bench.tick();
    assertThat(bench.effects).containsExactly(new LeaseLost(first));
    assertThat(bench.allocator.isIssuing()).isFalse();
    bench.effects.clear();
    bench.now = bench.now.plus(Duration.ofSeconds(1));
    bench.tick();
    assertThat(bench.effects).isEmpty();
    bench.leased = true;
    bench.tick();

    assertThat(bench.allocator.epoch()).isGreaterThan(first);
    assertThat(bench.effects).startsWith(new ReignBegan(bench.allocator.epoch()));
    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsExactly(A, B, C);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  // orders and answers

  @Test
  void shouldTakeAHigherEpochOnceItsNodeHasItsFirstLease() {
    bench = new AllocatorBench(voters(A, B, C), false, spec(WORK, 1));
    bench.begin(A, B, C);
    Epoch before = bench.allocator.epoch();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.allocator.epoch()).isEqualTo(before);

    bench.leased = true;
    bench.pass(Duration.ofMillis(100));

    assertThat(bench.allocator.epoch().counter()).isGreaterThanOrEqualTo(before.counter() + 1_000);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldCountAnUnansweredGrantAsObeyedAndRepeatIt() {
    bench.begin(A, B, C);
    Send grant = bench.takeOne(Grant.class);

    bench.report(B);
    assertThat(bench.take(Grant.class)).as("nobody else gets the slot").isEmpty();
    bench.pass(FAST.orderResend());

    assertThat(bench.take(Grant.class)).containsExactly(grant);
  }

  @Test
  void shouldAskWhetherItKeepsItsPromiseWhenAnOrderStaysUnanswered() {
    bench.begin(A, B, C);
    bench.take(Prepare.class);

    bench.pass(FAST.orderResend().multipliedBy(2).minusMillis(1));
    assertThat(bench.take(Prepare.class)).isEmpty();
    bench.pass(Duration.ofMillis(1));

    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsOnly(A);
  }

  @Test
  void shouldGrantElsewhereWhenANodeRefuses() {
    bench.begin(A, B, C);
    Send grant = bench.takeOne(Grant.class);
    bench.node(A).standing = Standing.CLOSED;
    bench.report(A);
    assertThat(bench.take(Grant.class)).isEmpty();

    bench.answer(new Refused(A, SLOT, ((Grant) grant.order()).token(), Reason.CLOSED));

    Send other = bench.takeOne(Grant.class);
    assertThat(other.to()).isEqualTo(B);
    assertThat(((Grant) other.order()).token()).isGreaterThan(((Grant) grant.order()).token());
  }

  @Test
  void shouldAskForAReportWhenOneWasLostOrThePromiseIsAnother() {
    bench.begin(A, B, C);
    bench.take(Prepare.class);
    bench.alive.clear();

    bench.answer(new Alive(B, bench.allocator.epoch(), bench.node(B).version));
    assertThat(bench.take(Prepare.class)).isEmpty();
    bench.answer(new Alive(B, bench.allocator.epoch(), bench.node(B).version + 1));
    bench.answer(new Alive(C, FORMER, bench.node(C).version));

    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsExactly(B, C);
  }

  @Test
  void shouldAskWhomItNoLongerHears() {
    bench.begin(A, B, C);
    bench.take(Prepare.class);
    bench.alive.remove(B);

    bench.pass(FAST.suspect().dividedBy(2));
    assertThat(bench.take(Prepare.class)).extracting(Send::to).containsExactly(B);

    // It has promised another reign since, and tells that one of itself.
    bench.answer(new Nacked(B, new Epoch(Long.MAX_VALUE - 9, B.uid()), 0));
    assertThat(bench.allocator.isIssuing()).isFalse();
  }

  @Test
  void shouldDropAReportWhenANewerOneCameBefore() {
    bench.begin(A, B, C);
    Report old = bench.reportOf(A);
    bench.obeyOne(Grant.class);

    bench.answer(new Reported(old));

    assertThat(bench.allocator.table().rows().get(0).placements()).hasSize(1);
    assertThat(bench.take(Grant.class)).isEmpty();
  }

  @Test
  void shouldHearNothingOfTheDead() {
    bench.begin(A, B, C);
    bench.dies(C);
    bench.effects.clear();

    bench.answer(new Nacked(C, new Epoch(Long.MAX_VALUE, 1), 4));

    assertThat(bench.effects).isEmpty();
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  // successors, 4.6.3 to 4.6.5

  @Test
  void shouldProvideASuccessorOnceTheHolderRuns() {
    bench.begin(A, B, C);
    bench.obeyOne(Grant.class);

    Send reserve = bench.obeyOne(Reserve.class);

    assertThat(reserve.to()).isEqualTo(B);
    assertThat(((Reserve) reserve.order()).condition()).containsExactly(A);
    assertThat(bench.allocator.awaitsAnswers()).isFalse();
    assertThat(bench.table().rows().get(0).placements())
        .extracting(RoleTable.Placement::holder)
        .containsExactly(A);
  }

  @Test
  void shouldLeaveTheSlotToTheSuccessorAndWithdrawItWhenItIsOverdue() {
    Token held = new Token(FORMER, 1);
    Token reserved = new Token(FORMER, 2);
    bench.node(B).held.put(SLOT, new Held(SLOT, held, InstanceState.RUNNING));
    bench.node(C).reserved.put(SLOT, new Reserved(SLOT, reserved, List.of(B)));
    bench.begin(A, B, C);

    bench.dies(B);
    assertThat(bench.take(SlotOrder.class)).as("C will report").isEmpty();
    bench.pass(FAST.successionWait());
    Send withdraw = bench.obeyOne(Withdraw.class);

    assertThat(withdraw.to()).isEqualTo(C);
    assertThat(((Withdraw) withdraw.order()).token()).isEqualTo(reserved);
    assertThat(bench.take(Grant.class)).as("both are gone").hasSize(1);
  }

  @Test
  void shouldGrantElsewhereInTheSameStepWhenAHolderWithoutSuccessorDies() {
    bench.node(B).held.put(SLOT, new Held(SLOT, new Token(FORMER, 1), InstanceState.RUNNING));
    bench.node(A).catalog = new Catalog(List.of(), List.of(spec(WORK, 1)), List.of());
    bench.node(C).catalog = new Catalog(List.of(), List.of(), List.of());
    bench.begin(A, B, C);
    bench.take(SlotOrder.class);
    bench.node(C).catalog = new Catalog(List.of(WORK), List.of(), List.of());
    bench.dead.add(B);
    bench.alive.remove(B);

    bench.promise(C);

    Send grant = bench.takeOne(Grant.class);
    assertThat(grant.to()).isEqualTo(C);
    assertThat(((Grant) grant.order()).token()).isGreaterThan(new Token(FORMER, 1));
  }

  @Test
  void shouldMoveARoleFromALeavingNodeOnlyOnceItHasStopped() {
    bench.begin(A, B, C);
    Token token = ((Grant) bench.obeyOne(Grant.class).order()).token();
    bench.obeyOne(Reserve.class);
    bench.node(A).standing = Standing.LEAVING;
    bench.report(A);
    bench.obeyOne(Withdraw.class);

    assertThat(((Revoke) bench.takeOne(Revoke.class).order()).token()).isEqualTo(token);
    bench.node(A).held.clear();
    bench.report(A);
    assertThat(bench.take(Grant.class)).as("a report does not answer a revoke").isEmpty();
    bench.answer(new Stopped(A, SLOT, token));

    assertThat(bench.takeOne(Grant.class).to()).isEqualTo(B);
  }

  @Test
  void shouldKeepARightOfAFormerReignWithItsToken() {
    Token former = new Token(FORMER, 8);
    bench.node(B).held.put(SLOT, new Held(SLOT, former, InstanceState.RUNNING));
    bench.begin(A, B, C);

    assertThat(bench.take(Grant.class)).isEmpty();
    assertThat(bench.allocator.table().rows().get(0).placements())
        .containsExactly(new RoleTable.Placement(SLOT, B, former, true));
  }

  @Test
  void shouldKeepTheHighestReadyTokenWhenTwoNodesHoldASlot() {
    bench.node(A).held.put(SLOT, new Held(SLOT, new Token(FORMER, 1), InstanceState.RUNNING));
    bench.node(B).held.put(SLOT, new Held(SLOT, new Token(FORMER, 2), InstanceState.RUNNING));
    bench.begin(A, B, C);

    Send revoke = bench.takeOne(Revoke.class);
    assertThat(revoke.to()).isEqualTo(A);
    assertThat(((Revoke) revoke.order()).token()).isEqualTo(new Token(FORMER, 1));
  }

  @Test
  void shouldMoveARoleWhenANodeGaveItUpAndParkItWhenAllDid() {
    bench = new AllocatorBench(voters(A, B), spec(WORK, 1));
    bench.begin(A, B);
    gaveUp("boom");
    assertThat(bench.table().rows().get(0).parked()).isEmpty();
    bench.pass(Duration.ofMillis(400));
    gaveUp("bang");

    assertThat(bench.take(Grant.class)).isEmpty();
    assertThat(bench.table().rows().get(0).parked()).contains("bang");
    bench.pass(FAST.retryAfter());
    assertThat(bench.take(Grant.class)).isNotEmpty();
    assertThat(bench.table().rows().get(0).parked()).isEmpty();
  }

  private void gaveUp(String reason) {
    Send grant = bench.takeOne(Grant.class);
    Token token = ((Grant) grant.order()).token();
    bench.node(grant.to()).released = List.of(new Released(SLOT, token, reason));
    bench.report(grant.to());
  }

  // 4.6.7

  @Test
  void shouldOrderNothingToAJoinerThatNotEveryVoterHasCredited() {
    bench = new AllocatorBench(voters(A, B), spec(WORK, 3));
    bench.obedient = true;
    bench.begin(A, B);
    bench.node(C).creditedBy = List.of(A);
    bench.begin(A, B, C);
    assertThat(bench.take(SlotOrder.class)).extracting(Send::to).doesNotContain(C);
    assertThat(bench.table().rows().get(0).unmet().orElseThrow())
        .contains("node 127.0.0.3:25520 is being admitted");

    bench.node(C).creditedBy = List.of(A, B);
    bench.report(C);

    assertThat(bench.take(Grant.class)).extracting(Send::to).containsExactly(C);
  }

  @Test
  void shouldGrantNewTokensInPlaceWhenAJoinerRanAloneWithHigherEpochs() {
    bench.begin(A, B);
    Token before = ((Grant) bench.obeyOne(Grant.class).order()).token();
    bench.obeyOne(Reserve.class);
    bench.members(A, B, C);
    Epoch alone = new Epoch(bench.allocator.epoch().counter() + 50, C.uid());
    bench.take(Prepare.class);

    bench.node(C).foreign = alone;
    bench.alive.add(C);
    bench.answer(new Nacked(C, alone, 4));

    assertThat(bench.effects).anyMatch(Deposed.class::isInstance);
    assertThat(bench.allocator.epoch()).as("there is no rival to spare").isGreaterThan(alone);
    assertThat(bench.allocator.isIssuing()).isTrue();
    bench.obeyOne(Withdraw.class);
    Send retoken = bench.obeyOne(Grant.class);
    assertThat(retoken.to()).isEqualTo(A);
    assertThat(((Grant) retoken.order()).token()).isGreaterThan(before);
    assertThat(((Grant) retoken.order()).token().epoch()).isGreaterThan(alone);
    assertThat(bench.take(Revoke.class)).isEmpty();
    bench.obeyOne(Reserve.class);
  }

  @Test
  void shouldTakeAHigherEpochWhenAJoinerUsedHigherTokensAndPromises() {
    bench.begin(A, B);
    bench.obeyOne(Grant.class);
    Epoch island = new Epoch(bench.allocator.epoch().counter() + 50, D.uid());
    bench.node(C).foreign = island;

    bench.begin(A, B, C);

    assertThat(bench.allocator.epoch()).isGreaterThan(island);
    assertThat(bench.allocator.isIssuing()).isTrue();
    assertThat(((Grant) bench.obeyOne(Grant.class).order()).token().epoch())
        .isEqualTo(bench.allocator.epoch());
  }

  @Test
  void shouldReignOnWhenANodeComesBackThatObeyedItBefore() {
    bench.begin(A, B, C);
    bench.obeyOne(Grant.class);
    bench.obeyOne(Reserve.class);
    Incarnation again = reborn(C);
    Epoch present = bench.allocator.epoch();
    bench.node(again).foreign = present;
    bench.effects.clear();

    bench.begin(A, B, C, again);

    assertThat(bench.allocator.isIssuing()).isTrue();
    assertThat(bench.allocator.epoch()).isEqualTo(present);
    assertThat(bench.take(Grant.class)).as("its tokens are this reign's own").isEmpty();
  }

  @Test
  void shouldBeginAnewAtOnceWhenANodeBringsAnEpochThatNobodyReignsWith() {
    bench.begin(A, B, C);
    bench.members(A, B, C, D);
    Epoch formerLife = new Epoch(bench.allocator.epoch().counter() + 50, 4711);
    bench.effects.clear();

    bench.answer(new Nacked(D, formerLife, 4));

    assertThat(bench.effects).anyMatch(ReignBegan.class::isInstance);
    assertThat(bench.allocator.epoch()).isGreaterThan(formerLife);
  }

  @Test
  void shouldEndAsAStandInWhenTheAllocatorIsMetThatItStandsInFor() {
    AllocatorBench standIn = new AllocatorBench(B, voters(A, B, C), true, spec(WORK, 1));
    standIn.begin(B, C);
    Epoch back = new Epoch(standIn.allocator.epoch().counter() + 50, A.uid());
    standIn.members(A, B, C);

    standIn.answer(new Nacked(A, back, 4));

    assertThat(standIn.effects).anyMatch(NoLongerNeeded.class::isInstance);
  }

  // rivals

  @Test
  void shouldFallSilentForAWhileWhenARivalIsMet() {
    bench.begin(A, B, C);
    Epoch rival = new Epoch(bench.allocator.epoch().counter(), C.uid());
    bench.effects.clear();
    Epoch first = bench.allocator.epoch();

    bench.answer(new Nacked(B, rival, 4));

    assertThat(bench.effects).containsExactly(new Deposed(first, rival));
    bench.effects.clear();
    bench.members(A, B, C, D);
    bench.answer(new Nacked(B, rival, 4));
    assertThat(bench.effects).as("it says nothing").isEmpty();
    bench.pass(FAST.silenceMax().plusMillis(1));
    assertThat(bench.effects).anyMatch(ReignBegan.class::isInstance);
    assertThat(bench.allocator.epoch()).isGreaterThan(rival);
  }

  @Test
  void shouldBeSilentForLongerWhileItsNodeTakesPartInTheRivalsExclusion() {
    Duration usual = silence(false);

    assertThat(silence(true).minus(usual))
        .isBetween(FAST.leaseEnd().minusMillis(10), FAST.leaseEnd().plusMillis(10));
  }

  /** How long it is silent when a rival is met, to 10 ms. */
  private static Duration silence(boolean blocking) {
    AllocatorBench rivalled = new AllocatorBench(voters(A, B, C), spec(WORK, 1));
    rivalled.begin(A, B, C);
    rivalled.blocking = blocking;
    Epoch rival = new Epoch(rivalled.allocator.epoch().counter(), C.uid());
    rivalled.answer(new Nacked(B, rival, 4));
    rivalled.effects.clear();
    Duration silence = Duration.ZERO;
    while (rivalled.effects.stream().noneMatch(ReignBegan.class::isInstance)) {
      silence = silence.plusMillis(10);
      rivalled.pass(Duration.ofMillis(10));
    }
    return silence;
  }

  @Test
  void shouldTakeNoHigherEpochWithoutALeaseWhenItMetARival() {
    bench.begin(A, B, C);
    bench.leased = false;
    bench.tick();
    bench.answer(new Nacked(B, new Epoch(bench.allocator.epoch().counter(), C.uid()), 4));
    // Otherwise it might found its cluster anew.
    bench.alive.remove(C);
    bench.members(A, B);
    bench.effects.clear();

    bench.pass(FAST.silenceMax().multipliedBy(2));
    assertThat(bench.effects).isEmpty();
    bench.leased = true;
    bench.tick();

    assertThat(bench.effects).startsWith(new ReignBegan(bench.allocator.epoch()));
  }

  @Test
  void shouldFallSilentWhenAnotherReignTookTheSameEpoch() {
    bench.begin(A, B, C);

    bench.answer(new Nacked(B, bench.allocator.epoch(), 4));

    assertThat(bench.allocator.isIssuing()).isFalse();
  }

  @Test
  void shouldFallSilentWhenAReportOrASignOfLifeNamesAHigherEpoch() {
    bench.begin(A, B, C);
    Epoch rival = new Epoch(bench.allocator.epoch().counter() + 1, C.uid());

    bench.answer(new Alive(B, rival, 9));

    assertThat(bench.allocator.isIssuing()).isFalse();
  }

  @Test
  void shouldEndWhenItOnlyStoodInAndTheAllocatorIsBack() {
    bench = new AllocatorBench(A, voters(A, B, C), true, spec(WORK, 1));
    bench.begin(A, B, C);
    Epoch rival = new Epoch(bench.allocator.epoch().counter() + 1, C.uid());
    bench.effects.clear();

    bench.answer(new Nacked(B, rival, 4));

    assertThat(bench.effects)
        .containsExactly(new Deposed(bench.allocator.epoch(), rival), new NoLongerNeeded());
    bench.effects.clear();
    bench.pass(Duration.ofSeconds(20));
    assertThat(bench.effects).isEmpty();
  }

  @Test
  void shouldForgetWhatWasReportedToAFormerReign() {
    bench.begin(A, B, C);
    bench.obeyOne(Grant.class);
    bench.alive.clear();
    bench.leased = false;
    bench.tick();
    bench.leased = true;
    bench.effects.clear();

    bench.tick();

    assertThat(bench.allocator.table()).isEqualTo(RoleTable.EMPTY);
    assertThat(only(bench.effects, Send.class)).allMatch(s -> s.order() instanceof Prepare);
  }
}
