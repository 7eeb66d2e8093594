package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.SECOND;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.reborn;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.Suspected;
import io.beethoven.grant.AllocatorEffect.VotersChanged;
import io.beethoven.grant.Answer.Alive;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.grant.Order.Unblock;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Exclusions, voters, definitions and restarts in reigns of node A: 3.4, 4.3, 4.6.8, 4.7. */
class AllocatorChangesTest {

  private static final Epoch FORMER = new Epoch(3, C.uid());
  private static final Duration W = FAST.leaseEnd();

  private AllocatorBench bench = new AllocatorBench(voters(A, B, C), spec(WORK, 1));

  // 4.3

  @Test
  void shouldExcludeASilentNodeAndGiveItsSlotAwayOnlyThen() {
    holds(C);
    bench.obedient = true;
    bench.begin(A, B, C);
    bench.take(SlotOrder.class);
    bench.alive.remove(C);

    bench.pass(FAST.suspect().minusMillis(1));
    assertThat(bench.effects).noneMatch(Suspected.class::isInstance);
    bench.pass(Duration.ofMillis(1));
    assertThat(bench.effects).contains(new Suspected(C));
    bench.pass(W.minusMillis(1));
    assertThat(bench.excluded()).isEmpty();
    assertThat(bench.take(Grant.class)).isEmpty();
    bench.pass(Duration.ofMillis(300));

    assertThat(bench.excluded()).containsExactly(C);
    assertThat(bench.take(Grant.class)).extracting(Send::to).doesNotContain(C).isNotEmpty();
  }

  @Test
  void shouldReadmitAnExcludedNodeByAHigherSession() {
    bench.begin(A, B, C);
    excludeC();
    bench.take(Unblock.class);
    bench.alive.add(C);

    bench.report(C);
    assertThat(bench.take(Unblock.class)).as("the session that it had").isEmpty();
    assertThat(bench.table().standings())
        .extracting(RoleTable.Standing::node, RoleTable.Standing::excluded)
        .containsExactly(tuple(C, true));
    bench.node(C).session++;
    bench.promise(C);

    assertThat(bench.take(Unblock.class)).extracting(Send::to).contains(A, B);
    assertThat(bench.table().standings())
        .containsExactly(new RoleTable.Standing(C, false, bench.now.wall()));
  }

  @Test
  void shouldBeCertainThatOnlyTheExcludedAndThoseWhoNeverReportedHoldNothing() {
    bench.begin(A, B, C);
    assertThat(bench.allocator.holdingNothing()).isEmpty();
    bench.members(A, B, C, D);
    assertThat(bench.allocator.holdingNothing()).containsExactly(D);

    bench.promise(D);
    assertThat(bench.allocator.holdingNothing()).isEmpty();
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plus(W).minusMillis(1));
    assertThat(bench.allocator.holdingNothing()).isEmpty();
    bench.pass(Duration.ofMillis(300));

    assertThat(bench.allocator.holdingNothing()).contains(C).doesNotContain(A, B);
  }

  @Test
  void shouldBeCertainOfNobodyWhileItIssuesNothing() {
    bench.node(B).named = List.of(D);
    bench.begin(A, B, C);
    bench.members(A, B, C, E);

    assertThat(bench.allocator.isIssuing()).isFalse();
    assertThat(bench.allocator.holdingNothing()).isEmpty();
  }

  @Test
  void shouldStopExcludingWhenTheNodeSpeaks() {
    bench.begin(A, B, C);
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plusMillis(200));
    assertThat(bench.effects).contains(new Suspected(C));
    assertThat(bench.take(Unblock.class)).isEmpty();

    bench.alive.add(C);
    bench.pass(Duration.ofSeconds(6));

    assertThat(bench.take(Unblock.class)).extracting(Send::to).contains(A, B, C);
    assertThat(bench.excluded()).isEmpty();
  }

  @Test
  void shouldGoOnExcludingANodeThatIsHeardAgainAndDoesNotAnswer() {
    bench.begin(A, B, C);
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plusMillis(200));
    bench.take(Prepare.class);

    bench.answer(new Alive(C, bench.allocator.epoch(), bench.node(C).version));
    assertThat(bench.take(Prepare.class)).extracting(Send::to).as("asked at once").contains(C);
    assertThat(bench.take(Unblock.class)).isEmpty();
    bench.pass(W.plusMillis(300));

    assertThat(bench.excluded()).containsExactly(C);
  }

  @Test
  void shouldNotSuspectAJoinerThatIsSlowToReport() {
    bench.begin(A, B, C);
    bench.members(A, B, C, D);

    bench.pass(Duration.ofSeconds(9));
    assertThat(bench.effects).noneMatch(Suspected.class::isInstance);

    bench.promise(D);
    bench.pass(FAST.suspect());
    assertThat(bench.effects)
        .as("from now on it may be given something")
        .contains(new Suspected(D));
  }

  @Test
  void shouldExcludeWhomSomebodyNamedAndNobodyHearsBeforeItIssues() {
    bench.node(B).named = List.of(D);
    bench.begin(A, B, C);
    bench.pass(FAST.suspect());
    assertThat(bench.allocator.isIssuing()).isFalse();

    bench.pass(W.plusMillis(500));

    assertThat(bench.effects).contains(new Suspected(D));
    assertThat(bench.excluded()).containsExactly(D);
    assertThat(bench.allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldGiveANodeOfASlowerProfileItsTime() {
    bench.node(C).leaseTerm = Duration.ofSeconds(15);
    bench.begin(A, B, C);
    bench.alive.remove(C);

    bench.pass(Duration.ofMillis(11_249));
    assertThat(bench.effects).noneMatch(Suspected.class::isInstance);
    bench.pass(Duration.ofMillis(1));
    assertThat(bench.effects).contains(new Suspected(C));
    bench.pass(Duration.ofSeconds(15));
    assertThat(bench.excluded()).isEmpty();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.excluded()).containsExactly(C);
  }

  @Test
  void shouldWaitForTheStopDeadlineOfARoleThatIsNotFenced() {
    bench = new AllocatorBench(voters(A, B, C), spec(WORK, 1, HandOver.STOP_FIRST, false));
    bench.begin(A, B, C);
    bench.alive.remove(C);

    bench.pass(FAST.suspect().plus(W).plusSeconds(9));
    assertThat(bench.excluded()).isEmpty();
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.excluded()).containsExactly(C);
  }

  @Test
  void shouldNotExcludeWithoutAQuorum() {
    bench.begin(A, B, C);
    bench.alive.remove(B);
    bench.alive.remove(C);

    bench.pass(Duration.ofSeconds(20));

    assertThat(bench.excluded()).isEmpty();
    assertThat(bench.take(Block.class)).isNotEmpty();
  }

  @Test
  void shouldLiftItsBlocksWhenAHigherEpochEndsItsReign() {
    bench.begin(A, B, C);
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plusMillis(200));
    Send block = bench.take(Block.class).get(0);

    bench.answer(new Nacked(B, new Epoch(bench.allocator.epoch().counter() + 1, B.uid()), 4));

    assertThat(bench.take(Unblock.class))
        .extracting(Send::to, Send::order)
        .containsExactlyInAnyOrder(
            tuple(A, lifted((Block) block.order())),
            tuple(B, lifted((Block) block.order())),
            tuple(C, lifted((Block) block.order())));
  }

  @Test
  void shouldLiftTheBlocksOfWhomItExcludedWhenItsLeaseEnds() {
    bench.begin(A, B, C);
    excludeC();
    bench.take(Unblock.class);
    bench.leased = false;

    bench.tick();

    assertThat(bench.take(Unblock.class)).extracting(Send::to).contains(A, B);
    bench.pass(Duration.ofSeconds(9));
    assertThat(bench.take(Unblock.class)).as("once is enough").isEmpty();
  }

  @Test
  void shouldSuspectNobodyForSilenceWhileItHadNoLease() {
    bench.begin(A, B, C);
    bench.leased = false;
    bench.tick();
    bench.alive.remove(C);
    bench.pass(Duration.ofSeconds(9));
    bench.leased = true;
    bench.tick();

    bench.pass(FAST.suspect().minusMillis(1));
    assertThat(bench.effects).noneMatch(Suspected.class::isInstance);
    bench.pass(Duration.ofMillis(1));
    assertThat(bench.effects).contains(new Suspected(C));
  }

  @Test
  void shouldSuspectANodeInANewReignForAllOfItsSilenceWhileItHadTheLease() {
    bench.begin(A, B, C);
    bench.answer(new Nacked(B, new Epoch(bench.allocator.epoch().counter(), B.uid()), 4));
    bench.alive.remove(C);

    bench.pass(FAST.silenceMax().plusMillis(100));

    assertThat(bench.effects).contains(new Suspected(C));
  }

  private static Unblock lifted(Block block) {
    return new Unblock(block.epoch(), block.node(), block.attempt());
  }

  // 3.4

  @Test
  void shouldMakeAJoinerAVoter() {
    bench.obedient = true;
    bench.begin(A, B, C);

    bench.node(D).creditedBy = List.of(A, B, C);
    bench.begin(A, B, C, D);

    assertThat(bench.take(StoreVoters.class)).extracting(Send::to).contains(A, B, C, D);
    assertThat(only(bench.effects, VotersChanged.class))
        .singleElement()
        .satisfies(
            changed -> {
              assertThat(changed.voters().current()).isEqualTo(set(A, B, C, D));
              assertThat(changed.voters().isJoint()).isFalse();
            });
  }

  @Test
  void shouldNotChangeTheVotersWhileOneIsBeingExcludedOrHasNotReported() {
    bench.begin(A, B, C);
    bench.alive.remove(C);
    bench.pass(FAST.suspect());
    bench.node(D).creditedBy = List.of(A, B, C);

    bench.begin(A, B, D);
    bench.pass(Duration.ofSeconds(10));

    assertThat(bench.take(StoreVoters.class)).isEmpty();
  }

  @Test
  void shouldMakeNobodyAVoterToWhomNotEverybodyIsInContact() {
    bench.obedient = true;
    bench.node(B).creditedBy = List.of(A, C);
    bench.begin(A, B, C, D);
    assertThat(bench.take(StoreVoters.class)).isEmpty();

    bench.node(B).creditedBy = List.of(A, C, D);
    bench.report(B);

    assertThat(bench.take(StoreVoters.class)).isNotEmpty();
  }

  @Test
  void shouldCompleteAHalfDoneChangeBeforeAnother() {
    Voters halfDone = voters(A, B).towards(FORMER, set(A, B, C));
    bench = new AllocatorBench(halfDone, spec(WORK, 1));
    bench.begin(A, B, C, D);

    List<VotersChanged> changes = only(bench.effects, VotersChanged.class);

    assertThat(changes.get(0).voters().current()).isEqualTo(set(A, B, C));
    bench.pass(Duration.ofSeconds(1));
    changes = only(bench.effects, VotersChanged.class);
    assertThat(changes.get(changes.size() - 1).voters().current()).isEqualTo(set(A, B, C, D));
  }

  // 4.6.8

  @Test
  void shouldLetAnEditTakeEffectOnlyWhenEveryVoterHasStoredIt() {
    bench.begin(A, B, C);
    bench.obeyOne(Grant.class);
    bench.take(SlotOrder.class);
    bench.alive.remove(C);

    bench.effects.addAll(bench.allocator.edit(spec(WORK, 2), bench.outlook(), bench.now));
    List<Send> sent = bench.take(StoreEdits.class);
    assertThat(sent).extracting(Send::to).containsExactly(A, B, C);
    Edits edits = ((StoreEdits) sent.get(0).order()).edits();
    store(edits, A, B);
    assertThat(bench.effects).contains(new EditStored(edits, 2, 3));
    assertThat(bench.table().rows().get(0).count()).isEqualTo(1);
    store(edits, C);

    assertThat(bench.effects).contains(new EditStored(edits, 3, 3));
    bench.tick();
    assertThat(bench.table().rows().get(0).count()).isEqualTo(2);
  }

  @Test
  void shouldWorkAtOnceWithTheHighestEditsThatItFinds() {
    bench.node(B).edits = Edits.NONE.under(FORMER, bench.voters).with(spec(WORK, 2));
    bench.node(C).edits = bench.node(B).edits.with(spec(WORK, 3));
    bench.begin(A, B, C);

    assertThat(bench.table().rows().get(0).count()).isEqualTo(3);
    assertThat(bench.take(StoreEdits.class).get(0).order())
        .isEqualTo(
            new StoreEdits(
                bench.allocator.epoch(),
                bench.node(C).edits.under(bench.allocator.epoch(), bench.voters)));
  }

  @Test
  void shouldTakeOverWhatWasEditedInTheClusterThatANodeComesFrom() {
    Edits elsewhere = new Edits(77, 5, FORMER, 4, List.of(spec(WORK, 3)));
    bench.node(C).edits = elsewhere;
    bench.begin(A, B, C);

    Edits merged = Edits.NONE.under(bench.allocator.epoch(), bench.voters).inheriting(elsewhere);
    assertThat(bench.effects).contains(new EditStored(merged, 3, 3));
    assertThat(merged.specs()).containsExactly(spec(WORK, 3));
    bench.tick();
    assertThat(bench.table().rows().get(0).count()).isEqualTo(3);
  }

  @Test
  void shouldScaleDown() {
    bench = new AllocatorBench(voters(A, B, C), spec(WORK, 2));
    bench.obedient = true;
    bench.begin(A, B, C);
    assertThat(bench.allocator.table().rows().get(0).placements()).hasSize(2);
    bench.effects.clear();

    bench.effects.addAll(bench.allocator.edit(spec(WORK, 1), bench.outlook(), bench.now));
    List<Send> sent = bench.take(StoreEdits.class);
    store(((StoreEdits) sent.get(0).order()).edits(), A, B, C);
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.take(Revoke.class))
        .extracting(s -> ((Revoke) s.order()).slot())
        .containsExactly(SECOND);
    assertThat(bench.table().rows().get(0).placements())
        .extracting(RoleTable.Placement::slot)
        .containsExactly(SLOT);
  }

  @Test
  void shouldCountAnUnreachableHolderUntilItsLeaseHasEndedWhenItScalesDown() {
    bench = new AllocatorBench(voters(A, B, C), spec(WORK, 2));
    bench.obedient = true;
    bench.node(A).creditedBy = List.of(A, B, C);
    bench.node(B).catalog = Catalog.EMPTY;
    bench.node(C).catalog = Catalog.EMPTY;
    bench.begin(A, B, C, D);
    assertThat(bench.table().rows().get(0).placements())
        .extracting(RoleTable.Placement::holder)
        .containsExactly(A, D);
    bench.alive.remove(D);

    bench.effects.addAll(bench.allocator.edit(spec(WORK, 1), bench.outlook(), bench.now));
    store(((StoreEdits) bench.take(StoreEdits.class).get(0).order()).edits(), A, B, C);
    bench.pass(FAST.suspect().plus(W).minusMillis(100));
    assertThat(bench.take(Revoke.class)).extracting(Send::to).containsOnly(D);
    assertThat(bench.table().rows().get(0).placements()).as("it may run still").hasSize(2);

    bench.pass(Duration.ofMillis(400));
    assertThat(bench.excluded()).containsExactly(D);
    assertThat(bench.table().rows().get(0).placements())
        .extracting(RoleTable.Placement::holder)
        .containsExactly(A);
    assertThat(bench.take(Grant.class))
        .extracting(send -> ((Grant) send.order()).slot())
        .containsOnlyOnce(SECOND);
  }

  @Test
  void shouldTakeTheEditsOfTheClusterThatItsNodeJoins() {
    bench = new AllocatorBench(new Voters(8, 9, Epoch.NONE, set(A), Optional.empty()));
    bench.edits = Edits.NONE.under(bench.allocator.epoch(), bench.voters).with(spec(WORK, 9));
    Outlook alone = bench.outlook();
    bench.voters = voters(A, B, C);
    bench.edits = Edits.NONE;
    bench.node(B).edits = Edits.NONE.under(FORMER, bench.voters).with(spec(WORK, 2));
    bench.node(B).version = 1;
    bench.allocator.answered(promiseOf(B), alone, bench.now);
    bench.alive.addAll(List.of(A, C));
    bench.members(A, B, C);

    assertThat(bench.take(StoreEdits.class).get(0).order())
        .isEqualTo(
            new StoreEdits(
                bench.allocator.epoch(),
                bench.node(B).edits.under(bench.allocator.epoch(), bench.voters)));
  }

  private Promised promiseOf(Incarnation node) {
    AllocatorBench.Scripted says = bench.node(node);
    return new Promised(
        bench.reportOf(node),
        new Testimony(
            says.catalog, says.edits, says.named, says.foreign, says.leaseTerm, says.longestLease),
        1);
  }

  private void store(Edits edits, Incarnation... nodes) {
    for (Incarnation node : nodes) {
      bench.answer(new Answer.EditsStored(node, edits.epoch(), edits.seq()));
    }
  }

  // definitions

  @Test
  void shouldLetItsOwnNodesDefinitionsHoldAndNameTheOthers() {
    bench.node(B).catalog =
        new Catalog(List.of(WORK), List.of(spec(WORK, 3), spec(OTHER, 1)), List.of());
    bench.begin(A, B, C);

    RoleTable table = bench.table();
    assertThat(table.rows()).extracting(RoleTable.Row::role).containsExactly(OTHER, WORK);
    assertThat(table.rows().get(1).count()).isEqualTo(1);
    assertThat(table.rows().get(1).differing())
        .containsExactly(new RoleTable.Differing(B.node(), "count is 3, valid is 1"));
    assertThat(table.rows().get(0).unmet())
        .hasValueSatisfying(
            text -> assertThat(text).contains("node 127.0.0.1:25520 lacks an implementation"));
    assertThat(bench.take(Differ.class)).extracting(Send::to).containsExactly(B);
  }

  @Test
  void shouldLearnTheDefinitionOfWhatRunsAndNobodyDefines() {
    bench = new AllocatorBench(voters(A, B, C));
    bench.node(B).catalog = new Catalog(List.of(WORK), List.of(), List.of(spec(WORK, 1)));
    bench.node(B).held.put(SLOT, new Held(SLOT, new Token(FORMER, 1), InstanceState.RUNNING));

    bench.begin(A, B, C);

    assertThat(bench.take(Revoke.class)).isEmpty();
    assertThat(bench.table().rows()).extracting(RoleTable.Row::role).containsExactly(WORK);
  }

  @Test
  void shouldNameEveryKeyThatDiffers() {
    RoleSpec other =
        new RoleSpec(
            WORK,
            2,
            Map.of("a", "b"),
            Readiness.EXPLICIT,
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            HandOver.START_FIRST,
            false);

    assertThat(Definitions.difference(other, spec(WORK, 1)))
        .isEqualTo(
            "count is 2, valid is 1, arguments is {a=b}, valid is {}, readiness is EXPLICIT, valid"
                + " is ON_START, one-shot is true, valid is false, ready-deadline is PT1S, valid is"
                + " PT30S, stop-deadline is PT2S, valid is PT10S, hand-over is START_FIRST, valid"
                + " is STOP_FIRST, fenced is false, valid is true");
  }

  // 3.4

  @Test
  void shouldReplaceTheOnlyVoterThatLeaves() {
    bench = new AllocatorBench(voters(A), spec(WORK, 1));
    bench.node(A).standing = Standing.LEAVING;

    bench.begin(A, B);

    assertThat(only(bench.effects, VotersChanged.class))
        .last()
        .satisfies(changed -> assertThat(changed.voters().current()).isEqualTo(set(A, B)));
  }

  @Test
  void shouldReplaceTheOnlyVoterThereMayBeWhenItLeaves() {
    VoterSet replaced = wantedOfOne(new TreeSet<>(List.of(B))).next().orElseThrow();

    assertThat(replaced).isEqualTo(set(A, B));
    assertThat(wantedOfOne(new TreeSet<>(List.of(A, B))).isJoint()).as("it stays").isFalse();
  }

  private static Voters wantedOfOne(SortedSet<Incarnation> eligible) {
    Reign reign =
        new Reign(
            A,
            FORMER,
            7,
            new Outlook(
                voters(A), Set.of(), Optional.empty(), 0, Edits.NONE, List.of(), Map.of(), false),
            GrantFixtures.at(0));
    new VoterChange(reign, FAST, 1)
        .proceed(node -> true, eligible, true, List.of(), new ArrayList<>(), GrantFixtures.at(0));
    return reign.voters();
  }

  @Test
  void shouldChangeVotersWhileAnExclusionOnlyWaitsForAnUnfencedRole() {
    RoleSpec slow =
        new RoleSpec(
            OTHER,
            1,
            Map.of(),
            Readiness.ON_START,
            false,
            Duration.ofSeconds(30),
            Duration.ofMinutes(30),
            HandOver.STOP_FIRST,
            false);
    bench = new AllocatorBench(voters(A, B), slow);
    bench.node(A).creditedBy = List.of(B, D);
    bench.begin(A, B);
    bench.begin(A, B, C);
    assertThat(bench.voters.contains(C)).isFalse();
    bench.alive.remove(C);
    bench.members(A, B);
    bench.pass(FAST.suspect().plus(W).plusMillis(500));
    assertThat(bench.excluded()).isEmpty();

    bench.begin(A, B, D);
    bench.pass(Duration.ofMillis(300));

    assertThat(bench.voters.contains(D)).isTrue();
  }

  @Test
  void shouldGiveNothingToANodeThatIsOfAnotherCluster() {
    bench.node(B).catalog = Catalog.EMPTY;
    bench.node(A).catalog = new Catalog(List.of(), List.of(spec(WORK, 1)), List.of());
    bench.node(C).otherVoters = Optional.of(Voters.founding(3, 1, D));

    bench.begin(A, B, C);

    assertThat(bench.take(Grant.class)).isEmpty();
  }

  @Test
  void shouldChangeNoVotersWhileOneOfThemIsSilent() {
    bench.begin(A, B, C);
    bench.take(StoreVoters.class);
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plusMillis(100));

    bench.alive.add(D);
    bench.members(A, B, C, D);

    assertThat(bench.take(StoreVoters.class)).isEmpty();
  }

  @Test
  void shouldMakeNoVoterOfANodeThatIsOfAnotherCluster() {
    bench.node(D).otherVoters = Optional.of(Voters.founding(3, 1, D));
    bench.begin(A, B, C, D);
    assertThat(bench.take(StoreVoters.class)).isEmpty();

    bench.node(D).otherVoters = Optional.empty();
    bench.report(D);

    assertThat(bench.take(StoreVoters.class)).extracting(Send::to).contains(D);
  }

  @Test
  void shouldExcludeANodeThatCameLaterAndHasLeftTheMembershipWithoutProofOfItsDeath() {
    bench.node(A).creditedBy = List.of(B, C);
    bench.begin(A, B, C);
    bench.begin(A, B, C, D);
    assertThat(bench.voters.contains(D)).isFalse();
    bench.alive.remove(D);
    bench.members(A, B, C);

    bench.pass(FAST.suspect().plus(W).plusMillis(300));

    assertThat(bench.excluded()).containsExactly(D);
  }

  @Test
  void shouldWaitForAnUnfencedRoleThatOnlyTheEditsDefine() {
    RoleSpec slow =
        new RoleSpec(
            OTHER,
            1,
            Map.of(),
            Readiness.ON_START,
            false,
            Duration.ofSeconds(30),
            Duration.ofSeconds(8),
            HandOver.STOP_FIRST,
            false);
    bench.edits = Edits.NONE.under(FORMER, bench.voters).with(slow);
    bench.alive.addAll(List.of(A, B));
    bench.members(A, B, C);

    bench.pass(FAST.suspect().plus(W).plusSeconds(7));
    assertThat(bench.excluded()).isEmpty();
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.excluded()).containsExactly(C);
  }

  // 4.7

  @Test
  void shouldRefoundAClusterThatWasRestartedAsAWholeAfterTheLeaseEnd() {
    Incarnation a = reborn(A);
    Incarnation b = reborn(B);
    bench = new AllocatorBench(a, voters(A, B), false, spec(WORK, 1));
    bench.leased = false;
    bench.begin(a, b);
    bench.pass(W.minusMillis(1));
    assertThat(bench.take(StoreVoters.class)).isEmpty();

    bench.pass(Duration.ofMillis(1));

    assertThat(bench.take(StoreVoters.class)).extracting(Send::to).contains(a, b);
    assertThat(only(bench.effects, VotersChanged.class))
        .last()
        .satisfies(changed -> assertThat(changed.voters().current()).isEqualTo(set(a, b)));
  }

  @Test
  void shouldRefoundOnlyAfterTheLongestLeaseThatAFormerVoterGaveCreditFor() {
    Incarnation a = reborn(A);
    Incarnation b = reborn(B);
    bench = new AllocatorBench(a, voters(A, B), false, spec(WORK, 1));
    bench.leased = false;
    bench.node(b).longestLease = Duration.ofSeconds(15);
    bench.begin(a, b);

    bench.pass(Duration.ofSeconds(15));
    assertThat(bench.take(StoreVoters.class)).isEmpty();
    bench.pass(Duration.ofMillis(30));

    assertThat(bench.take(StoreVoters.class)).extracting(Send::to).contains(a, b);
  }

  @Test
  void shouldNotRefoundItsOwnClusterWhileAMemberMayBeOfAnotherOne() {
    Incarnation a = reborn(A);
    bench = new AllocatorBench(a, Voters.founding(3, 1, A), false, spec(WORK, 1));
    bench.leased = false;
    bench.alive.add(a);
    bench.members(a, B);
    bench.pass(Duration.ofSeconds(30));
    assertThat(bench.take(StoreVoters.class)).as("B has not said what it holds").isEmpty();

    bench.members(a);
    bench.pass(W.plusMillis(1));

    assertThat(bench.take(StoreVoters.class)).extracting(Send::to).contains(a);
  }

  @Test
  void shouldRefoundNothingWhileAVoterIsMissing() {
    Incarnation a = reborn(A);
    Incarnation b = reborn(B);
    bench = new AllocatorBench(a, voters(A, B, C), false, spec(WORK, 1));
    bench.leased = false;
    bench.begin(a, b, D);

    bench.pass(Duration.ofSeconds(30));

    assertThat(bench.take(StoreVoters.class)).isEmpty();
  }

  private void holds(Incarnation node) {
    bench.node(node).held.put(SLOT, new Held(SLOT, new Token(FORMER, 1), InstanceState.RUNNING));
  }

  private void excludeC() {
    bench.alive.remove(C);
    bench.pass(FAST.suspect().plus(W).plusMillis(300));
    assertThat(bench.excluded()).containsExactly(C);
  }
}
