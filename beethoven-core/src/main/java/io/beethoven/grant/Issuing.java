package io.beethoven.grant;

import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.AllocationPlan.Succession;
import io.beethoven.model.Candidate;
import io.beethoven.model.Holding;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Situation;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From what is believed of the nodes to orders about roles, and to the table that is published
 * (4.6.3 to 4.6.8); of one reign.
 */
final class Issuing {

  private final Planning planning;
  private final Timing timing;
  private final Reign reign;
  private final Beliefs beliefs;
  private final Exclusions exclusions;
  private final EditLog edits;
  private final FailureMarks failures;
  private final Definitions definitions = new Definitions();
  private final TableWriter table = new TableWriter();
  private final SortedMap<Incarnation, RoleTable.Standing> standings = new TreeMap<>();
  private final SortedMap<Holding, Moment> metSince = new TreeMap<>();
  private @Nullable Situation planned;

  Issuing(
      Allocator.Setup setup,
      Reign reign,
      Beliefs beliefs,
      Exclusions exclusions,
      EditLog edits,
      FailureMarks failures) {
    this.planning = setup.planning();
    this.timing = setup.timing();
    this.reign = reign;
    this.beliefs = beliefs;
    this.exclusions = exclusions;
    this.edits = edits;
    this.failures = failures;
  }

  /** A node that reported first after orders were issued may define roles. */
  void learn(Catalog catalog) {
    definitions.learn(catalog);
    definitions.learnFromHolder(catalog);
  }

  /** Notes for the table that a node is excluded, or back. */
  void stands(Incarnation node, boolean excluded, Moment now) {
    standings.put(node, new RoleTable.Standing(node, excluded, now.wall()));
    planned = null;
  }

  void forget(Set<Incarnation> dead) {
    standings.keySet().removeAll(dead);
  }

  /** Returns a definition that holds; empty before orders are issued, or if nobody defines it. */
  Optional<RoleSpec> definition(RoleName role) {
    return definitions.of(role);
  }

  /** Returns the table that was published last, or an empty one. */
  RoleTable table() {
    return table.published();
  }

  /** Whether a reservation whose condition is met is being waited for. */
  boolean awaitsSuccession() {
    return !metSince.isEmpty();
  }

  /** Whether a node is heard well enough to be given something. */
  boolean isFresh(NodeBelief belief, Moment now) {
    return belief.node().equals(reign.self()) || !beliefs.isSilent(belief, now);
  }

  /** Plans anew if the situation is another one, and orders what follows. */
  void issue(List<AllocatorEffect> effects, Moment now) {
    failures.expire(now.wall());
    define(now);
    Situation situation = situation(now);
    if (situation.equals(planned)) {
      return;
    }
    AllocationPlan plan = planning.plan(situation);
    // What is ordered now may be refused, which makes the situation what it was.
    planned = plan.ordersNothing() ? situation : null;
    order(plan, effects, now);
    tellDifferences(effects, now);
    table.write(
        reign.epoch(), definitions, beliefs.ofPresent(now), plan, standings.values(), effects);
  }

  private void order(AllocationPlan plan, List<AllocatorEffect> effects, Moment now) {
    plan.withdraw()
        .forEach(
            h ->
                order(
                    h.node(),
                    s -> new Withdraw(reign.epoch(), s, h.slot(), h.token()),
                    effects,
                    now));
    plan.revoke()
        .forEach(
            h ->
                order(
                    h.node(),
                    s -> new Revoke(reign.epoch(), s, h.slot(), h.token()),
                    effects,
                    now));
    for (Assignment given : plan.grant()) {
      RoleSpec spec = spec(given.slot());
      order(
          given.node(),
          s -> new Grant(reign.epoch(), s, given.slot(), reign.nextToken(), spec),
          effects,
          now);
    }
    for (Succession next : plan.reserve()) {
      RoleSpec spec = spec(next.slot());
      order(
          next.node(),
          s ->
              new Reserve(
                  reign.epoch(),
                  s,
                  next.slot(),
                  reign.nextToken(),
                  List.copyOf(new TreeSet<>(next.condition())),
                  spec),
          effects,
          now);
    }
  }

  private interface Ordering {
    SlotOrder forSession(long session);
  }

  private void order(
      Incarnation node, Ordering ordering, List<AllocatorEffect> effects, Moment now) {
    NodeBelief belief = beliefs.of(node, now);
    long session = belief.report().map(Report::session).orElse(0L);
    if (session > 0 && beliefs.present().contains(node)) {
      effects.add(new Send(node, belief.send(ordering.forSession(session), now)));
    }
  }

  private RoleSpec spec(Slot slot) {
    return definitions.of(slot.role()).orElseThrow();
  }

  private void define(Moment now) {
    definitions.decree(beliefs.of(reign.self(), now).catalog());
    definitions.override(edits.active());
    beliefs.all().forEach(belief -> definitions.learn(belief.catalog()));
    beliefs.all().forEach(belief -> definitions.learnFromHolder(belief.catalog()));
  }

  private Situation situation(Moment now) {
    List<Holding> holdings = new ArrayList<>();
    beliefs.all().forEach(belief -> holdings.addAll(belief.holdings()));
    return new Situation(
        List.copyOf(definitions.all()),
        candidates(now),
        holdings,
        reign.dead(),
        overdue(holdings, now),
        beliefs.foreign(reign.epoch()));
  }

  /** 4.6.5: a reservation whose condition is met is a right soon, or will never be. */
  private Set<Holding> overdue(List<Holding> holdings, Moment now) {
    Set<Holding> met = new TreeSet<>();
    for (Holding holding : holdings) {
      if (!holding.phase().isRight() && reign.dead().containsAll(holding.condition())) {
        met.add(holding);
      }
    }
    metSince.keySet().retainAll(met);
    met.forEach(holding -> metSince.putIfAbsent(holding, now));
    met.removeIf(
        holding -> {
          Moment since = metSince.get(holding);
          return since == null || !now.isPast(since, timing.successionWait());
        });
    return met;
  }

  private List<Candidate> candidates(Moment now) {
    List<Candidate> candidates = new ArrayList<>();
    for (NodeBelief belief : beliefs.ofPresent(now)) {
      candidates.add(
          new Candidate(
              belief.node(),
              Set.copyOf(belief.catalog().implementations()),
              failures.of(belief.node()),
              belief.closed().or(() -> notAdmitted(belief, now)),
              belief.leaving()));
    }
    return candidates;
  }

  /** 4.6.7. */
  private Optional<String> notAdmitted(NodeBelief node, Moment now) {
    if (!isFresh(node, now) || exclusions.isRunning(node.node())) {
      return Optional.of("is silent");
    }
    if (!node.votersAreOf(reign.voters().cluster())) {
      return Optional.of("is of another cluster");
    }
    Set<Incarnation> owing = new TreeSet<>(reign.liveVoters());
    owing.remove(node.node());
    node.report().ifPresent(report -> owing.removeAll(report.creditedBy()));
    return owing.isEmpty() ? Optional.empty() : Optional.of("is being admitted");
  }

  private void tellDifferences(List<AllocatorEffect> effects, Moment now) {
    for (NodeBelief belief : beliefs.ofPresent(now)) {
      if (belief.hasReported()) {
        List<Difference> differences = definitions.differencesOf(belief.catalog());
        if (belief.tell(differences)) {
          effects.add(new Send(belief.node(), new Differ(reign.epoch(), differences)));
        }
      }
    }
  }

  /** How much longer an instance may go on that is not fenced and has forfeited (4.3.2). */
  Duration unfenced() {
    Duration longest = longest(Duration.ZERO, definitions.all());
    longest = longest(longest, edits.active().specs());
    for (NodeBelief belief : beliefs.all()) {
      longest = longest(longest, belief.catalog().definitions());
      longest = longest(longest, belief.catalog().learned());
    }
    return longest;
  }

  private static Duration longest(Duration least, Collection<RoleSpec> specs) {
    Duration longest = least;
    for (RoleSpec spec : specs) {
      if (!spec.fenced() && spec.stopDeadline().compareTo(longest) > 0) {
        longest = spec.stopDeadline();
      }
    }
    return longest;
  }
}
