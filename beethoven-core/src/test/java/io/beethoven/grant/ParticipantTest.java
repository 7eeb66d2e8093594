package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.WORK;
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
import io.beethoven.grant.Answer.Blocked;
import io.beethoven.grant.Answer.EditsStored;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Answer.VotersStored;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.grant.Order.Unblock;
import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.ParticipantEffect.Keep;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Warn;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.model.Epoch;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How node B, one of three voters, obeys orders: rules 3.4, 4.3 and 4.5. */
class ParticipantTest {

  private static final Duration LIFE = Duration.ofMillis(6_012);

  private static final Voters VOTERS = voters(A, B, C);
  private static final Epoch LOWER = new Epoch(4, A.uid());
  private static final Epoch HIGHER = new Epoch(6, C.uid());

  private final Participant node = participant(B, VOTERS, A, B, C);
  private Moment now = at(10);

  // 4.5.1

  @Test
  void shouldKeepThePromiseBeforeItAnswersWhenPrepared() {
    List<ParticipantEffect> effects = order(prepare(EPOCH, 7, 3));

    assertThat(effects.get(0))
        .isEqualTo(new Keep(new Durable(VOTERS, EPOCH, Edits.NONE, FAST.leaseTerm())));
    Promised promised = (Promised) replies(effects).get(0);
    assertThat(promised.round()).isEqualTo(3);
    assertThat(promised.report().promised()).isEqualTo(EPOCH);
    assertThat(promised.report().shared().voters()).isEqualTo(VOTERS);
    assertThat(node.promised()).isEqualTo(EPOCH);
  }

  @Test
  void shouldRefuseEveryOrderOfALowerEpoch() {
    lease();
    order(prepare(EPOCH, 7, 1));

    for (Order lower :
        List.of(
            prepare(LOWER, 7, 1),
            new Grant(LOWER, 2, SLOT, new Token(LOWER, 1), SPEC),
            new Reserve(LOWER, 2, SLOT, new Token(LOWER, 1), List.of(A), SPEC),
            new Revoke(LOWER, 2, SLOT, new Token(LOWER, 1)),
            new Block(LOWER, C, 1, 1, LIFE),
            new StoreVoters(LOWER, shared(VOTERS.towards(LOWER, set(A))), Edits.NONE, List.of()),
            new StoreEdits(LOWER, Edits.NONE.under(LOWER, VOTERS)))) {
      assertThat(order(lower)).containsExactly(new Reply(new Nacked(B, EPOCH, 7)));
    }
    assertThat(node.slots()).isEmpty();
    assertThat(node.voters()).isEqualTo(VOTERS);
  }

  @Test
  void shouldRefuseTheSameEpochWhenAnotherReignChoseIt() {
    order(prepare(EPOCH, 7, 1));

    assertThat(replies(order(prepare(EPOCH, 8, 1)))).containsExactly(new Nacked(B, EPOCH, 7));
    assertThat(replies(order(prepare(EPOCH, 7, 2)))).hasOnlyElementsOfType(Promised.class);
  }

  @Test
  void shouldBindItselfToTheFirstReignThatAsksWhenItPromisedTheEpochByACredit() {
    node.contacted(credit(A, VOTERS, EPOCH, now), now);

    assertThat(replies(order(prepare(EPOCH, 7, 1)))).hasOnlyElementsOfType(Promised.class);
    assertThat(replies(order(prepare(EPOCH, 8, 1)))).containsExactly(new Nacked(B, EPOCH, 7));
  }

  @Test
  void shouldPromiseByWhateverOrderOfAHigherEpochComes() {
    lease();
    order(prepare(EPOCH, 7, 1));

    List<ParticipantEffect> effects = order(new Grant(HIGHER, 2, SLOT, new Token(HIGHER, 1), SPEC));

    assertThat(effects.get(0)).isInstanceOf(Keep.class);
    assertThat(only(effects, Start.class)).hasSize(1);
    assertThat(node.promised()).isEqualTo(HIGHER);
    assertThat(replies(order(prepare(EPOCH, 7, 2)))).containsExactly(new Nacked(B, HIGHER, 0));
  }

  @Test
  void shouldTakeOverAPromiseBeforeItCountsACredit() {
    List<ParticipantEffect> effects = node.contacted(credit(A, VOTERS, EPOCH, now), now);

    assertThat(effects.get(0))
        .isEqualTo(new Keep(new Durable(VOTERS, EPOCH, Edits.NONE, FAST.leaseTerm())));
    assertThat(only(effects, Lease.class)).hasSize(1);
    assertThat(replies(order(prepare(LOWER, 1, 1)))).containsExactly(new Nacked(B, EPOCH, 0));
  }

  @Test
  void shouldKeepAPromiseOverARestart() {
    Participant reborn =
        new Participant(
            GrantFixtures.reborn(B),
            Catalog.EMPTY,
            FAST,
            new Durable(VOTERS, EPOCH, Edits.NONE, Duration.ZERO),
            now);

    assertThat(replies(reborn.ordered(prepare(LOWER, 1, 1), now)))
        .containsExactly(new Nacked(GrantFixtures.reborn(B), EPOCH, 0));
    assertThat(reborn.outlook().counter()).isEqualTo(EPOCH.counter());
  }

  @Test
  void shouldBeginASessionWithEveryPromiseThatItMakesWithoutALease() {
    long first = ((Promised) replies(order(prepare(EPOCH, 7, 1))).get(0)).report().session();
    long second = ((Promised) replies(order(prepare(EPOCH, 7, 2))).get(0)).report().session();

    assertThat(second).isGreaterThan(first);
    lease();
    long leased = ((Promised) replies(order(prepare(EPOCH, 7, 3))).get(0)).report().session();
    assertThat(((Promised) replies(order(prepare(EPOCH, 7, 4))).get(0)).report().session())
        .isEqualTo(leased);
  }

  @Test
  void shouldTellANewAllocatorWhatItKnows() {
    lease();
    Prepare prepare = new Prepare(EPOCH, 7, 1, shared(VOTERS), List.of(D));

    Answer.Testimony testimony = ((Promised) replies(order(prepare)).get(0)).testimony();

    assertThat(testimony.named()).containsExactly(A, B, C, D);
    assertThat(testimony.catalog().implementations()).containsExactly(WORK, OTHER);
    assertThat(testimony.leaseTerm()).isEqualTo(FAST.leaseTerm());
    assertThat(testimony.foreign()).isEqualTo(Epoch.NONE);
    node.departed(D, now);
    node.members(List.of(A, B), now);
    testimony = ((Promised) replies(order(prepare(EPOCH, 7, 2))).get(0)).testimony();
    assertThat(testimony.named()).as("C left the membership, D departed").containsExactly(A, B, C);
  }

  // 4.5.2, 4.5.3

  @Test
  void shouldReportAfterEveryOrderAboutASlot() {
    lease();

    List<ParticipantEffect> effects = order(grant(1));

    assertThat(effects)
        .filteredOn(Start.class::isInstance)
        .containsExactly(new Start(SLOT, token(1), SPEC, Cause.GRANT));
    assertThat(only(replies(effects), Reported.class))
        .singleElement()
        .satisfies(answer -> assertThat(answer.report().held()).hasSize(1));
    assertThat(only(replies(order(grant(1))), Reported.class)).as("repeated").hasSize(1);
    assertThat(only(order(grant(1)), Start.class)).isEmpty();
  }

  @Test
  void shouldRefuseWhenItHasNoLease() {
    order(prepare(EPOCH, 7, 1));

    assertThat(replies(order(new Grant(EPOCH, 2, SLOT, token(1), SPEC))))
        .startsWith(new Refused(B, SLOT, token(1), Reason.LEASE))
        .hasSize(2);
    assertThat(replies(order(new Reserve(EPOCH, 2, SLOT, token(2), List.of(A), SPEC))))
        .startsWith(new Refused(B, SLOT, token(2), Reason.LEASE));
  }

  @Test
  void shouldSucceedAtOnceWhenTheConditionOfANewReservationIsMet() {
    lease();
    node.departed(C, now);

    List<ParticipantEffect> effects =
        order(new Reserve(EPOCH, 2, SLOT, token(1), List.of(C), SPEC));

    assertThat(only(effects, Start.class))
        .containsExactly(new Start(SLOT, token(1), SPEC, Cause.SUCCESSION));
    assertThat(((Reported) replies(effects).get(0)).report().held()).hasSize(1);
  }

  // 4.3 on a voter

  @Test
  void shouldGiveNoCreditWhileItBlocks() {
    assertThat(replies(order(new Block(EPOCH, C, 1, 1, LIFE))))
        .containsExactly(new Blocked(B, EPOCH, C, 1, 1, Duration.ZERO));
    assertThat(creditFor(C)).isEmpty();
    assertThat(creditFor(A)).hasSize(1);
    assertThat(replies(order(new Block(EPOCH, C, 1, 2, LIFE))))
        .as("with the lease term that it said in between")
        .containsExactly(new Blocked(B, EPOCH, C, 1, 2, FAST.leaseTerm()));
    order(new Unblock(EPOCH, C, 1));
    assertThat(creditFor(C)).hasSize(1);
    assertThat(replies(order(new Block(EPOCH, C, 1, 2, LIFE)))).as("it stands no longer").isEmpty();
  }

  @Test
  void shouldDropABlockWhenAHigherEpochIsPromised() {
    order(new Block(EPOCH, A, 1, 1, LIFE));

    order(prepare(HIGHER, 9, 1));

    assertThat(creditFor(A)).hasSize(1);
    assertThat(replies(order(new Block(HIGHER, A, 1, 2, LIFE)))).isEmpty();
  }

  @Test
  void shouldPromiseNothingToWhomItBlocks() {
    order(new Block(EPOCH, C, 1, 1, LIFE));

    assertThat(replies(order(prepare(HIGHER, 9, 1))))
        .as("the allocator that is being excluded")
        .hasOnlyElementsOfType(Nacked.class);
    assertThat(creditFor(C)).isEmpty();
  }

  @Test
  void shouldDropABlockWhenItsAllocatorSaysNoMoreForThreeW() {
    order(new Block(EPOCH, C, 1, 1, LIFE));
    now = now.plus(FAST.leaseEnd().multipliedBy(3));

    assertThat(creditFor(C)).hasSize(0);
    node.tick(now);

    assertThat(creditFor(C)).hasSize(1);
  }

  // 3.4

  @Test
  void shouldKeepTheVotersBeforeItSaysThatItStoredThem() {
    Voters joint = VOTERS.towards(EPOCH, set(A, B, C, D));
    Edits edits = Edits.NONE.under(EPOCH, VOTERS).with(SPEC);

    List<ParticipantEffect> effects =
        order(new StoreVoters(EPOCH, shared(joint), edits, List.of(D)));

    assertThat(effects).last().isEqualTo(new Reply(new VotersStored(B, joint)));
    assertThat(only(effects, Keep.class))
        .last()
        .isEqualTo(new Keep(new Durable(joint, EPOCH, edits, FAST.leaseTerm())));
    assertThat(node.voters()).isEqualTo(joint);
    assertThat(node.outlook().named()).contains(D);
    assertThat(node.outlook().edits()).isEqualTo(edits);
    effects = order(new StoreVoters(EPOCH, shared(joint), edits, List.of(D)));
    assertThat(effects).as("repeated").containsExactly(new Reply(new VotersStored(B, joint)));
  }

  @Test
  void shouldNotSayThatItStoredVotersWhenItHasHigherOnes() {
    Voters joint = VOTERS.towards(EPOCH, set(A, B, C, D));
    order(new StoreVoters(EPOCH, shared(joint.settled()), Edits.NONE, List.of()));

    assertThat(order(new StoreVoters(EPOCH, shared(joint), Edits.NONE, List.of()))).isEmpty();
    assertThat(node.voters()).isEqualTo(joint.settled());
  }

  @Test
  void shouldTakeOverVotersAndDeadBeforeItPromises() {
    Voters next = VOTERS.towards(LOWER, set(A, B)).settled();

    Report report =
        ((Promised)
                replies(order(new Prepare(EPOCH, 7, 1, new Shared(next, List.of(C)), List.of())))
                    .get(0))
            .report();

    assertThat(report.shared().voters()).isEqualTo(next);
    assertThat(report.shared().dead()).containsExactly(C);
    assertThat(node.dead()).containsExactly(C);
  }

  // 4.6.8

  @Test
  void shouldKeepEditsBeforeItSaysThatItStoredThem() {
    Edits edits = Edits.NONE.under(EPOCH, VOTERS).with(SPEC);
    order(prepare(EPOCH, 7, 1));

    assertThat(order(new StoreEdits(EPOCH, edits)))
        .containsExactly(
            new Keep(new Durable(VOTERS, EPOCH, edits, FAST.leaseTerm())),
            new Reply(new EditsStored(B, EPOCH, 1)));
    assertThat(order(new StoreEdits(EPOCH, edits)))
        .as("repeated")
        .containsExactly(new Reply(new EditsStored(B, EPOCH, 1)));
    assertThat(order(new StoreEdits(EPOCH, Edits.NONE.under(EPOCH, VOTERS))))
        .as("overtaken")
        .isEmpty();
    assertThat(node.outlook().edits()).isEqualTo(edits);
  }

  // definitions

  @Test
  void shouldWarnOfADifferenceOnceUntilItChanges() {
    Difference one = new Difference(WORK, "count is 1, valid is 2");
    order(prepare(EPOCH, 7, 1));

    assertThat(order(new Differ(EPOCH, List.of(one)))).containsExactly(new Warn(List.of(one)));
    assertThat(order(new Differ(EPOCH, List.of(one)))).isEmpty();
    order(new Differ(EPOCH, List.of()));
    assertThat(order(new Differ(EPOCH, List.of(one)))).hasSize(1);
  }

  // instances

  @Test
  void shouldTellOfAnInstanceWhenItsStateIsNew() {
    lease();
    order(grant(1));

    assertThat(report(node.changed(SLOT, InstanceState.RUNNING, now)).held())
        .extracting(Report.Held::state)
        .containsExactly(InstanceState.RUNNING);
    assertThat(node.changed(SLOT, InstanceState.RUNNING, now)).isEmpty();
    assertThat(node.allRunning()).isTrue();
  }

  @Test
  void shouldTellThatItHasStoppedOnlyOnceItHas() {
    lease();
    order(grant(1));

    List<ParticipantEffect> effects = order(new Revoke(EPOCH, 2, SLOT, token(1)));
    assertThat(only(effects, Stop.class)).containsExactly(new Stop(SLOT));
    assertThat(replies(effects)).hasOnlyElementsOfType(Reported.class);

    List<Answer> told = told(node.stopped(SLOT, now));
    assertThat(told).startsWith(new Stopped(B, SLOT, token(1)));
    assertThat(((Reported) told.get(1)).report().held()).isEmpty();
    assertThat(node.slots()).isEmpty();
  }

  @Test
  void shouldTellOfTheFailureBeforeTheFreeSlotWhenItGivesUp() {
    lease();
    order(grant(1));

    List<Answer> told = told(node.gaveUp(SLOT, "boom", now));

    assertThat(((Reported) told.get(0)).report().released())
        .containsExactly(new Report.Released(SLOT, token(1), "boom"));
    assertThat(told.get(1)).isEqualTo(new Stopped(B, SLOT, token(1)));
  }

  @Test
  void shouldNumberItsReports() {
    lease();
    long version = report(node.stopped(SLOT, now)).version();

    assertThat(report(node.stopped(SLOT, now)).version()).isEqualTo(version + 1);
    now = now.plus(FAST.contact());
    assertThat(told(node.tick(now))).contains(new Answer.Alive(B, node.promised(), version + 1));
  }

  @Test
  void shouldHoldOneSlotOfEachRole() {
    lease();
    order(grant(1));
    Slot other = new Slot(OTHER, 0);

    order(new Grant(EPOCH, 2, other, token(2), spec(OTHER, 1)));

    assertThat(node.slots()).containsExactly(other, SLOT);
  }

  private void lease() {
    node.contacted(credit(A, VOTERS, Epoch.NONE, now), now);
  }

  private List<Contact> creditFor(io.beethoven.model.Incarnation from) {
    return sentTo(from, node.contacted(request(from, VOTERS, now), now));
  }

  private List<ParticipantEffect> order(Order order) {
    return node.ordered(order, now);
  }

  private static Shared shared(Voters voters) {
    return new Shared(voters, List.of());
  }

  private static Prepare prepare(Epoch epoch, long reign, long round) {
    return new Prepare(epoch, reign, round, shared(VOTERS), List.of());
  }

  private static Grant grant(long seq) {
    return new Grant(EPOCH, 2, SLOT, token(seq), SPEC);
  }
}
