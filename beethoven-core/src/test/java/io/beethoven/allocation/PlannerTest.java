package io.beethoven.allocation;

import static io.beethoven.allocation.Situations.WORK;
import static io.beethoven.allocation.Situations.isEmpty;
import static io.beethoven.allocation.Situations.leaving;
import static io.beethoven.allocation.Situations.node;
import static io.beethoven.allocation.Situations.open;
import static io.beethoven.allocation.Situations.pending;
import static io.beethoven.allocation.Situations.plan;
import static io.beethoven.allocation.Situations.reserved;
import static io.beethoven.allocation.Situations.right;
import static io.beethoven.allocation.Situations.running;
import static io.beethoven.allocation.Situations.slot;
import static io.beethoven.allocation.Situations.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.AllocationPlan.Succession;
import io.beethoven.model.Candidate;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.Situation;
import io.beethoven.model.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Plans of rules 4.6.3 to 4.6.8, step by step. */
class PlannerTest {

  private static final Instant LATER = Instant.parse("2026-01-01T00:05:00Z");
  private static final RoleSpec START_FIRST = spec(WORK, 1, HandOver.START_FIRST);

  // giving slots

  @Test
  void shouldGiveEachNodeOneInstanceWhenCountIsTheNumberOfNodes() {
    AllocationPlan plan = plan(spec(2), open(2));

    assertThat(plan.grant())
        .containsExactly(new Assignment(slot(0), node(0)), new Assignment(slot(1), node(1)));
    assertThat(plan.unmet()).isEmpty();
    assertThat(plan.reserve()).isEmpty();
  }

  @Test
  void shouldWaitForTheEndWhenTheHolderOfASlotIsBeingStopped() {
    assertThat(isEmpty(plan(spec(1), open(2), right(0, 0, 1, Phase.ENDING)))).isTrue();
    assertThat(plan(spec(1), open(2), right(0, 0, 1, Phase.ENDING)).unmet()).isEmpty();
  }

  @Test
  void shouldGiveAnEndingInstancesCountToNobody() {
    Holding beyond = right(2, 0, 1, Phase.ENDING);

    assertThat(plan(spec(2), open(3), beyond, running(0, 1, 2)).grant())
        .as("instances are counted, not slots")
        .isEmpty();
  }

  @Test
  void shouldLetTheRoleThatFewestNodesCanRunChooseFirst() {
    RoleName rare = new RoleName("rare");
    List<Candidate> candidates = List.of(open(0, WORK, rare), open(1, WORK));

    AllocationPlan plan =
        Planner.plan(
            Situation.of(
                List.of(spec(1), spec(rare, 1, HandOver.STOP_FIRST)), candidates, List.of()));

    assertThat(plan.grant())
        .containsExactly(
            new Assignment(new Slot(rare, 0), node(0)), new Assignment(slot(0), node(1)));
  }

  // explanations

  @Test
  void shouldNameNodesAndReasonsWhenARoleIsUnmet() {
    Candidate failing = failing(0, "boom", LATER);
    Candidate lacking = new Candidate(node(1), Set.of(), Map.of(), Optional.empty(), false);

    AllocationPlan plan = plan(spec(2), List.of(failing, lacking, leaving(2), open(3, WORK)));

    assertThat(plan.unmet())
        .containsExactly(
            Map.entry(
                WORK,
                "too few nodes: count 2, candidates 1"
                    + "; failed on 127.0.0.1:25520, retried at 2026-01-01T00:05:00Z: boom"
                    + "; node 127.0.0.2:25520 lacks an implementation"
                    + "; node 127.0.0.3:25520 is leaving"));
    assertThat(plan.parked()).isEmpty();
  }

  @Test
  void shouldParkWhenEveryNodeThatCouldRunARoleGaveItUp() {
    AllocationPlan plan =
        plan(
            spec(1), List.of(failing(0, "early", LATER), failing(1, "late", LATER.plusSeconds(1))));

    assertThat(plan.parked()).containsExactly(Map.entry(WORK, "late"));
  }

  // two holders

  @Test
  void shouldKeepTheHighestReadyOneWhenTwoNodesHoldASlot() {
    Holding older = running(0, 0, 1);
    Holding newer = running(0, 1, 2);
    Holding starting = right(0, 2, 3, Phase.ORDERED);

    AllocationPlan plan = plan(spec(1), open(3), older, newer, starting);

    assertThat(plan.revoke()).as("the starting one may yet become ready").containsExactly(older);
    assertThat(plan.grant()).isEmpty();
  }

  @Test
  void shouldRevokeNeitherOfTwoHoldersWhenNoneIsReadyOrItsGrantIsUnanswered() {
    Holding older = running(0, 0, 1);

    assertThat(
            plan(spec(1), open(2), right(0, 0, 1, Phase.ORDERED), right(0, 1, 2, Phase.ORDERED))
                .revoke())
        .isEmpty();
    assertThat(plan(spec(1), open(2), older, pending(running(0, 1, 2))).revoke()).isEmpty();
    assertThat(plan(spec(1), open(2), older, running(0, 1, 2)).revoke()).containsExactly(older);
  }

  // scale-down and unknown roles

  @Test
  void shouldWithdrawTheSuccessorBeforeItRevokesWhenARoleShrinks() {
    Holding kept = running(0, 0, 1);
    Holding beyond = running(1, 1, 2);
    Holding successor = reserved(1, 2, 3, 1);

    AllocationPlan first = plan(spec(1), open(3), kept, beyond, successor);
    assertThat(first.withdraw()).containsExactly(successor);
    assertThat(first.revoke()).isEmpty();
    Holding withdrawn =
        new Holding(slot(1), node(2), successor.token(), Phase.WITHDRAWN, Set.of(node(1)), true);
    assertThat(plan(spec(1), open(3), kept, beyond, withdrawn).revoke())
        .as("it may have started")
        .isEmpty();
    assertThat(plan(spec(1), open(3), kept, beyond).revoke()).containsExactly(beyond);
  }

  @Test
  void shouldRevokeWhatNobodyDefines() {
    Holding stray =
        new Holding(
            new Slot(new RoleName("unknown"), 0),
            node(0),
            Situations.token(4),
            Phase.RUNNING,
            Set.of(),
            false);

    assertThat(plan(spec(1), open(2), running(0, 0, 1), stray).revoke()).containsExactly(stray);
  }

  @Test
  void shouldSayNothingTwiceWhileAnAnswerIsAwaited() {
    Holding beyond = pending(right(1, 1, 2, Phase.ENDING));

    assertThat(plan(spec(1), open(2), running(0, 0, 1), beyond).revoke()).isEmpty();
    assertThat(plan(spec(1), open(2), pending(running(0, 0, 1))).reserve())
        .as("its grant is unanswered")
        .isEmpty();
  }

  // 4.6.6 moves

  @Test
  void shouldStopFirstWhenANodeLeaves() {
    List<Candidate> candidates = List.of(leaving(0), open(1, WORK), open(2, WORK));
    Holding right = running(0, 0, 1);
    Holding successor = reserved(0, 1, 2, 0);

    AllocationPlan one = plan(spec(1), candidates, right, successor);
    assertThat(one.withdraw()).containsExactly(successor);
    assertThat(one.revoke()).isEmpty();
    assertThat(one.grant()).isEmpty();

    AllocationPlan two = plan(spec(1), candidates, right);
    assertThat(two.revoke()).containsExactly(right);
    assertThat(two.grant()).isEmpty();
    assertThat(two.reserve()).isEmpty();

    assertThat(isEmpty(plan(spec(1), candidates, right(0, 0, 1, Phase.ENDING)))).isTrue();

    assertThat(plan(spec(1), candidates).grant()).containsExactly(new Assignment(slot(0), node(1)));

    assertThat(plan(spec(1), candidates, running(0, 1, 3)).reserve())
        .containsExactly(new Succession(slot(0), node(2), Set.of(node(1))));
  }

  @Test
  void shouldStartFirstWhenTheRoleSaysSo() {
    List<Candidate> candidates = List.of(leaving(0), open(1, WORK), open(2, WORK));
    Holding old = running(0, 0, 1);
    Holding successor = reserved(0, 1, 2, 0);

    AllocationPlan one = plan(START_FIRST, candidates, old, successor);
    assertThat(one.withdraw()).containsExactly(successor);
    assertThat(one.grant()).isEmpty();

    AllocationPlan two = plan(START_FIRST, candidates, old);
    assertThat(two.grant()).containsExactly(new Assignment(slot(0), node(1)));
    assertThat(two.revoke()).isEmpty();

    AllocationPlan starting =
        plan(START_FIRST, candidates, old, pending(right(0, 1, 3, Phase.ORDERED)));
    assertThat(isEmpty(starting)).isTrue();
    assertThat(plan(START_FIRST, candidates, old, right(0, 1, 3, Phase.ORDERED)).revoke())
        .as("not ready yet")
        .isEmpty();

    AllocationPlan ready = plan(START_FIRST, candidates, old, running(0, 1, 3));
    assertThat(ready.revoke()).containsExactly(old);
    assertThat(ready.grant()).isEmpty();
  }

  @Test
  void shouldMoveOneSlotAtATimeWhenItStartsFirst() {
    RoleSpec two = spec(WORK, 2, HandOver.START_FIRST);
    List<Candidate> candidates = List.of(leaving(0), leaving(1), open(2, WORK), open(3, WORK));

    AllocationPlan plan = plan(two, candidates, running(0, 0, 1), running(1, 1, 2));
    assertThat(plan.grant()).containsExactly(new Assignment(slot(0), node(2)));
    assertThat(plan.revoke()).isEmpty();

    AllocationPlan next =
        plan(two, candidates, running(0, 0, 1), right(0, 2, 3, Phase.ORDERED), running(1, 1, 2));
    assertThat(next.grant()).as("another slot has two holders").isEmpty();
  }

  @Test
  void shouldNotStartFirstWhileTheRoleHasAsManyInstancesAsItMay() {
    RoleSpec one = spec(WORK, 1, HandOver.START_FIRST);
    List<Candidate> candidates = List.of(leaving(0), open(1, WORK), open(2, WORK));

    AllocationPlan plan = plan(one, candidates, running(0, 0, 1), right(1, 1, 2, Phase.ENDING));

    assertThat(plan.grant()).isEmpty();
  }

  @Test
  void shouldStopFirstWhenThereIsNoFreeNodeToStartOn() {
    assertThat(plan(START_FIRST, List.of(leaving(0)), running(0, 0, 1)).revoke()).hasSize(1);
  }

  // successors

  @Test
  void shouldProvideEachReadySlotWithASuccessorAtAnotherNode() {
    AllocationPlan plan = plan(spec(2), open(4), running(0, 0, 1), running(1, 1, 2));

    assertThat(plan.reserve())
        .containsExactly(
            new Succession(slot(0), node(2), Set.of(node(0))),
            new Succession(slot(1), node(3), Set.of(node(1))));
  }

  @Test
  void shouldLetANodeSucceedInSeveralSlotsWhenThereAreTooFew() {
    AllocationPlan plan = plan(spec(2), open(3), running(0, 0, 1), running(1, 1, 2));

    assertThat(plan.reserve()).extracting(Succession::node).containsExactly(node(2), node(2));
  }

  @Test
  void shouldProvideBothHoldersOfASlotWithOneSuccessor() {
    AllocationPlan plan =
        plan(START_FIRST, open(3), running(0, 0, 1), right(0, 1, 2, Phase.ORDERED));

    assertThat(plan.reserve())
        .containsExactly(new Succession(slot(0), node(2), Set.of(node(0), node(1))));
  }

  @Test
  void shouldMakeAReservationAnewWhenItsConditionIsNotTheHolder() {
    Holding wrong = reserved(0, 2, 2, 0, 3);
    AllocationPlan plan = plan(spec(1), open(4), running(0, 0, 1), wrong);
    assertThat(plan.withdraw()).containsExactly(wrong);

    Situation dead =
        new Situation(
            List.of(spec(1)),
            open(3),
            List.of(running(0, 0, 1), wrong),
            Set.of(node(3)),
            Set.of(),
            Epoch.NONE);
    assertThat(isEmpty(Planner.plan(dead))).as("the dead do not count").isTrue();
  }

  @Test
  void shouldMakeAReservationAnewWhenItsNodeCannotRunTheRoleAnyMore() {
    Holding successor = reserved(0, 1, 2, 0);

    AllocationPlan plan =
        plan(
            spec(1),
            List.of(open(0, WORK), failing(1, "boom", LATER), open(2, WORK)),
            running(0, 0, 1),
            successor);

    assertThat(plan.withdraw()).containsExactly(successor);
  }

  @Test
  void shouldKeepOneOfTwoSuccessors() {
    Holding lower = reserved(0, 1, 2, 0);
    Holding higher = reserved(0, 2, 3, 0);

    assertThat(plan(spec(1), open(3), running(0, 0, 1), lower, higher).withdraw())
        .containsExactly(lower);
  }

  @Test
  void shouldWithdrawAReservationWhenItsNodeIsTheLastFreeOneForAnEmptySlot() {
    Holding successor = reserved(0, 1, 2, 0);

    AllocationPlan plan = plan(spec(2), open(2), running(0, 0, 1), successor);
    assertThat(plan.withdraw()).containsExactly(successor);
    assertThat(plan.grant()).isEmpty();

    AllocationPlan then = plan(spec(2), open(2), running(0, 0, 1));
    assertThat(then.grant()).containsExactly(new Assignment(slot(1), node(1)));
    assertThat(then.reserve()).isEmpty();
  }

  @Test
  void shouldReserveNoNodeThatAnEmptySlotNeeds() {
    Holding ending = right(1, 2, 2, Phase.ENDING);
    Holding blocking = right(3, 3, 4, Phase.ENDING);

    AllocationPlan plan = plan(spec(2), open(2), running(0, 0, 1), ending, blocking);

    assertThat(plan.grant()).isEmpty();
    assertThat(plan.reserve()).hasSizeLessThanOrEqualTo(1);
  }

  // 4.6.5 succession

  @Test
  void shouldWaitForTheSuccessorOfADeadHolderUntilItIsOverdue() {
    Holding successor = reserved(0, 1, 2, 0);
    Situation waiting =
        new Situation(
            List.of(spec(1)),
            List.of(open(1, WORK), open(2, WORK)),
            List.of(successor),
            Set.of(node(0)),
            Set.of(),
            Epoch.NONE);

    assertThat(isEmpty(Planner.plan(waiting))).isTrue();
    assertThat(Planner.plan(Situations.with(waiting, Set.of(successor))).withdraw())
        .containsExactly(successor);
  }

  @Test
  void shouldWithdrawTheSuccessorWhenTheHolderGaveUpAndLives() {
    Holding successor = reserved(0, 1, 2, 0);

    AllocationPlan plan = plan(spec(1), open(3), successor);

    assertThat(plan.withdraw()).containsExactly(successor);
    assertThat(plan.grant()).as("it may have started").isEmpty();
  }

  @Test
  void shouldGiveTheSlotOnlyOnceTheSuccessorIsGoneToo() {
    Holding withdrawn =
        new Holding(slot(0), node(1), Situations.token(2), Phase.WITHDRAWN, Set.of(node(0)), true);

    assertThat(plan(spec(1), open(3), withdrawn).grant()).isEmpty();
    assertThat(plan(spec(1), open(3)).grant()).hasSize(1);
  }

  // 4.6.7 tokens

  @Test
  void shouldRaiseTheTokenInPlaceWhenAJoinerMayHaveUsedAHigherOne() {
    Holding right = running(0, 0, 1);
    Holding successor = reserved(0, 1, 2, 0);
    Epoch foreign = new Epoch(Situations.EPOCH.counter(), 9);
    Situation first =
        new Situation(
            List.of(spec(1)), open(2), List.of(right, successor), Set.of(), Set.of(), foreign);

    assertThat(Planner.plan(first).withdraw()).containsExactly(successor);
    assertThat(Planner.plan(first).grant()).isEmpty();

    AllocationPlan then = Planner.plan(Situations.with(first, List.of(right)));
    assertThat(then.grant()).containsExactly(new Assignment(slot(0), node(0)));
    assertThat(then.reserve()).isEmpty();
  }

  // stability

  @Test
  void shouldTakeNothingAwayWhenANodeJoinsOrAHolderIsClosed() {
    List<Candidate> candidates = new ArrayList<>(open(1));
    candidates.add(new Candidate(node(1), Set.of(WORK), Map.of(), Optional.of("is silent"), false));
    candidates.add(open(2, WORK));

    AllocationPlan plan = plan(spec(2), candidates, running(0, 0, 1), running(1, 1, 2));

    assertThat(plan.revoke()).isEmpty();
    assertThat(plan.grant()).isEmpty();
  }

  private static Candidate failing(int index, String reason, Instant until) {
    return new Candidate(
        node(index),
        Set.of(WORK),
        Map.of(WORK, new Failure(reason, until)),
        Optional.empty(),
        false);
  }
}
