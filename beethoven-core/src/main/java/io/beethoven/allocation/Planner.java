package io.beethoven.allocation;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.AllocationPlan.Succession;
import io.beethoven.model.Candidate;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Situation;
import io.beethoven.model.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides who should hold which slot. A pure function: the same input, in whatever order, gives the
 * same plan. Its properties, in the order of their priority:
 *
 * <ol>
 *   <li><b>Safe</b>: the rules 4.6.3 to 4.6.6 of the protocol. A slot is given only while nobody
 *       holds it, not even on the way out, but for a move that starts first; a role never gets more
 *       instances than its count, but for one such move; a node never gets a second slot of a role,
 *       nor a role it cannot run.
 *   <li><b>Complete</b>: once what is on its way has ended, each role has as many holders as its
 *       count or as nodes can run it, whichever is less; what is missing is explained.
 *   <li><b>Provided</b>: once that is so, each slot has a successor at another node, as long as one
 *       can run the role and holds none of its rights.
 *   <li><b>Stable</b>: a holder keeps its slot unless the slot is gone, the node is leaving, or
 *       there are two holders of a slot. A node that joins takes no right away.
 *   <li><b>Spread</b>: a slot goes to a node with the fewest instances among those that can take
 *       it; roles that few nodes can run choose first. Ties go to the lowest address.
 * </ol>
 */
public final class Planner {

  private final Situation situation;
  private final SortedMap<RoleName, RoleSpec> specs = new TreeMap<>();
  private final SortedMap<Incarnation, Candidate> candidates = new TreeMap<>();
  private final SortedMap<RoleName, List<Holding>> byRole = new TreeMap<>();
  private final Map<Incarnation, Integer> rights = new TreeMap<>();
  private final Map<Incarnation, Integer> holds = new TreeMap<>();

  private Planner(Situation situation) {
    this.situation = situation;
    situation.specs().forEach(spec -> specs.put(spec.name(), spec));
    situation.candidates().forEach(candidate -> candidates.put(candidate.node(), candidate));
    for (Holding holding : situation.holdings()) {
      byRole.computeIfAbsent(holding.slot().role(), role -> new ArrayList<>()).add(holding);
      holds.merge(holding.node(), 1, Integer::sum);
      if (holding.phase().isRight()) {
        rights.merge(holding.node(), 1, Integer::sum);
      }
    }
  }

  /**
   * Plans.
   *
   * @param situation what shall run, where it can, and who holds what
   * @return what to order next
   */
  public static AllocationPlan plan(Situation situation) {
    return new Planner(situation).plan();
  }

  private AllocationPlan plan() {
    List<RolePlan> plans = new ArrayList<>();
    specs.values().stream()
        .sorted(Comparator.comparingLong(this::ableNodes).thenComparing(RoleSpec::name))
        .forEach(spec -> plans.add(new RolePlan(spec.name(), spec.count(), spec)));
    for (RoleName role : byRole.keySet()) {
      if (!specs.containsKey(role)) {
        plans.add(new RolePlan(role, 0, null));
      }
    }
    plans.forEach(RolePlan::placeRights);
    plans.forEach(RolePlan::placeSuccessors);
    Explanations explanations = new Explanations(specs, candidates, byRole);
    return new AllocationPlan(
        plans.stream().flatMap(plan -> plan.grant.stream()).toList(),
        plans.stream().flatMap(plan -> plan.revoke.stream()).sorted().toList(),
        plans.stream().flatMap(plan -> plan.reserve.stream()).toList(),
        plans.stream().flatMap(plan -> plan.withdraw.stream()).sorted().toList(),
        explanations.unmet(),
        explanations.parked());
  }

  private long ableNodes(RoleSpec spec) {
    return candidates.values().stream().filter(c -> c.canRun(spec.name())).count();
  }

  /** One role's part of the plan. */
  private final class RolePlan {
    final RoleName role;
    final int count;
    final boolean startFirst;
    final SortedMap<Integer, List<Holding>> slots = new TreeMap<>();
    final SortedSet<Incarnation> busy = new TreeSet<>();
    final List<Assignment> grant = new ArrayList<>();
    final List<Holding> revoke = new ArrayList<>();
    final List<Succession> reserve = new ArrayList<>();
    final List<Holding> withdraw = new ArrayList<>();
    final SortedSet<Integer> touched = new TreeSet<>();
    int used;
    int unfilled;

    RolePlan(RoleName role, int count, @Nullable RoleSpec spec) {
      this.role = role;
      this.count = count;
      this.startFirst = spec != null && spec.handOver() == RoleSpec.HandOver.START_FIRST;
      IntStream.range(0, count).forEach(index -> slots.put(index, new ArrayList<>()));
      for (Holding holding : byRole.getOrDefault(role, List.of())) {
        slots.computeIfAbsent(holding.slot().index(), index -> new ArrayList<>()).add(holding);
        busy.add(holding.node());
      }
      used = slots.values().stream().mapToInt(Planner::instances).sum();
    }

    void placeRights() {
      slots.forEach(
          (index, holdings) -> {
            if (index >= count) {
              scaleDown(holdings);
            } else if (holdings.isEmpty()) {
              fill(index);
            } else {
              keep(index, holdings);
            }
          });
    }

    /** 4.6.8: first the successors, then the holders. */
    private void scaleDown(List<Holding> holdings) {
      List<Holding> successors = reservations(holdings);
      if (!successors.isEmpty()) {
        withdraw(successors);
      } else {
        revoke(rights(holdings));
      }
    }

    /** 4.6.4. */
    private void fill(int index) {
      if (used >= count) {
        return;
      }
      Incarnation free = leastLoaded(free(), rights);
      if (free != null) {
        give(index, free);
        used++;
      } else {
        unfilled++;
        takeBackReservations();
      }
    }

    private void give(int index, Incarnation node) {
      grant.add(new Assignment(new Slot(role, index), node));
      busy.add(node);
      rights.merge(node, 1, Integer::sum);
      holds.merge(node, 1, Integer::sum);
      touched.add(index);
    }

    /**
     * Grants come before reservations: one node's reservations of the role give way.
     *
     * @return whether a node will be free by it
     */
    private boolean takeBackReservations() {
      Map<Incarnation, List<Holding>> byNode =
          all().collect(Collectors.groupingBy(Holding::node, TreeMap::new, Collectors.toList()));
      byNode.keySet().removeIf(node -> !canRun(node));
      byNode.values().removeIf(held -> held.stream().anyMatch(h -> h.phase().isRight()));
      boolean underWay =
          byNode.values().stream()
              .anyMatch(held -> held.stream().anyMatch(h -> h.pending() || withdraw.contains(h)));
      if (!underWay && !byNode.isEmpty()) {
        withdraw(byNode.values().iterator().next());
      }
      return !byNode.isEmpty();
    }

    private void keep(int index, List<Holding> holdings) {
      List<Holding> rights = rights(holdings);
      if (rights.size() > 1) {
        settle(rights);
      } else if (holdings.stream().noneMatch(Holding::pending)) {
        List<Holding> successors = reservations(holdings);
        if (rights.isEmpty()) {
          awaitSuccessor(successors);
        } else {
          keep(index, rights.get(0), successors);
        }
      }
    }

    /** 4.6.5: of two holders the highest that is ready stays. */
    private void settle(List<Holding> rights) {
      rights.stream()
          .filter(right -> right.phase() == Phase.RUNNING && !right.pending())
          .max(Comparator.comparing(Holding::token))
          .ifPresent(
              best ->
                  revoke(
                      rights.stream()
                          .filter(right -> right.token().compareTo(best.token()) < 0)
                          .toList()));
    }

    /** 4.6.5: the holder is dead or gone, its successor will report; but not for ever. */
    private void awaitSuccessor(List<Holding> successors) {
      withdraw(
          successors.stream()
              .filter(
                  s ->
                      situation.overdue().contains(s)
                          || !situation.dead().containsAll(s.condition()))
              .toList());
    }

    private void keep(int index, Holding right, List<Holding> successors) {
      boolean outdated = right.token().epoch().compareTo(situation.foreign()) <= 0;
      if (mustMove(right) || outdated) {
        if (!successors.isEmpty()) {
          withdraw(successors);
        } else if (mustMove(right)) {
          move(index, right);
        } else if (right.phase() != Phase.ENDING) {
          grant.add(new Assignment(right.slot(), right.node()));
          touched.add(index);
        }
        return;
      }
      boolean kept = false;
      for (Holding successor : successors.stream().sorted(HIGHEST_FIRST).toList()) {
        if (kept || !isGood(successor, right)) {
          withdraw(List.of(successor));
        } else {
          kept = true;
        }
      }
    }

    private boolean isGood(Holding successor, Holding right) {
      Set<Incarnation> open = new TreeSet<>(successor.condition());
      open.removeAll(situation.dead());
      boolean outdated = successor.token().epoch().compareTo(situation.foreign()) <= 0;
      boolean crowded =
          all().filter(h -> h.node().equals(successor.node())).count() > 1
              && !withdraw.stream().anyMatch(h -> h.node().equals(successor.node()))
              && unfilled == 0
              && leastLoaded(free(), holds) != null;
      return open.equals(Set.of(right.node())) && canRun(successor.node()) && !outdated && !crowded;
    }

    private boolean mustMove(Holding right) {
      Candidate candidate = candidates.get(right.node());
      return candidate != null && candidate.leaving();
    }

    /** 4.6.6. */
    private void move(int index, Holding right) {
      boolean doubled =
          slots.entrySet().stream()
              .anyMatch(
                  other ->
                      rights(other.getValue()).size() > 1
                          || (other.getKey() != index
                              && touched.contains(other.getKey())
                              && !other.getValue().isEmpty()));
      Incarnation free = leastLoaded(free(), rights);
      if (startFirst && right.phase() != Phase.ENDING && free != null) {
        if (!doubled && used <= count) {
          give(index, free);
        }
        return;
      }
      if (startFirst && right.phase() != Phase.ENDING && takeBackReservations()) {
        return;
      }
      revoke(List.of(right));
    }

    void placeSuccessors() {
      for (Map.Entry<Integer, List<Holding>> entry : slots.entrySet()) {
        List<Holding> holdings = entry.getValue();
        List<Holding> rights = rights(holdings);
        boolean settled =
            entry.getKey() < count
                && !rights.isEmpty()
                && reservations(holdings).isEmpty()
                && !touched.contains(entry.getKey())
                && rights.stream().noneMatch(r -> r.pending() || r.phase() == Phase.ENDING)
                && rights.stream().noneMatch(revoke::contains)
                && rights.stream().noneMatch(this::mustMove);
        if (settled) {
          reserve(new Slot(role, entry.getKey()), rights);
        }
      }
    }

    private void reserve(Slot slot, List<Holding> rights) {
      List<Incarnation> free = free();
      if (unfilled > 0 && free.size() <= unfilled) {
        return;
      }
      Incarnation node = leastLoaded(free, holds);
      if (node == null) {
        node = leastLoaded(withReservationsOnly(), holds);
      }
      if (node != null) {
        Set<Incarnation> condition = rights.stream().map(Holding::node).collect(Collectors.toSet());
        reserve.add(new Succession(slot, node, condition));
        busy.add(node);
        holds.merge(node, 1, Integer::sum);
      }
    }

    private List<Incarnation> withReservationsOnly() {
      return candidates.keySet().stream()
          .filter(this::canRun)
          .filter(
              node ->
                  all()
                      .filter(h -> h.node().equals(node))
                      .allMatch(h -> h.phase() == Phase.RESERVED && !withdraw.contains(h)))
          .filter(node -> grant.stream().noneMatch(given -> given.node().equals(node)))
          .toList();
    }

    private List<Incarnation> free() {
      List<Incarnation> free = new ArrayList<>();
      for (Candidate candidate : candidates.values()) {
        if (candidate.canRun(role) && !busy.contains(candidate.node())) {
          free.add(candidate.node());
        }
      }
      return free;
    }

    private boolean canRun(Incarnation node) {
      Candidate candidate = candidates.get(node);
      return candidate != null && candidate.canRun(role);
    }

    private Stream<Holding> all() {
      return slots.values().stream().flatMap(List::stream);
    }

    private void withdraw(List<Holding> reservations) {
      reservations.stream()
          .filter(h -> h.phase() == Phase.RESERVED && !h.pending())
          .filter(h -> !withdraw.contains(h))
          .forEach(withdraw::add);
    }

    private void revoke(List<Holding> holders) {
      holders.stream().filter(h -> h.phase() != Phase.ENDING && !h.pending()).forEach(revoke::add);
    }
  }

  private static final Comparator<Holding> HIGHEST_FIRST =
      Comparator.comparing(Holding::token).reversed();

  /** 4.6.4: instances, not slots. */
  private static int instances(List<Holding> slot) {
    List<Holding> rights = rights(slot);
    Set<Incarnation> holders = new TreeSet<>();
    for (Holding right : rights) {
      holders.add(right.node());
    }
    int successors = 0;
    for (Holding reservation : reservations(slot)) {
      successors += Collections.disjoint(reservation.condition(), holders) ? 1 : 0;
    }
    return rights.size() + successors;
  }

  private static List<Holding> rights(List<Holding> slot) {
    return ofKind(slot, true);
  }

  private static List<Holding> reservations(List<Holding> slot) {
    return ofKind(slot, false);
  }

  private static List<Holding> ofKind(List<Holding> slot, boolean right) {
    List<Holding> found = new ArrayList<>();
    for (Holding holding : slot) {
      if (holding.phase().isRight() == right) {
        found.add(holding);
      }
    }
    return found;
  }

  private static @Nullable Incarnation leastLoaded(
      List<Incarnation> nodes, Map<Incarnation, Integer> load) {
    return nodes.stream()
        .min(
            Comparator.comparing((Incarnation node) -> load.getOrDefault(node, 0))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }
}
