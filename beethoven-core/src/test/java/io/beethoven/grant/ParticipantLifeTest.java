package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.credit;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.participant;
import static io.beethoven.grant.GrantFixtures.reborn;
import static io.beethoven.grant.GrantFixtures.replies;
import static io.beethoven.grant.GrantFixtures.report;
import static io.beethoven.grant.GrantFixtures.request;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.token;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.ParticipantEffect.Dead;
import io.beethoven.grant.ParticipantEffect.HeldForDead;
import io.beethoven.grant.ParticipantEffect.Keep;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.StandIn;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.TellVotes;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Alone, joining, leaving, deaths and the stand-in: rules 3.4 to 3.6, 4.6 and 4.7. */
class ParticipantLifeTest {

  private static final Voters VOTERS = voters(A, B, C);

  // 4.7

  @Test
  void shouldBeAloneOnlyWhenNoOtherVoterMayLive() {
    assertThat(participant(A, Voters.NONE, A).mayBeAlone()).isTrue();
    assertThat(participant(A, voters(A), A).mayBeAlone()).isTrue();
    assertThat(participant(reborn(A), voters(A), reborn(A)).mayBeAlone())
        .as("an earlier life of its own")
        .isTrue();

    Participant one = participant(A, VOTERS, A);
    assertThat(one.mayBeAlone()).isFalse();
    one.departed(B, at(0));
    assertThat(one.mayBeAlone()).isFalse();
    one.departed(C, at(0));
    assertThat(one.mayBeAlone()).isTrue();
    assertThat(participant(A, voters(A).towards(EPOCH, GrantFixtures.set(A, B)), A).mayBeAlone())
        .as("a change is on its way")
        .isFalse();
  }

  @Test
  void shouldFoundAClusterWhenItNeverKnewOne() {
    Participant one = participant(A, Voters.NONE, A);

    List<ParticipantEffect> effects = one.found(9, false, at(0));

    Voters founded = Voters.founding(9, 1, A);
    assertThat(effects.get(0))
        .isEqualTo(new Keep(new Durable(founded, Epoch.NONE, Edits.NONE, FAST.leaseTerm())));
    assertThat(effects).anyMatch(Lease.class::isInstance);
    assertThat(one.outlook().leased(at(0))).isTrue();
    assertThat(only(one.found(10, true, at(1)), Keep.class)).as("again").isEmpty();
    assertThat(one.voters()).isEqualTo(founded);
  }

  @Test
  void shouldHaveAPartOnceItVotesOrHasBeenAMemberForAWhile() {
    Participant founder = participant(A, Voters.NONE, A);
    assertThat(founder.isAdmitted()).isFalse();
    founder.found(9, false, at(0));
    assertThat(founder.isAdmitted()).isTrue();
    founder.leaveForCluster(at(1));
    assertThat(founder.isAdmitted()).isFalse();

    Participant joiner = participant(D, Voters.NONE, A, D);
    joiner.joined(at(1_000));
    joiner.contacted(credit(A, voters(A), EPOCH, at(1_000)), at(1_001));
    assertThat(joiner.leaseUntil()).isPresent();
    assertThat(joiner.isAdmitted()).as("it has a lease and no vote").isFalse();
    Voters joint = voters(A).towards(EPOCH, GrantFixtures.set(A, D));
    joiner.ordered(
        new Order.StoreVoters(EPOCH, new Shared(joint, List.of()), Edits.NONE, List.of()),
        at(1_002));
    assertThat(joiner.isAdmitted()).as("on its way").isFalse();
    joiner.contacted(credit(A, joint.settled(), EPOCH, at(1_001)), at(1_003));
    assertThat(joiner.isAdmitted()).isTrue();

    Participant surplus = participant(D, Voters.NONE, A, D);
    surplus.joined(at(1_000));
    surplus.contacted(credit(A, voters(A), EPOCH, at(1_000)), at(2_499));
    assertThat(surplus.isAdmitted()).isFalse();
    surplus.tick(at(2_500));
    assertThat(surplus.isAdmitted()).as("not every node votes").isTrue();
  }

  @Test
  void shouldStayIdleWhenItKnewOthers() {
    Participant one = participant(A, VOTERS, A);

    assertThat(one.found(9, false, at(0))).isEmpty();
    assertThat(one.voters()).isEqualTo(VOTERS);
  }

  @Test
  void shouldGoOnWithTheSameClusterWhenItIsForcedOrAllOthersAreDead() {
    Participant forced = participant(A, VOTERS, A);
    forced.found(9, true, at(0));
    assertThat(forced.voters())
        .isEqualTo(Voters.founding(VOTERS.cluster(), VOTERS.version() + 1, A));

    Participant restarted = participant(reborn(A), voters(A), reborn(A));
    restarted.found(9, false, at(0));
    assertThat(restarted.voters())
        .isEqualTo(Voters.founding(VOTERS.cluster(), VOTERS.version() + 1, reborn(A)));
  }

  @Test
  void shouldFoundNothingWhenItIsTheOnlyVoterThatLives() {
    Participant one = participant(A, voters(A, B), A, B);
    one.departed(B, at(0));

    assertThat(only(one.found(9, true, at(1)), Keep.class)).isEmpty();
    assertThat(one.voters()).isEqualTo(voters(A, B));
  }

  @Test
  void shouldDeclareTheSilentVotersDeadWhenAnOperatorSaysSo() {
    Participant one = participant(B, voters(A, B, C, D), A, B, C, D);
    one.contacted(request(C, voters(A, B, C, D), at(1_000)), at(1_000));

    List<ParticipantEffect> effects = one.forceQuorum(at(2_000));

    assertThat(only(effects, Dead.class)).containsExactly(new Dead(List.of(A, D)));
    assertThat(one.dead()).containsExactly(A, D);
    assertThat(one.outlook().leased(at(2_000))).as("the lower of two").isTrue();
  }

  @Test
  void shouldNotCallAVoterSilentBeforeItsTime() {
    Participant one = participant(B, VOTERS, A, B, C);

    assertThat(one.forceQuorum(at(1_499))).isEmpty();
    assertThat(only(one.forceQuorum(at(1_500)), Dead.class)).hasSize(1);
  }

  @Test
  void shouldFoundTheClusterAnewWhenNoVoterIsLeftAndAnOperatorSaysSo() {
    Participant one = participant(D, VOTERS, D);

    one.forceQuorum(at(2_000));

    assertThat(one.voters()).isEqualTo(Voters.founding(VOTERS.cluster(), VOTERS.version() + 1, D));
    assertThat(one.leaseUntil()).as("leases by its former life's credit").isEmpty();
    one.tick(at(2_004));
    assertThat(one.leaseUntil()).isPresent();
  }

  // joining

  @Test
  void shouldDropEverythingAndItsOwnClusterWhenItIsAboutToJoinOne() {
    Participant one = alone();
    one.ordered(new Grant(EPOCH, 2, SLOT, token(1), SPEC), at(1));
    one.ordered(
        new Reserve(EPOCH, 2, new Slot(OTHER, 0), token(2), List.of(B), spec(OTHER, 1)), at(1));

    List<ParticipantEffect> effects = one.leaveForCluster(at(2));

    assertThat(only(effects, Stop.class)).containsExactly(new Stop(SLOT));
    assertThat(one.voters()).isEqualTo(Voters.NONE);
    assertThat(report(effects).standing()).isEqualTo(Standing.CLOSED);
    assertThat(report(effects).reserved()).isEmpty();
    assertThat(report(effects).creditedBy()).isEmpty();
    assertThat(effects).last().isEqualTo(new Lease(Optional.empty()));
    assertThat(promised(one.ordered(prepare(new Epoch(6, 1)), at(3))).testimony().foreign())
        .as("what it ran has tokens of that epoch")
        .isEqualTo(EPOCH);
  }

  @Test
  void shouldNameTheEpochsThatItUsedElsewhereWhenItComesToACluster() {
    Participant alone =
        new Participant(
            A,
            Catalog.EMPTY,
            GrantFixtures.FAST,
            new Durable(Voters.NONE, EPOCH, Edits.NONE, Duration.ZERO),
            at(0));
    assertThat(promised(alone.ordered(prepare(new Epoch(6, 1)), at(0))).testimony().foreign())
        .as("by its former life")
        .isEqualTo(EPOCH);

    Voters former = new Voters(3, 8, Epoch.NONE, GrantFixtures.set(B, C), Optional.empty());
    Participant stranger = participant(D, former, A, D);
    stranger.ordered(prepare(EPOCH), at(0));
    stranger.contacted(request(C, VOTERS, at(0)), at(0));
    assertThat(promised(stranger.ordered(prepare(new Epoch(6, 1)), at(0))).testimony().foreign())
        .as("in another cluster")
        .isEqualTo(EPOCH);
  }

  @Test
  void shouldNotComeBackToTheClusterThatItLeftByAnOrderThatIsLate() {
    Participant one = participant(A, Voters.NONE, A);
    one.found(11, false, at(0));
    Shared own = new Shared(one.voters(), List.of());
    one.leaveForCluster(at(1));

    one.ordered(new Prepare(EPOCH, 7, 1, own, List.of(A)), at(2));
    assertThat(one.voters()).isEqualTo(Voters.NONE);

    one.found(11, false, at(3));
    Voters joint = one.voters().towards(EPOCH, GrantFixtures.set(A, B));
    one.ordered(
        new Order.StoreVoters(EPOCH, new Shared(joint, List.of()), Edits.NONE, List.of()), at(4));
    assertThat(one.voters()).as("alone again, and then not").isEqualTo(joint);
  }

  @Test
  void shouldKeepTheVotersOfACommonClusterWhenItJoinsOne() {
    Participant one = participant(A, VOTERS, A);

    one.leaveForCluster(at(0));

    assertThat(one.voters()).isEqualTo(VOTERS);
  }

  @Test
  void shouldTakeRolesAgainOnceItHasJoined() {
    Participant one = participant(B, VOTERS, A, B, C);
    one.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(1));
    one.leaveForCluster(at(2));
    assertThat(replies(one.ordered(new Grant(EPOCH, 3, SLOT, token(1), SPEC), at(3))))
        .startsWith(new Refused(B, SLOT, token(1), Reason.CLOSED));

    assertThat(report(one.joined(at(4))).standing()).isEqualTo(Standing.OPEN);

    assertThat(only(one.ordered(new Grant(EPOCH, 3, SLOT, token(2), SPEC), at(5)), Start.class))
        .hasSize(1);
  }

  @Test
  void shouldTakeOverTheVotersOfTheClusterThatItJoined() {
    Participant newcomer = participant(D, Voters.NONE, A, D);
    newcomer.contacted(credit(A, VOTERS, EPOCH, at(0)), at(1));
    assertThat(newcomer.voters()).isEqualTo(VOTERS);
    assertThat(newcomer.promised()).isEqualTo(EPOCH);

    Voters former = new Voters(3, 8, Epoch.NONE, GrantFixtures.set(B, C), Optional.empty());
    Participant stranger = participant(D, former, A, D);
    stranger.contacted(request(C, VOTERS, at(0)), at(0));
    assertThat(stranger.voters()).as("from one of its voters").isEqualTo(VOTERS);
  }

  @Test
  void shouldStayWithTheVotersByWhoseCreditItRunsSomething() {
    Participant guest = participant(D, VOTERS, A, B, C, D, E);
    guest.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(1));
    guest.contacted(credit(B, VOTERS, Epoch.NONE, at(0)), at(1));
    assertThat(guest.leaseUntil()).isPresent();
    Voters other = Voters.founding(9, 1, E);

    guest.contacted(request(E, other, at(2)), at(2));
    assertThat(guest.voters()).isEqualTo(VOTERS);

    guest.contacted(request(E, other, at(3_000)), at(3_000));
    assertThat(guest.voters()).as("its lease has ended").isEqualTo(other);
  }

  @Test
  void shouldWaitWithItsGoodbyeUntilTheChangeThatReplacesItIsComplete() {
    Participant only = participant(A, voters(A), A, B);
    assertThat(only.mayDepart()).isFalse();
    Voters joint = voters(A).towards(EPOCH, GrantFixtures.set(A, B));

    only.ordered(storing(joint), at(0));
    assertThat(only.mayDepart()).as("on its way").isFalse();
    only.ordered(storing(joint.settled()), at(1));
    assertThat(only.mayDepart()).isTrue();
  }

  @Test
  void shouldGoOnByAnOperatorsWordWhenAllOfVWentWhileAChangeWasOnItsWay() {
    Participant heir = participant(B, voters(A), A, B);
    heir.ordered(storing(voters(A).towards(EPOCH, GrantFixtures.set(A, B))), at(0));
    heir.departed(A, at(1));
    assertThat(heir.leaseUntil()).isEmpty();

    heir.forceQuorum(at(5_000));

    assertThat(heir.voters().all()).containsExactly(B);
    assertThat(heir.leaseUntil()).isPresent();
  }

  @Test
  void shouldGiveNoCreditToWhomItLeftBehindInItsOwnCluster() {
    Participant one = participant(A, Voters.NONE, A);
    one.found(11, false, at(0));
    Voters own = one.voters();
    one.leaveForCluster(at(1));
    one.members(List.of(A, B, D), at(1));
    one.contacted(credit(B, voters(B), Epoch.NONE, at(1)), at(1));

    assertThat(only(one.contacted(request(D, own, at(2)), at(2)), Send.class)).isEmpty();
    assertThat(only(one.contacted(request(D, voters(B), at(3)), at(3)), Send.class)).hasSize(1);
  }

  @Test
  void shouldComeBackToAClusterThatWentOnWithoutItAfterItHadGoneOnAlone() {
    Incarnation again = reborn(A);
    Participant one = participant(again, VOTERS, again);
    one.found(9, true, at(0));
    assertThat(one.voters().cluster()).isEqualTo(VOTERS.cluster());
    one.leaveForCluster(at(1));

    one.members(List.of(again, B, C), at(2));
    one.contacted(request(C, VOTERS, at(2)), at(2));

    assertThat(one.voters()).isEqualTo(VOTERS);
  }

  private static Order.StoreVoters storing(Voters voters) {
    return new Order.StoreVoters(EPOCH, new Shared(voters, List.of()), Edits.NONE, List.of());
  }

  @Test
  void shouldHaveNoLeaseByItselfBeforeThoseOfItsFormerLifeHaveEnded() {
    Incarnation again = reborn(A);
    Participant one = participant(again, voters(A), again);

    one.found(9, false, at(100));

    assertThat(one.voters().all()).containsExactly(again);
    long end = FAST.leaseEnd().toMillis();
    one.tick(at(end - 1));
    assertThat(one.leaseUntil()).isEmpty();
    one.tick(at(end));
    assertThat(one.leaseUntil()).isPresent();
  }

  @Test
  void shouldKeepTheLongestLeaseTermBeforeItGivesCreditForIt() {
    Participant one = participant(A, VOTERS, A, B, C);

    List<ParticipantEffect> first = one.contacted(slow(B), at(1));
    assertThat(first.indexOf(new Keep(keptFor(SLOW_TERM))))
        .isNotNegative()
        .isLessThan(first.indexOf(only(first, Send.class).get(0)));
    assertThat(only(one.contacted(slow(B), at(2)), Keep.class)).as("kept already").isEmpty();
    assertThat(only(one.contacted(request(C, VOTERS, at(3)), at(3)), Keep.class))
        .as("shorter")
        .isEmpty();
    one.departed(B, at(4));
    assertThat(only(one.ordered(prepare(EPOCH), at(5)), Keep.class))
        .as("only C may have a lease")
        .extracting(keep -> keep.state().longestLease())
        .containsExactly(FAST.leaseTerm());
  }

  @Test
  void shouldWaitForTheLongestLeaseThatItsFormerLifeGaveCreditFor() {
    Incarnation again = reborn(A);
    Participant one =
        new Participant(
            again,
            Catalog.EMPTY,
            FAST,
            new Durable(voters(A), EPOCH, Edits.NONE, SLOW_TERM),
            at(0));
    one.members(List.of(again), at(0));

    one.found(9, false, at(100));

    long end = Timing.leaseEnd(SLOW_TERM).toMillis();
    one.tick(at(end - 1));
    assertThat(one.leaseUntil()).isEmpty();
    List<ParticipantEffect> effects = one.tick(at(end));
    assertThat(one.leaseUntil()).isPresent();
    assertThat(only(effects, Keep.class)).isEmpty();
    assertThat(only(one.ordered(prepare(new Epoch(9, again.uid())), at(end)), Keep.class))
        .as("what the former life gave credit for is over")
        .extracting(keep -> keep.state().longestLease())
        .containsExactly(FAST.leaseTerm());
  }

  private static final Duration SLOW_TERM = Duration.ofSeconds(15);

  private static CreditRequest slow(Incarnation from) {
    return new CreditRequest(from, at(1), SLOW_TERM, new Shared(VOTERS, List.of()), List.of(), 0);
  }

  private static Durable keptFor(Duration longestLease) {
    return new Durable(VOTERS, Epoch.NONE, Edits.NONE, longestLease);
  }

  @Test
  void shouldBringAlongWhatWasEditedInACommonClusterThatHadShrunkToIt() {
    Incarnation again = reborn(A);
    Voters shrunk = new Voters(3, 8, EPOCH, GrantFixtures.set(A), Optional.empty());
    Edits edited = Edits.NONE.under(EPOCH, shrunk).with(SPEC);
    Participant one =
        new Participant(
            again, Catalog.EMPTY, FAST, new Durable(shrunk, EPOCH, edited, Duration.ZERO), at(0));
    one.members(List.of(again), at(0));
    one.found(9, false, at(0));
    one.leaveForCluster(at(1));
    assertThat(one.voters()).isEqualTo(Voters.NONE);

    one.members(List.of(again, B, C), at(2));
    one.contacted(request(C, VOTERS, at(2)), at(2));

    assertThat(one.voters()).isEqualTo(VOTERS);
    assertThat(one.outlook().edits()).isEqualTo(edited);
  }

  @Test
  void shouldReignOverOthersWhileItsOwnAllocatorIsThePromisedOneAndOthersLive() {
    Participant one = participant(A, VOTERS, A, B, C);
    assertThat(one.reignsOverOthers()).isFalse();
    one.ordered(prepare(new Epoch(9, A.uid())), at(0));
    assertThat(one.reignsOverOthers()).isTrue();
    one.departed(B, at(1));
    one.departed(C, at(1));
    assertThat(one.reignsOverOthers()).isFalse();
    assertThat(one.mayDepart()).as("nobody is left behind").isTrue();
  }

  @Test
  void shouldProveADeathWhenAnotherLifeHasAnsweredAtTheAddressForAsLongAsALease() {
    Incarnation next = reborn(C);
    Participant one = participant(B, VOTERS, A, B, C);
    one.members(List.of(A, B, C, next), at(10_000));
    one.tick(at(10_000));
    one.contacted(credit(next, VOTERS, Epoch.NONE, at(12_000)), at(12_010));
    assertThat(only(one.tick(at(12_020)), TellVotes.class)).as("2 s only").isEmpty();

    one.contacted(credit(next, VOTERS, Epoch.NONE, at(12_400)), at(12_410));
    assertThat(only(one.tick(at(12_420)), TellVotes.class))
        .extracting(TellVotes::proved)
        .containsExactly(List.of(C));
    assertThat(one.dead()).as("no quorum yet").isEmpty();
    one.voted(A, List.of(C), List.of(), at(12_500));
    assertThat(one.dead()).containsExactly(C);
  }

  @Test
  void shouldNotTakeTheNextLifeForTheFormerOne() {
    Incarnation next = reborn(C);
    Participant one = participant(B, VOTERS, A, B, C);
    one.contacted(credit(C, VOTERS, Epoch.NONE, at(9_900)), at(9_910));
    one.members(List.of(A, B, C, next), at(10_000));
    one.tick(at(10_000));

    one.contacted(credit(C, VOTERS, Epoch.NONE, at(9_990)), at(13_000));
    assertThat(only(one.tick(at(13_010)), TellVotes.class))
        .as("an answer that was long under way")
        .isEmpty();
  }

  @Test
  void shouldBringAlongWhatWasEditedInACommonClusterOnly() {
    Voters common = new Voters(3, 8, Epoch.NONE, GrantFixtures.set(B, C), Optional.empty());
    Edits edits = Edits.NONE.under(EPOCH, common).with(SPEC);
    Participant comesFromOthers = restored(D, new Durable(common, EPOCH, edits, Duration.ZERO));
    comesFromOthers.contacted(request(C, VOTERS, at(0)), at(0));
    assertThat(comesFromOthers.outlook().edits()).isEqualTo(edits);

    Epoch next = new Epoch(EPOCH.counter() + 1, C.uid());
    Edits here = Edits.NONE.under(next, VOTERS);
    comesFromOthers.ordered(prepare(next), at(1));
    comesFromOthers.ordered(new Order.StoreEdits(next, here), at(2));
    assertThat(comesFromOthers.outlook().edits()).as("what came of them").isEqualTo(here);
    assertThat(replies(comesFromOthers.ordered(new Order.StoreEdits(next, edits), at(3))))
        .as("of another cluster than its own")
        .isEmpty();

    Voters own = Voters.founding(3, 8, new Incarnation(D.node(), 4711));
    Participant wasAlone = restored(D, new Durable(own, EPOCH, edits, Duration.ZERO));
    wasAlone.contacted(request(C, VOTERS, at(0)), at(0));
    assertThat(wasAlone.outlook().edits()).isEqualTo(Edits.NONE);
  }

  private static Participant restored(Incarnation self, Durable durable) {
    Participant participant =
        new Participant(self, Catalog.EMPTY, GrantFixtures.FAST, durable, at(0));
    participant.members(List.of(A, B, C, D), at(0));
    return participant;
  }

  @Test
  void shouldNotTakeOverTheVotersOfAnotherClusterWhenItVotesInItsOwn() {
    Participant one = participant(A, voters(A, B), A, B);
    Voters other = new Voters(3, 99, EPOCH, GrantFixtures.set(C, D), Optional.empty());

    one.contacted(request(C, other, at(0)), at(0));

    assertThat(one.voters()).isEqualTo(voters(A, B));
  }

  // leaving

  @Test
  void shouldAskToBeRelievedAndTakeNothingWhenItDrains() {
    Participant one = alone();
    one.ordered(new Grant(EPOCH, 2, SLOT, token(1), SPEC), at(1));

    List<ParticipantEffect> effects = one.drain(at(2));

    assertThat(report(effects).standing()).isEqualTo(Standing.LEAVING);
    assertThat(report(effects).held()).hasSize(1);
    assertThat(only(effects, Stop.class)).isEmpty();
    assertThat(
            replies(
                one.ordered(
                    new Grant(EPOCH, 2, new Slot(OTHER, 0), token(2), spec(OTHER, 1)), at(3))))
        .startsWith(new Refused(A, new Slot(OTHER, 0), token(2), Reason.CLOSED));
    assertThat(only(one.endDrain(at(4)), Stop.class)).containsExactly(new Stop(SLOT));
    assertThat(one.slots()).containsExactly(SLOT);
  }

  @Test
  void shouldNotSayGoodbyeWhileAnInstanceRuns() {
    Participant one = alone();
    one.ordered(new Grant(EPOCH, 2, SLOT, token(1), SPEC), at(1));
    one.endDrain(at(2));

    assertThatThrownBy(() -> one.depart(at(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(SLOT.toString());

    one.stopped(SLOT, at(4));
    assertThat(one.depart(at(5))).containsExactly(new Lease(Optional.empty()));
  }

  @Test
  void shouldTakeNoPartAfterItsGoodbye() {
    Participant one = participant(B, VOTERS, A, B, C);
    one.contacted(credit(A, VOTERS, Epoch.NONE, at(0)), at(1));
    one.ordered(new Reserve(EPOCH, 2, SLOT, token(1), List.of(C), SPEC), at(1));
    one.depart(at(2));

    assertThat(one.tick(at(500))).as("asks for nothing, says nothing").isEmpty();
    assertThat(one.contacted(request(A, VOTERS, at(500)), at(500))).as("no credit").isEmpty();
    assertThat(one.contacted(credit(A, VOTERS, EPOCH, at(500)), at(500))).isEmpty();
    assertThat(one.leaseUntil()).isEmpty();
    assertThat(one.ordered(prepare(new Epoch(99, 1)), at(500))).as("no promise").isEmpty();
    assertThat(
            one.ordered(new Order.Block(new Epoch(99, 1), C, 1, 1, Duration.ofSeconds(6)), at(500)))
        .isEmpty();
    assertThat(one.proved(C, at(500))).as("no vote").isEmpty();
    assertThat(one.voted(A, List.of(C), List.of(C), at(500))).as("no succession").isEmpty();
    assertThat(one.departed(C, at(500))).isEmpty();
    assertThat(one.promised()).isEqualTo(EPOCH);
  }

  // 3.5, 3.6

  @Test
  void shouldTellItsVotesWhenItProvedADeath() {
    Participant one = participant(B, VOTERS, A, B, C);

    assertThat(one.proved(C, at(0))).containsExactly(new TellVotes(List.of(C), List.of()));
    assertThat(one.dead()).isEmpty();
    assertThat(one.voted(A, List.of(C), List.of(), at(1)))
        .contains(new Dead(List.of(C)), new TellVotes(List.of(C), List.of(C)));
    assertThat(one.dead()).containsExactly(C);
  }

  @Test
  void shouldConfirmByItselfWhenItsProofSuffices() {
    Participant lower = participant(A, voters(A, B), A, B);

    assertThat(only(lower.proved(B, at(0)), Dead.class)).containsExactly(new Dead(List.of(B)));
    Participant higher = participant(B, voters(A, B), A, B);
    assertThat(only(higher.proved(A, at(0)), Dead.class)).containsExactly(new Dead(List.of(A)));
  }

  @Test
  void shouldTakeOverADepartureAndTheDeadOfOthers() {
    Participant one = participant(B, VOTERS, A, B, C);

    assertThat(only(one.departed(C, at(0)), Dead.class)).hasSize(1);
    assertThat(one.departed(C, at(1))).as("again").isEmpty();
    assertThat(only(one.voted(A, List.of(), List.of(D), at(2)), Dead.class))
        .containsExactly(new Dead(List.of(D)));
    assertThat(one.voted(A, List.of(), List.of(C, D), at(3))).as("again").isEmpty();
  }

  @Test
  void shouldEndItsLifeWhenOthersHoldItForDead() {
    Participant one = participant(B, VOTERS, A, B, C);

    assertThat(only(one.voted(A, List.of(), List.of(B), at(0)), HeldForDead.class)).hasSize(1);
    assertThat(only(one.voted(A, List.of(), List.of(B), at(1)), HeldForDead.class))
        .as("said once")
        .isEmpty();
  }

  @Test
  void shouldRememberTheDeadWhileTheyAreVoters() {
    Participant one = participant(B, VOTERS, A, B, C);
    one.departed(C, at(0));

    one.members(List.of(A, B), at(1));

    assertThat(one.dead()).containsExactly(C);
    assertThat(one.outlook().named()).containsExactly(A, B);
  }

  // 4.6: the stand-in

  @Test
  void shouldWantAStandInOnceWhenTheAllocatorIsSilent() {
    Participant lowest = ruledBy(C, A);
    lowest.contacted(request(B, VOTERS, at(1_200)), at(1_200));

    assertThat(only(lowest.tick(at(1_499)), StandIn.class)).isEmpty();
    assertThat(only(lowest.tick(at(1_500)), StandIn.class)).hasSize(1);
    assertThat(only(lowest.tick(at(1_900)), StandIn.class)).as("again").isEmpty();
  }

  @Test
  void shouldNotTakeTheAllocatorForSilentWhenItHearsNobody() {
    Participant deaf = ruledBy(C, A);
    deaf.contacted(request(C, VOTERS, at(10)), at(10));
    deaf.contacted(request(B, VOTERS, at(700)), at(700));

    assertThat(only(deaf.tick(at(1_510)), StandIn.class)).isEmpty();

    deaf.contacted(request(B, VOTERS, at(1_600)), at(1_600));
    assertThat(only(deaf.tick(at(1_600)), StandIn.class)).as("hears a quorum").hasSize(1);
  }

  @Test
  void shouldWantNoStandInWhileTheAllocatorIsHeard() {
    Participant lowest = ruledBy(C, A);
    lowest.contacted(request(C, VOTERS, at(1_000)), at(1_000));

    assertThat(only(lowest.tick(at(2_499)), StandIn.class)).isEmpty();
    lowest.contacted(request(B, VOTERS, at(2_500)), at(2_500));
    assertThat(only(lowest.tick(at(2_500)), StandIn.class)).hasSize(1);
  }

  @Test
  void shouldWantAStandInAtOnceWhenTheAllocatorsNodeIsDead() {
    Participant lowest = ruledBy(C, A);

    assertThat(only(lowest.departed(C, at(20)), StandIn.class)).hasSize(1);
    assertThat(only(lowest.tick(at(30)), StandIn.class)).isEmpty();
  }

  @Test
  void shouldWantAnotherStandInWhenTheNextAllocatorIsSilentAsWell() {
    Participant lowest = ruledBy(C, A);
    lowest.tick(at(1_500));

    lowest.ordered(prepare(new Epoch(7, C.uid())), at(1_600));

    lowest.contacted(credit(B, VOTERS, Epoch.NONE, at(3_000)), at(3_000));
    assertThat(only(lowest.tick(at(3_099)), StandIn.class)).isEmpty();
    assertThat(only(lowest.tick(at(3_100)), StandIn.class)).hasSize(1);
  }

  @Test
  void shouldLeaveTheStandInToTheLowestVoterThatIsHeard() {
    Participant second = ruledBy(C, B);
    second.contacted(request(A, VOTERS, at(1_000)), at(1_000));
    second.contacted(credit(A, VOTERS, Epoch.NONE, at(1_900)), at(1_900));

    assertThat(only(second.tick(at(2_000)), StandIn.class)).isEmpty();
  }

  @Test
  void shouldStandInWhenTheLowerVotersAreSilentAsWell() {
    Participant second = participant(B, voters(A, B, C, D, GrantFixtures.E), A, B, C, D);
    second.ordered(prepare(new Epoch(5, A.uid())), at(0));
    second.contacted(credit(C, second.voters(), Epoch.NONE, at(1_000)), at(1_000));
    second.contacted(credit(D, second.voters(), Epoch.NONE, at(1_000)), at(1_000));

    assertThat(only(second.tick(at(1_500)), StandIn.class)).hasSize(1);
  }

  @Test
  void shouldStandInForALowerVoterThatIsBeingExcluded() {
    Participant second = participant(B, voters(A, B, C, D, GrantFixtures.E), A, B, C, D);
    Epoch silent = new Epoch(5, GrantFixtures.E.uid());
    second.ordered(prepare(silent), at(0));
    second.ordered(new Block(silent, A, 1, 1, Duration.ofSeconds(6)), at(100));
    second.contacted(request(A, second.voters(), at(1_400)), at(1_400));
    second.contacted(credit(C, second.voters(), Epoch.NONE, at(1_400)), at(1_400));
    second.contacted(credit(D, second.voters(), Epoch.NONE, at(1_400)), at(1_400));

    assertThat(only(second.tick(at(1_500)), StandIn.class)).hasSize(1);
  }

  @Test
  void shouldWantNoStandInWithoutALeaseOrWhenItLeaves() {
    Participant without = participant(A, VOTERS, A, B, C);
    without.ordered(prepare(new Epoch(5, C.uid())), at(0));
    assertThat(only(without.tick(at(5_000)), StandIn.class)).isEmpty();

    Participant leaving = ruledBy(C, A);
    leaving.drain(at(100));
    assertThat(only(leaving.tick(at(1_600)), StandIn.class)).isEmpty();

    Participant never = participant(A, VOTERS, A, B, C);
    never.contacted(credit(B, VOTERS, Epoch.NONE, at(4_000)), at(4_000));
    assertThat(only(never.tick(at(5_000)), StandIn.class)).as("no allocator yet").isEmpty();
  }

  /** Node A, founder of its own cluster, with a lease and session 2. */
  private static Participant alone() {
    Participant one = participant(A, Voters.NONE, A);
    one.found(9, false, at(0));
    return one;
  }

  /** A voter with a lease that has promised a reign of another node. */
  private static Participant ruledBy(Incarnation allocator, Incarnation self) {
    Participant one = participant(self, VOTERS, A, B, C);
    one.ordered(prepare(new Epoch(5, allocator.uid())), at(0));
    one.contacted(credit(self.equals(A) ? B : A, VOTERS, Epoch.NONE, at(1_000)), at(10));
    return one;
  }

  private static Prepare prepare(Epoch epoch) {
    return new Prepare(epoch, 7, 1, new Shared(Voters.NONE, List.of()), List.of());
  }

  private static Promised promised(List<ParticipantEffect> effects) {
    return (Promised) replies(effects).get(0);
  }
}
