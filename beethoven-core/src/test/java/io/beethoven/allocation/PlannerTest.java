package io.beethoven.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.Candidate;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final Instant LATER = Instant.parse("2026-01-01T00:05:00Z");
  private static final Epoch EPOCH = new Epoch(1, 1);
  private static final RoleName WORK = new RoleName("work");

  @Test
  void shouldGiveEachNodeOneInstanceWhenCountIsTheNumberOfNodes() {
    AllocationPlan plan = Planner.plan(List.of(spec(WORK, 2)), open(2, WORK), List.of());

    assertThat(plan.assign())
        .containsExactly(
            new Assignment(new Slot(WORK, 0), node(0)), new Assignment(new Slot(WORK, 1), node(1)));
    assertThat(plan.unmet()).isEmpty();
  }

  @Test
  void shouldWaitForTheEndWhenTheHolderOfASlotIsBeingStopped() {
    Holding ending = new Holding(new Slot(WORK, 0), node(0), token(1), Phase.ENDING);

    AllocationPlan plan = Planner.plan(List.of(spec(WORK, 1)), open(2, WORK), List.of(ending));

    assertThat(plan.assign()).isEmpty();
    assertThat(plan.giveUp()).isEmpty();
    assertThat(plan.unmet()).isEmpty();
  }

  @Test
  void shouldNameNodesAndReasonsWhenARoleIsUnmet() {
    Candidate failing =
        new Candidate(
            node(0),
            Set.of(WORK),
            Map.of(WORK, new Failure("boom", LATER)),
            Optional.empty(),
            false);
    Candidate lacking = new Candidate(node(1), Set.of(), Map.of(), Optional.empty(), false);
    Candidate leaving =
        new Candidate(node(2), Set.of(WORK), Map.of(), Optional.of("is leaving"), true);
    Candidate able = new Candidate(node(3), Set.of(WORK), Map.of(), Optional.empty(), false);

    AllocationPlan plan =
        Planner.plan(List.of(spec(WORK, 2)), List.of(failing, lacking, leaving, able), List.of());

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
    Candidate first =
        new Candidate(
            node(0),
            Set.of(WORK),
            Map.of(WORK, new Failure("early", LATER)),
            Optional.empty(),
            false);
    Candidate second =
        new Candidate(
            node(1),
            Set.of(WORK),
            Map.of(WORK, new Failure("late", LATER.plusSeconds(1))),
            Optional.empty(),
            false);

    AllocationPlan plan = Planner.plan(List.of(spec(WORK, 1)), List.of(first, second), List.of());

    assertThat(plan.parked()).containsExactly(Map.entry(WORK, "late"));
  }

  @Test
  void shouldKeepTheHighestRunningTokenWhenTwoNodesHoldASlot() {
    Slot slot = new Slot(WORK, 0);
    Holding older = new Holding(slot, node(0), token(1), Phase.RUNNING);
    Holding newer = new Holding(slot, node(1), token(2), Phase.RUNNING);
    Holding unconfirmed = new Holding(slot, node(2), token(3), Phase.ORDERED);

    AllocationPlan plan =
        Planner.plan(List.of(spec(WORK, 1)), open(3, WORK), List.of(older, newer, unconfirmed));

    assertThat(plan.giveUp()).containsExactly(older, unconfirmed);
    assertThat(plan.assign()).isEmpty();
  }

  @Test
  void shouldRevokeWhenANodeLeavesARoleShrinksOrIsUnknown() {
    RoleName unknown = new RoleName("unknown");
    List<Candidate> candidates = new ArrayList<>(open(2, WORK));
    candidates.add(new Candidate(node(2), Set.of(WORK), Map.of(), Optional.of("is leaving"), true));
    Holding kept = new Holding(new Slot(WORK, 0), node(0), token(1), Phase.RUNNING);
    Holding beyond = new Holding(new Slot(WORK, 2), node(1), token(2), Phase.RUNNING);
    Holding leaving = new Holding(new Slot(WORK, 1), node(2), token(3), Phase.RUNNING);
    Holding stray = new Holding(new Slot(unknown, 0), node(0), token(4), Phase.RUNNING);

    AllocationPlan plan =
        Planner.plan(List.of(spec(WORK, 2)), candidates, List.of(kept, beyond, leaving, stray));

    assertThat(plan.giveUp()).containsExactly(stray, leaving, beyond);
  }

  @Property
  void shouldBeSafeWhateverIsHeld(@ForAll("situations") Situation situation) {
    AllocationPlan plan = situation.plan();

    Map<RoleName, RoleSpec> specs = situation.specsByName();
    for (Assignment assignment : plan.assign()) {
      RoleName role = assignment.slot().role();
      assertThat(assignment.slot().index()).isLessThan(specs.get(role).count());
      assertThat(situation.candidate(assignment.node()).canRun(role)).isTrue();
      assertThat(situation.holdings())
          .noneMatch(held -> held.slot().equals(assignment.slot()))
          .noneMatch(
              held -> held.node().equals(assignment.node()) && held.slot().role().equals(role));
    }
    assertThat(plan.assign().stream().map(Assignment::slot)).doesNotHaveDuplicates();
    assertThat(plan.assign().stream().map(a -> a.slot().role() + "@" + a.node()))
        .doesNotHaveDuplicates();
    for (RoleSpec spec : situation.specs()) {
      long assigned =
          plan.assign().stream().filter(a -> a.slot().role().equals(spec.name())).count();
      long held =
          situation.holdings().stream().filter(h -> h.slot().role().equals(spec.name())).count();
      assertThat(assigned == 0 || assigned + held <= spec.count()).isTrue();
    }
  }

  @Property
  void shouldBeCompleteOnceWhatEndsHasEnded(@ForAll("situations") Situation situation) {
    Situation settled = situation.settle();

    AllocationPlan last = settled.plan();

    assertThat(last.assign()).isEmpty();
    assertThat(last.giveUp()).isEmpty();
    for (RoleSpec spec : settled.specs()) {
      Set<Incarnation> holders =
          settled.holdings().stream()
              .filter(held -> held.slot().role().equals(spec.name()))
              .map(Holding::node)
              .collect(Collectors.toSet());
      long able =
          settled.candidates().stream()
              .filter(c -> c.canRun(spec.name()) || holders.contains(c.node()))
              .count();
      assertThat((long) holders.size()).isEqualTo(Math.min(spec.count(), able));
      assertThat(last.unmet().containsKey(spec.name())).isEqualTo(able < spec.count());
    }
  }

  @Property
  void shouldTakeNothingAwayWhenANodeJoins(@ForAll("situations") Situation situation) {
    Situation settled = situation.settle();
    List<Candidate> more = new ArrayList<>(settled.candidates());
    more.add(
        new Candidate(
            new Incarnation(new NodeId("127.0.0.0", 25520), 7),
            Set.copyOf(settled.specsByName().keySet()),
            Map.of(),
            Optional.empty(),
            false));

    AllocationPlan plan = Planner.plan(settled.specs(), more, settled.holdings());

    assertThat(plan.giveUp()).isEmpty();
  }

  @Property
  void shouldSpreadEvenlyWhenAllNodesCanRunAll(
      @ForAll @IntRange(min = 1, max = 8) int nodes,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 10) Integer> counts) {
    List<RoleSpec> specs =
        IntStream.range(0, counts.size())
            .mapToObj(i -> spec(new RoleName("role" + i), counts.get(i)))
            .toList();
    RoleName[] names = specs.stream().map(RoleSpec::name).toArray(RoleName[]::new);

    AllocationPlan plan = Planner.plan(specs, open(nodes, names), List.of());

    Map<Incarnation, Integer> load = new HashMap<>();
    IntStream.range(0, nodes).forEach(i -> load.put(node(i), 0));
    plan.assign().forEach(a -> load.merge(a.node(), 1, Integer::sum));
    assertThat(Collections.max(load.values()) - Collections.min(load.values()))
        .isLessThanOrEqualTo(1);
  }

  @Property
  void shouldPlanTheSameWhateverTheOrderOfItsInput(
      @ForAll("situations") Situation situation, @ForAll Random random) {
    Situation shuffled = situation.shuffled(random);

    assertThat(shuffled.plan()).isEqualTo(situation.plan());
  }

  @Provide
  Arbitrary<Situation> situations() {
    List<RoleName> names = List.of(WORK, new RoleName("alpha"), new RoleName("beta"));
    Arbitrary<List<RoleSpec>> specs =
        Combinators.combine(Arbitraries.of(names), Arbitraries.integers().between(1, 5))
            .as(PlannerTest::spec)
            .list()
            .uniqueElements(RoleSpec::name)
            .ofMaxSize(3);
    Arbitrary<List<Candidate>> candidates =
        Combinators.combine(
                Arbitraries.of(names).set(),
                Arbitraries.of(names).set().ofMaxSize(1),
                Arbitraries.of(0, 0, 0, 0, 1, 2))
            .as(
                (implemented, failing, closed) ->
                    new Candidate(
                        node(0),
                        implemented,
                        failing.stream()
                            .collect(Collectors.toMap(r -> r, r -> new Failure("boom", LATER))),
                        closed == 1 ? Optional.of("is leaving") : Optional.empty(),
                        false))
            .list()
            .ofMaxSize(6)
            .map(
                list ->
                    IntStream.range(0, list.size())
                        .mapToObj(
                            i ->
                                new Candidate(
                                    node(i),
                                    list.get(i).implementations(),
                                    list.get(i).failing(),
                                    list.get(i).closed(),
                                    list.get(i).leaving()))
                        .toList());
    Arbitrary<List<Holding>> holdings =
        Combinators.combine(
                Arbitraries.of(names),
                Arbitraries.integers().between(0, 5),
                Arbitraries.integers().between(0, 5),
                Arbitraries.integers().between(1, 9),
                Arbitraries.of(Phase.values()))
            .as(
                (role, index, at, seq, phase) ->
                    new Holding(new Slot(role, index), node(at), token(seq), phase))
            .list()
            .uniqueElements(held -> held.slot() + "@" + held.node())
            .ofMaxSize(8);
    return Combinators.combine(specs, candidates, holdings)
        .as(
            (s, c, h) ->
                new Situation(
                    s,
                    c,
                    h.stream()
                        .filter(held -> c.stream().anyMatch(n -> n.node().equals(held.node())))
                        .toList()));
  }

  record Situation(List<RoleSpec> specs, List<Candidate> candidates, List<Holding> holdings) {

    AllocationPlan plan() {
      return Planner.plan(specs, candidates, holdings);
    }

    Map<RoleName, RoleSpec> specsByName() {
      return specs.stream().collect(Collectors.toMap(RoleSpec::name, spec -> spec));
    }

    Candidate candidate(Incarnation node) {
      return candidates.stream().filter(c -> c.node().equals(node)).findFirst().orElseThrow();
    }

    /** Carries plans out, and lets what is ending end, until a plan has nothing more to order. */
    Situation settle() {
      Situation now = this;
      for (int round = 0; round < 20; round++) {
        AllocationPlan plan = now.plan();
        Collection<Holding> gone = new TreeSet<>(plan.giveUp());
        now.holdings().stream().filter(h -> h.phase() == Phase.ENDING).forEach(gone::add);
        if (gone.isEmpty() && plan.assign().isEmpty()) {
          return now;
        }
        List<Holding> next =
            Stream.concat(
                    now.holdings().stream().filter(held -> !gone.contains(held)),
                    plan.assign().stream()
                        .map(a -> new Holding(a.slot(), a.node(), token(99), Phase.RUNNING)))
                .toList();
        now = new Situation(specs, candidates, next);
      }
      throw new AssertionError("plans do not settle: " + this);
    }

    Situation shuffled(Random random) {
      List<RoleSpec> otherSpecs = new ArrayList<>(specs);
      List<Candidate> otherCandidates = new ArrayList<>(candidates);
      List<Holding> otherHoldings = new ArrayList<>(holdings);
      Collections.shuffle(otherSpecs, random);
      Collections.shuffle(otherCandidates, random);
      Collections.shuffle(otherHoldings, random);
      return new Situation(otherSpecs, otherCandidates, otherHoldings);
    }
  }

  private static List<Candidate> open(int nodes, RoleName... roles) {
    return IntStream.range(0, nodes)
        .mapToObj(
            i ->
                new Candidate(
                    node(i), Set.copyOf(Arrays.asList(roles)), Map.of(), Optional.empty(), false))
        .toList();
  }

  private static Incarnation node(int index) {
    return new Incarnation(new NodeId("127.0.0." + (index + 1), 25520), index + 1);
  }

  private static Token token(long seq) {
    return new Token(EPOCH, seq);
  }

  private static RoleSpec spec(RoleName name, int count) {
    return new RoleSpec(
        name,
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }
}
