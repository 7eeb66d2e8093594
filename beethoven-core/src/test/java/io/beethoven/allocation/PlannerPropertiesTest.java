package io.beethoven.allocation;

import static io.beethoven.allocation.Situations.WORK;
import static io.beethoven.allocation.Situations.isEmpty;
import static io.beethoven.allocation.Situations.node;
import static io.beethoven.allocation.Situations.obeyed;
import static io.beethoven.allocation.Situations.open;
import static io.beethoven.allocation.Situations.shuffled;
import static io.beethoven.allocation.Situations.spec;
import static io.beethoven.allocation.Situations.token;
import static io.beethoven.allocation.Situations.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.AllocationPlan.Succession;
import io.beethoven.model.Candidate;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.Situation;
import io.beethoven.model.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The properties that {@link Planner} names, in any situation. */
class PlannerPropertiesTest {

  private static final Instant LATER = Instant.parse("2026-01-01T00:05:00Z");
  private static final int NODES = 6;
  private static final List<RoleName> ROLES =
      List.of(WORK, new RoleName("alpha"), new RoleName("beta"));

  // safe

  @Property
  void shouldBeSafeWhateverIsHeld(@ForAll("situations") Situation situation) {
    checkSafe(situation, Planner.plan(situation));
  }

  @Property
  void shouldStaySafeAtEachStep(@ForAll("situations") Situation situation) {
    Situation now = situation;
    for (int step = 0; step < 40; step++) {
      AllocationPlan plan = Planner.plan(now);
      checkSafe(now, plan);
      now = with(now, obeyed(now, plan, 100 + 20L * step));
      checkCounts(now);
    }
  }

  private static void checkSafe(Situation situation, AllocationPlan plan) {
    Map<RoleName, RoleSpec> specs =
        situation.specs().stream().collect(Collectors.toMap(RoleSpec::name, spec -> spec));
    for (Assignment given : plan.grant()) {
      RoleSpec spec = specs.get(given.slot().role());
      assertThat(given.slot().index()).isLessThan(spec.count());
      boolean inPlace = holds(situation, given.slot(), given.node());
      if (!inPlace) {
        checkGiven(situation, spec, given);
      }
    }
    for (Succession next : plan.reserve()) {
      assertThat(next.condition()).isNotEmpty().doesNotContain(next.node());
      assertThat(candidate(situation, next.node()).canRun(next.slot().role())).isTrue();
      assertThat(ofSlot(situation, next.slot()))
          .as("one successor, and all holders are its condition")
          .allMatch(h -> h.phase().isRight() && next.condition().contains(h.node()));
      assertThat(ofRole(situation, next.slot().role()))
          .noneMatch(h -> h.node().equals(next.node()) && h.phase().isRight());
    }
    assertThat(plan.grant().stream().map(Assignment::slot)).doesNotHaveDuplicates();
    assertThat(plan.reserve().stream().map(Succession::slot)).doesNotHaveDuplicates();
    assertThat(plan.grant().stream().map(a -> a.slot().role() + "@" + a.node()))
        .doesNotHaveDuplicates();
    assertThat(plan.revoke())
        .allMatch(h -> h.phase() == Phase.ORDERED || h.phase() == Phase.RUNNING)
        .noneMatch(Holding::pending)
        .doesNotHaveDuplicates();
    assertThat(plan.withdraw())
        .allMatch(h -> h.phase() == Phase.RESERVED)
        .noneMatch(Holding::pending)
        .doesNotHaveDuplicates();
  }

  private static void checkGiven(Situation situation, RoleSpec spec, Assignment given) {
    assertThat(candidate(situation, given.node()).canRun(spec.name())).isTrue();
    assertThat(ofRole(situation, spec.name())).noneMatch(h -> h.node().equals(given.node()));
    List<Holding> others = ofSlot(situation, given.slot());
    boolean moves = !others.isEmpty();
    if (moves) {
      assertThat(spec.handOver()).isEqualTo(HandOver.START_FIRST);
      assertThat(others).hasSize(1).allMatch(h -> h.phase().isRight());
    }
  }

  /** 4.6.4, 4.6.6: grants never lead to more than the count, but for one that starts first. */
  @Property
  void shouldNeverGrantMoreInstancesThanTheCount(@ForAll("situations") Situation situation) {
    AllocationPlan plan = Planner.plan(situation);
    for (RoleSpec spec : situation.specs()) {
      long used = used(situation, spec.name());
      long given =
          plan.grant().stream()
              .filter(a -> a.slot().role().equals(spec.name()))
              .filter(a -> !holds(situation, a.slot(), a.node()))
              .count();
      long more = spec.handOver() == HandOver.START_FIRST ? 1 : 0;
      assertThat(given == 0 || used + given <= spec.count() + more).isTrue();
    }
  }

  private static long used(Situation situation, RoleName role) {
    List<Holding> all = ofRole(situation, role);
    return all.stream()
        .filter(
            h ->
                h.phase().isRight()
                    || all.stream()
                        .filter(other -> other.slot().equals(h.slot()))
                        .filter(other -> other.phase().isRight())
                        .noneMatch(other -> h.condition().contains(other.node())))
        .count();
  }

  private static void checkCounts(Situation situation) {
    for (RoleSpec spec : situation.specs()) {
      assertThat(
              ofRole(situation, spec.name()).stream()
                  .filter(h -> h.phase().isRight())
                  .collect(Collectors.groupingBy(Holding::node, Collectors.counting())))
          .allSatisfy((node, count) -> assertThat(count).isEqualTo(1));
    }
  }

  // complete, provided

  @Property
  void shouldBeCompleteOnceWhatIsOnItsWayHasEnded(@ForAll("situations") Situation situation) {
    Situation settled = settle(situation);
    AllocationPlan last = Planner.plan(settled);

    for (RoleSpec spec : settled.specs()) {
      Set<Incarnation> holders = new TreeSet<>();
      ofRole(settled, spec.name()).stream()
          .filter(h -> h.phase().isRight())
          .forEach(h -> holders.add(h.node()));
      long able =
          settled.candidates().stream()
              .filter(c -> c.canRun(spec.name()) || holders.contains(c.node()))
              .count();
      assertThat((long) holders.size()).isEqualTo(Math.min(spec.count(), able));
      assertThat(last.unmet().containsKey(spec.name())).isEqualTo(able < spec.count());
      assertThat(
              ofRole(settled, spec.name()).stream()
                  .filter(h -> h.phase().isRight())
                  .map(Holding::slot))
          .doesNotHaveDuplicates()
          .allMatch(slot -> slot.index() < spec.count());
    }
  }

  @Property
  void shouldProvideEachSlotWithASuccessorOnceAllRun(@ForAll("situations") Situation situation) {
    Situation settled = settle(situation);
    for (RoleSpec spec : settled.specs()) {
      List<Holding> all = ofRole(settled, spec.name());
      Set<Incarnation> holders = new HashSet<>();
      all.stream().filter(h -> h.phase().isRight()).forEach(h -> holders.add(h.node()));
      boolean somebody =
          settled.candidates().stream()
              .anyMatch(c -> c.canRun(spec.name()) && !holders.contains(c.node()));
      boolean full = holders.size() == spec.count();
      for (Holding right : all.stream().filter(h -> h.phase().isRight()).toList()) {
        List<Holding> successors =
            all.stream()
                .filter(h -> h.slot().equals(right.slot()) && !h.phase().isRight())
                .toList();
        assertThat(successors).hasSize(somebody && full ? 1 : 0);
        assertThat(successors)
            .allMatch(
                s -> {
                  Set<Incarnation> open = new HashSet<>(s.condition());
                  open.removeAll(settled.dead());
                  return open.equals(Set.of(right.node())) && !holders.contains(s.node());
                });
      }
    }
  }

  // stable

  @Property
  void shouldTakeNoRightAwayWhenANodeJoins(@ForAll("situations") Situation situation) {
    Situation settled = settle(situation);
    List<Candidate> more = new ArrayList<>(settled.candidates());
    more.add(open(NODES + 1, ROLES.toArray(RoleName[]::new)));

    AllocationPlan plan =
        Planner.plan(
            new Situation(
                settled.specs(),
                more,
                settled.holdings(),
                settled.dead(),
                Set.of(),
                settled.foreign()));

    assertThat(plan.revoke()).isEmpty();
  }

  @Property
  void shouldRevokeOnlyFromTheLeavingTheSurplusAndTheDoubled(
      @ForAll("situations") Situation situation) {
    Map<RoleName, Integer> counts =
        situation.specs().stream().collect(Collectors.toMap(RoleSpec::name, RoleSpec::count));
    for (Holding revoked : Planner.plan(situation).revoke()) {
      boolean surplus = revoked.slot().index() >= counts.getOrDefault(revoked.slot().role(), 0);
      boolean leaving =
          situation.candidates().stream()
              .anyMatch(c -> c.node().equals(revoked.node()) && c.leaving());
      boolean doubled =
          ofSlot(situation, revoked.slot()).stream()
              .anyMatch(
                  h ->
                      h.phase() == Phase.RUNNING
                          && !h.pending()
                          && h.token().compareTo(revoked.token()) > 0);
      assertThat(surplus || leaving || doubled).isTrue();
    }
  }

  // spread

  @Property
  void shouldSpreadEvenlyWhenAllNodesCanRunAll(
      @ForAll @IntRange(min = 1, max = 8) int nodes,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 10) Integer> counts) {
    List<RoleSpec> specs =
        IntStream.range(0, counts.size())
            .mapToObj(i -> spec(new RoleName("role" + i), counts.get(i), HandOver.STOP_FIRST))
            .toList();
    RoleName[] names = specs.stream().map(RoleSpec::name).toArray(RoleName[]::new);
    List<Candidate> candidates =
        IntStream.range(0, nodes).mapToObj(index -> open(index, names)).toList();

    AllocationPlan plan = Planner.plan(Situation.of(specs, candidates, List.of()));

    Map<Incarnation, Integer> load = new HashMap<>();
    IntStream.range(0, nodes).forEach(i -> load.put(node(i), 0));
    plan.grant().forEach(a -> load.merge(a.node(), 1, Integer::sum));
    assertThat(Collections.max(load.values()) - Collections.min(load.values()))
        .isLessThanOrEqualTo(1);
  }

  @Property
  void shouldPlanTheSameWhateverTheOrderOfItsInput(
      @ForAll("situations") Situation situation, @ForAll Random random) {
    assertThat(Planner.plan(shuffled(situation, random))).isEqualTo(Planner.plan(situation));
  }

  // situations

  /** Carries plans out until there is nothing more to order; a successor that is due reports. */
  private static Situation settle(Situation situation) {
    Situation now = situation;
    for (int step = 0; step < 60; step++) {
      Set<Holding> overdue =
          now.holdings().stream().filter(h -> !h.phase().isRight()).collect(Collectors.toSet());
      overdue.removeIf(h -> !situation.dead().containsAll(h.condition()));
      now = with(now, overdue);
      AllocationPlan plan = Planner.plan(now);
      List<Holding> next = obeyed(now, plan, 100 + 20L * step);
      if (isEmpty(plan) && next.equals(now.holdings())) {
        return now;
      }
      now = with(now, next);
    }
    throw new AssertionError("plans do not settle: " + now + " -> " + Planner.plan(now));
  }

  private static boolean holds(Situation situation, Slot slot, Incarnation node) {
    return ofSlot(situation, slot).stream().anyMatch(h -> h.node().equals(node));
  }

  private static List<Holding> ofSlot(Situation situation, Slot slot) {
    return situation.holdings().stream().filter(h -> h.slot().equals(slot)).toList();
  }

  private static List<Holding> ofRole(Situation situation, RoleName role) {
    return situation.holdings().stream().filter(h -> h.slot().role().equals(role)).toList();
  }

  private static Candidate candidate(Situation situation, Incarnation node) {
    return situation.candidates().stream()
        .filter(c -> c.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  @Provide
  Arbitrary<Situation> situations() {
    Arbitrary<List<RoleSpec>> specs =
        Combinators.combine(
                Arbitraries.of(ROLES),
                Arbitraries.integers().between(1, 5),
                Arbitraries.of(HandOver.class))
            .as(Situations::spec)
            .list()
            .uniqueElements(RoleSpec::name)
            .ofMaxSize(3);
    Arbitrary<Candidate> candidate =
        Combinators.combine(
                Arbitraries.of(ROLES).set(),
                Arbitraries.of(ROLES).set().ofMaxSize(1),
                Arbitraries.of(0, 0, 0, 0, 1, 2))
            .as(
                (implemented, failing, closed) ->
                    new Candidate(
                        node(0),
                        implemented,
                        failing.stream()
                            .collect(Collectors.toMap(r -> r, r -> new Failure("boom", LATER))),
                        closed > 0 ? Optional.of("is closed") : Optional.empty(),
                        closed == 2));
    Arbitrary<Holding> holding =
        Combinators.combine(
                Arbitraries.of(ROLES),
                Arbitraries.integers().between(0, 5),
                Arbitraries.integers().between(0, NODES - 1),
                Arbitraries.integers().between(1, 9),
                Arbitraries.of(Phase.class),
                Arbitraries.integers().between(0, NODES),
                Arbitraries.of(false, false, true))
            .as(PlannerPropertiesTest::holding);
    return Combinators.combine(
            specs, candidate.list().ofMaxSize(NODES), holding.list().ofMaxSize(8), foreign())
        .as(PlannerPropertiesTest::situation);
  }

  private static Arbitrary<Epoch> foreign() {
    return Arbitraries.of(Epoch.NONE, Epoch.NONE, Epoch.NONE, Situations.EPOCH);
  }

  private static Holding holding(
      RoleName role, int index, int at, int seq, Phase phase, int condition, boolean pending) {
    boolean right = phase.isRight();
    return new Holding(
        new Slot(role, index),
        node(at),
        token(seq),
        phase,
        right ? Set.of() : Set.of(node(condition == at ? NODES : condition)),
        pending || phase == Phase.WITHDRAWN);
  }

  /** Node {@code NODES} is dead. A node holds one slot of a role, or reservations only. */
  private static Situation situation(
      List<RoleSpec> specs, List<Candidate> candidates, List<Holding> holdings, Epoch foreign) {
    List<Candidate> numbered =
        IntStream.range(0, candidates.size())
            .mapToObj(
                i ->
                    new Candidate(
                        node(i),
                        candidates.get(i).implementations(),
                        candidates.get(i).failing(),
                        candidates.get(i).closed(),
                        candidates.get(i).leaving()))
            .toList();
    List<Holding> kept = new ArrayList<>();
    for (Holding holding : holdings) {
      boolean exists = numbered.stream().anyMatch(c -> c.node().equals(holding.node()));
      boolean clash =
          kept.stream()
              .filter(h -> h.node().equals(holding.node()))
              .filter(h -> h.slot().role().equals(holding.slot().role()))
              .anyMatch(
                  h ->
                      h.slot().equals(holding.slot())
                          || h.phase().isRight()
                          || holding.phase().isRight());
      boolean sameToken =
          kept.stream()
              .anyMatch(h -> h.slot().equals(holding.slot()) && h.token().equals(holding.token()));
      if (exists && !clash && !sameToken) {
        kept.add(holding);
      }
    }
    return new Situation(specs, numbered, kept, Set.of(node(NODES)), Set.of(), foreign);
  }
}
