package io.beethoven.allocation;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.Candidate;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides who should hold which slot. A pure function: the same input, in whatever order, gives the
 * same plan. Its properties, in the order of their priority:
 *
 * <ol>
 *   <li><b>Safe</b>: a slot is assigned only while nobody holds it, not even on the way out; a role
 *       never gets more holders than its count; a node never gets a second slot of a role, nor a
 *       role it cannot run.
 *   <li><b>Complete</b>: once what is ending has ended, each role has as many holders as its count
 *       or as nodes can run it, whichever is less; what is missing is explained.
 *   <li><b>Stable</b>: a holder keeps its slot unless the slot is gone, the node is leaving, or
 *       there are two holders of a slot or two slots at a node. A node that joins takes nothing
 *       away.
 *   <li><b>Spread</b>: a slot goes to a node with the fewest instances among those that can take
 *       it; roles that few nodes can run choose first. Ties go to the lowest address.
 * </ol>
 */
public final class Planner {

  private static final Comparator<Holding> BEST_LAST =
      Comparator.<Holding, Boolean>comparing(h -> h.phase() == Phase.RUNNING)
          .thenComparing(Holding::token);

  private final SortedMap<RoleName, RoleSpec> specs = new TreeMap<>();
  private final SortedMap<Incarnation, Candidate> candidates = new TreeMap<>();
  private final List<Holding> holdings;
  private final Set<Holding> kept = new HashSet<>();
  private final Map<Incarnation, Integer> instances = new HashMap<>();

  private Planner(
      Collection<RoleSpec> specs, Collection<Candidate> candidates, Collection<Holding> holdings) {
    specs.forEach(spec -> this.specs.put(spec.name(), spec));
    candidates.forEach(candidate -> this.candidates.put(candidate.node(), candidate));
    this.holdings = holdings.stream().sorted().toList();
  }

  /**
   * Plans.
   *
   * @param specs the roles that shall run
   * @param candidates the nodes, whether or not they can run anything
   * @param holdings who holds what
   * @return what to order next
   */
  public static AllocationPlan plan(
      Collection<RoleSpec> specs, Collection<Candidate> candidates, Collection<Holding> holdings) {
    return new Planner(specs, candidates, holdings).plan();
  }

  private AllocationPlan plan() {
    List<Holding> giveUp = giveUp();
    List<Assignment> assign = new ArrayList<>();
    specs.values().stream()
        .sorted(Comparator.comparingLong(this::ableNodes).thenComparing(RoleSpec::name))
        .forEach(spec -> assign.addAll(assign(spec)));
    SortedMap<RoleName, String> unmet = new TreeMap<>();
    SortedMap<RoleName, String> parked = new TreeMap<>();
    for (RoleSpec spec : specs.values()) {
      if (reachable(spec) < spec.count()) {
        unmet.put(spec.name(), explain(spec));
        lastFailure(spec).ifPresent(reason -> parked.put(spec.name(), reason));
      }
    }
    return new AllocationPlan(assign, giveUp, unmet, parked);
  }

  private List<Holding> giveUp() {
    SortedMap<Slot, Holding> bySlot = new TreeMap<>();
    for (Holding holding : holdings) {
      if (holding.phase() != Phase.ENDING && maySlotGoOn(holding)) {
        bySlot.merge(holding.slot(), holding, (a, b) -> BEST_LAST.compare(a, b) >= 0 ? a : b);
      }
    }
    Map<Incarnation, Map<RoleName, Holding>> byNode = new HashMap<>();
    for (Holding holding : bySlot.values()) {
      byNode
          .computeIfAbsent(holding.node(), node -> new HashMap<>())
          .merge(
              holding.slot().role(),
              holding,
              (low, high) ->
                  low.phase() != Phase.RUNNING && high.phase() == Phase.RUNNING ? high : low);
    }
    byNode.forEach(
        (node, byRole) -> {
          kept.addAll(byRole.values());
          instances.put(node, byRole.size());
        });
    return holdings.stream()
        .filter(holding -> holding.phase() != Phase.ENDING && !kept.contains(holding))
        .toList();
  }

  private boolean maySlotGoOn(Holding holding) {
    RoleSpec spec = specs.get(holding.slot().role());
    Candidate candidate = candidates.get(holding.node());
    return spec != null
        && holding.slot().index() < spec.count()
        && candidate != null
        && !candidate.leaving();
  }

  private List<Assignment> assign(RoleSpec spec) {
    Set<Integer> taken = new HashSet<>();
    Set<Incarnation> busy = new HashSet<>();
    int used = 0;
    for (Holding holding : holdings) {
      if (holding.slot().role().equals(spec.name())) {
        taken.add(holding.slot().index());
        busy.add(holding.node());
        used++;
      }
    }
    List<Assignment> assigned = new ArrayList<>();
    for (int index = 0; index < spec.count() && used < spec.count(); index++) {
      if (taken.contains(index)) {
        continue;
      }
      Optional<Incarnation> free =
          candidates.values().stream()
              .filter(candidate -> candidate.canRun(spec.name()))
              .map(Candidate::node)
              .filter(node -> !busy.contains(node))
              .min(Comparator.comparing(this::load).thenComparing(Comparator.naturalOrder()));
      if (free.isEmpty()) {
        break;
      }
      assigned.add(new Assignment(new Slot(spec.name(), index), free.get()));
      busy.add(free.get());
      instances.merge(free.get(), 1, Integer::sum);
      used++;
    }
    return assigned;
  }

  private int load(Incarnation node) {
    return Objects.requireNonNullElse(instances.get(node), 0);
  }

  private long ableNodes(RoleSpec spec) {
    return candidates.values().stream().filter(c -> c.canRun(spec.name())).count();
  }

  /** How many instances there will be once everything that is under way has ended. */
  private long reachable(RoleSpec spec) {
    return candidates.values().stream()
        .filter(candidate -> candidate.canRun(spec.name()) || keeps(candidate, spec))
        .count();
  }

  private boolean keeps(Candidate candidate, RoleSpec spec) {
    return kept.stream()
        .anyMatch(
            holding ->
                holding.node().equals(candidate.node())
                    && holding.slot().role().equals(spec.name()));
  }

  private String explain(RoleSpec spec) {
    StringBuilder text =
        new StringBuilder("too few nodes: count ")
            .append(spec.count())
            .append(", candidates ")
            .append(reachable(spec));
    for (Candidate candidate : candidates.values()) {
      whyNot(candidate, spec).ifPresent(reason -> text.append("; ").append(reason));
    }
    return text.toString();
  }

  private Optional<String> whyNot(Candidate candidate, RoleSpec spec) {
    if (keeps(candidate, spec) || candidate.canRun(spec.name())) {
      return Optional.empty();
    }
    String node = candidate.node().node().toString();
    if (candidate.closed().isPresent()) {
      return Optional.of("node " + node + " " + candidate.closed().get());
    }
    Failure failure = candidate.failing().get(spec.name());
    if (failure != null) {
      return Optional.of(
          "failed on " + node + ", retried at " + failure.retryAt() + ": " + failure.reason());
    }
    return Optional.of("node " + node + " lacks an implementation");
  }

  /**
   * The last failure, if the role runs nowhere and every open node that implements it gave it up.
   */
  private Optional<String> lastFailure(RoleSpec spec) {
    if (reachable(spec) > 0) {
      return Optional.empty();
    }
    return candidates.values().stream()
        .filter(candidate -> candidate.closed().isEmpty())
        .filter(candidate -> candidate.implementations().contains(spec.name()))
        .map(candidate -> candidate.failing().get(spec.name()))
        .filter(Objects::nonNull)
        .max(Comparator.comparing(Failure::retryAt))
        .map(Failure::reason);
  }
}
