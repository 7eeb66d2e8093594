package io.beethoven.grant;

import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.ReignBegan;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.Candidate;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Token;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Who may run what: the allocator's side of the protocol of rights. Owned by one thread at a time;
 * each step changes it and returns what has to be done.
 *
 * <p>It starts empty and learns everything from what the nodes report. Its guarantees, in the order
 * of their priority:
 *
 * <ol>
 *   <li>It issues nothing until every member has promised its epoch and reported, or is dead. A
 *       member that left the membership without being confirmed dead counts as gone.
 *   <li>It issues nothing to a node that comes later until every other member has confirmed its
 *       promise once more; otherwise a newcomer could obey an allocator that the others no longer
 *       obey. The newcomer must have been named as a member, introduced or not, to every allocator
 *       before it is introduced to one.
 *   <li>A slot gets a new holder only when nobody holds it, as far as orders that are unanswered
 *       count as obeyed; a role never gets more holders than its count. That rests on {@link
 *       Planning}.
 *   <li>Tokens of its reign rise; a right of a former reign is kept and given a higher token in
 *       place.
 *   <li>Unanswered orders are repeated, and a node that says nothing is asked.
 *   <li>A rival with a higher epoch silences it for a random time, after which it takes a still
 *       higher one and begins anew.
 * </ol>
 */
public final class Allocator {

  private final Incarnation self;
  private final Planning planning;
  private final AllocatorTimes times;
  private final RandomGenerator random;
  private final SortedMap<Incarnation, NodeBelief> beliefs = new TreeMap<>();
  private final SortedSet<Incarnation> present = new TreeSet<>();
  private final SortedSet<Incarnation> pending = new TreeSet<>();
  private final SortedSet<Incarnation> dead = new TreeSet<>();
  private final Definitions definitions = new Definitions();
  private final FailureMarks failures = new FailureMarks();
  private Epoch epoch;
  private Prepare prepare;
  private long seq;
  private Reign phase = Reign.GATHERING;
  private Epoch heard = Epoch.NONE;
  private Instant silentUntil = Instant.EPOCH;
  private RoleTable published = RoleTable.EMPTY;

  /** What an allocator is doing. */
  private enum Reign {
    GATHERING,
    ISSUING,
    SILENT
  }

  /**
   * Begins a reign.
   *
   * @param self the allocator's own node, whose definitions hold
   * @param planning decides who should hold what
   * @param times by what times it goes
   * @param random where its random numbers come from
   * @param now the time
   */
  public Allocator(
      Incarnation self,
      Planning planning,
      AllocatorTimes times,
      RandomGenerator random,
      Instant now) {
    this.self = self;
    this.planning = planning;
    this.times = times;
    this.random = random;
    this.epoch = epochAbove(Epoch.NONE, now);
    this.prepare = new Prepare(epoch, random.nextLong(), 1);
  }

  /** Returns the epoch of the present reign. */
  public Epoch epoch() {
    return epoch;
  }

  /** Tells whether every member has reported, so that orders are issued. */
  public boolean isIssuing() {
    return phase == Reign.ISSUING;
  }

  /**
   * Tells whether a member owes an answer, so that {@link #tick} is wanted after the resend time.
   */
  public boolean awaitsAnswers() {
    return present.stream().anyMatch(node -> belief(node).awaitsAnything());
  }

  /**
   * Returns when {@link #tick} is wanted at the latest for a reason other than repeating orders.
   */
  public Optional<Instant> wakeAt() {
    return switch (phase) {
      case GATHERING -> Optional.empty();
      case ISSUING -> failures.nextRetry();
      case SILENT -> Optional.of(silentUntil);
    };
  }

  /** Returns the table that was published last in this reign, or an empty one. */
  public RoleTable table() {
    return published;
  }

  /**
   * The members are others.
   *
   * @param members the members that orders can be sent to, this node included
   * @param notIntroduced members that cannot be reached yet
   * @param newlyDead incarnations confirmed dead or departed
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> members(
      Collection<Incarnation> members,
      Collection<Incarnation> notIntroduced,
      Collection<Incarnation> newlyDead,
      Instant now) {
    List<AllocatorEffect> effects = new ArrayList<>();
    dead.addAll(newlyDead);
    beliefs.keySet().removeAll(dead);
    failures.forget(dead);
    pending.clear();
    pending.addAll(notIntroduced);
    pending.removeAll(dead);
    present.retainAll(Set.copyOf(members));
    present.removeAll(dead);
    for (Incarnation member : new TreeSet<>(members)) {
      if (!dead.contains(member) && present.add(member)) {
        beliefs.computeIfAbsent(member, NodeBelief::new);
        if (phase != Reign.SILENT) {
          effects.add(prepare(member, now));
        }
      }
    }
    return proceed(effects, now);
  }

  /**
   * A node answered or reported.
   *
   * @param answer what it said
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> answered(Answer answer, Instant now) {
    List<AllocatorEffect> effects = new ArrayList<>();
    NodeBelief belief = beliefs.get(answer.node());
    if (belief == null || !present.contains(answer.node())) {
      return effects;
    }
    belief.heard(now);
    if (answer instanceof Promised promised) {
      if (isOfThisReign(promised.report().promised(), belief, effects, now)) {
        promised(promised, belief, effects, now);
      }
    } else if (answer instanceof Reported reported) {
      if (isOfThisReign(reported.report().promised(), belief, effects, now)
          && belief.reported(reported.report())) {
        failures.note(belief, now.plus(times.retryAfter()));
      }
    } else if (answer instanceof Stopped stopped) {
      belief.stopped(stopped.slot(), stopped.token());
    } else if (answer instanceof Refused refused) {
      belief.refused(refused.slot(), refused.token());
    } else if (answer instanceof Nacked nacked) {
      boolean sameEpochOfAnother =
          nacked.promised().equals(epoch) && nacked.reign() != prepare.reign();
      if (sameEpochOfAnother) {
        depose(nacked.promised(), belief, effects, now);
      } else {
        isOfThisReign(nacked.promised(), belief, effects, now);
      }
    }
    return proceed(effects, now);
  }

  /**
   * Time has passed.
   *
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> tick(Instant now) {
    List<AllocatorEffect> effects = new ArrayList<>();
    if (phase == Reign.SILENT) {
      boolean clockSetBack = now.isBefore(silentUntil.minus(times.backoffMax()));
      if (!now.isBefore(silentUntil) || clockSetBack) {
        beginAnew(effects, now);
      }
      return effects;
    }
    proceed(effects, now);
    for (Incarnation node : present) {
      if (belief(node).isSilent(now, times.askAfter())) {
        effects.add(new Send(node, belief(node).confirm(prepare, now)));
      }
      belief(node)
          .due(now, times.orderResend())
          .forEach(order -> effects.add(new Send(node, order)));
    }
    return effects;
  }

  private void promised(
      Promised promised, NodeBelief belief, List<AllocatorEffect> effects, Instant now) {
    boolean first = belief.report().isEmpty();
    belief.promised(promised.report(), promised.catalog(), promised.round());
    failures.note(belief, now.plus(times.retryAfter()));
    if (first && belief.report().isPresent() && phase == Reign.ISSUING) {
      definitions.learn(belief.catalog());
      definitions.learnFromHolder(belief.catalog());
      // A rival may reign over the others already, and this node not know it yet.
      prepare = new Prepare(epoch, prepare.reign(), prepare.round() + 1);
      belief.admitAfter(prepare.round());
      for (Incarnation other : present) {
        if (!other.equals(belief.node()) && belief(other).report().isPresent()) {
          effects.add(new Send(other, belief(other).confirm(prepare, now)));
        }
      }
    }
  }

  /** Tells whether a promise is for this reign; one of a higher epoch ends it. */
  private boolean isOfThisReign(
      Epoch promised, NodeBelief by, List<AllocatorEffect> effects, Instant now) {
    int byEpoch = promised.compareTo(epoch);
    if (byEpoch > 0) {
      depose(promised, by, effects, now);
    }
    return byEpoch == 0;
  }

  private void depose(Epoch promised, NodeBelief by, List<AllocatorEffect> effects, Instant now) {
    if (promised.compareTo(heard) > 0) {
      heard = promised;
    }
    if (phase == Reign.SILENT) {
      return;
    }
    effects.add(new Deposed(epoch, promised));
    // A node that comes from its own, former allocator is no rival: there is nobody to spare.
    boolean formerOfItsOwn = !by.promisedOnce() && promised.allocatorUid() == by.node().uid();
    if (formerOfItsOwn) {
      beginAnew(effects, now);
    } else {
      fallSilent(now);
    }
  }

  private void fallSilent(Instant now) {
    phase = Reign.SILENT;
    silentUntil = now.plusMillis(1 + random.nextLong(times.backoffMax().toMillis() + 1));
  }

  private void beginAnew(List<AllocatorEffect> effects, Instant now) {
    phase = Reign.GATHERING;
    epoch = epochAbove(heard.compareTo(epoch) > 0 ? heard : epoch, now);
    prepare = new Prepare(epoch, random.nextLong(), 1);
    seq = 0;
    published = RoleTable.EMPTY;
    definitions.clear();
    effects.add(new ReignBegan(epoch));
    present.forEach(node -> effects.add(prepare(node, now)));
    proceed(effects, now);
  }

  private Epoch epochAbove(Epoch known, Instant now) {
    long counter = Math.max(known.counter(), Math.max(0, now.toEpochMilli()));
    return new Epoch(Math.addExact(counter, 1), self.uid());
  }

  private AllocatorEffect prepare(Incarnation node, Instant now) {
    return new Send(node, belief(node).prepare(prepare, now));
  }

  private List<AllocatorEffect> proceed(List<AllocatorEffect> effects, Instant now) {
    if (phase == Reign.GATHERING && hasGathered()) {
      phase = Reign.ISSUING;
      definitions.decree(belief(self).catalog());
      present.forEach(node -> definitions.learn(belief(node).catalog()));
      present.forEach(node -> definitions.learnFromHolder(belief(node).catalog()));
      effects.add(new IssuingBegan(epoch));
    }
    if (phase == Reign.ISSUING) {
      issue(effects, now);
    }
    return effects;
  }

  private boolean hasGathered() {
    return pending.isEmpty()
        && present.contains(self)
        && present.stream().allMatch(node -> belief(node).report().isPresent());
  }

  private void issue(List<AllocatorEffect> effects, Instant now) {
    failures.expire(now);
    List<Holding> holdings = holdings();
    AllocationPlan plan = planning.plan(definitions.all(), candidates(), holdings);
    for (Assignment assignment : plan.assign()) {
      RoleSpec spec = definitions.of(assignment.slot().role()).orElseThrow();
      effects.add(
          grant(
              new Holding(assignment.slot(), assignment.node(), nextToken(), Phase.ORDERED),
              spec,
              now));
    }
    for (Holding holding : plan.giveUp()) {
      effects.add(revoke(holding, now));
    }
    for (Holding holding : holdings) {
      boolean former = !holding.token().epoch().equals(epoch);
      if (former && holding.phase() != Phase.ENDING && !plan.giveUp().contains(holding)) {
        RoleSpec spec = definitions.of(holding.slot().role()).orElseThrow();
        effects.add(
            grant(
                new Holding(holding.slot(), holding.node(), nextToken(), Phase.ORDERED),
                spec,
                now));
      }
    }
    tellDifferences(effects);
    publish(effects, plan);
  }

  private Token nextToken() {
    seq++;
    return new Token(epoch, seq);
  }

  private AllocatorEffect grant(Holding holding, RoleSpec spec, Instant now) {
    NodeBelief belief = belief(holding.node());
    Grant order = new Grant(epoch, session(belief), holding.slot(), holding.token(), spec);
    return new Send(holding.node(), belief.send(order, now));
  }

  private AllocatorEffect revoke(Holding holding, Instant now) {
    NodeBelief belief = belief(holding.node());
    Revoke order = new Revoke(epoch, session(belief), holding.slot(), holding.token());
    return new Send(holding.node(), belief.send(order, now));
  }

  private static long session(NodeBelief belief) {
    return belief.report().map(Report::session).orElseThrow();
  }

  private void tellDifferences(List<AllocatorEffect> effects) {
    for (Incarnation node : present) {
      NodeBelief belief = belief(node);
      if (belief.report().isPresent()) {
        List<Difference> differences = definitions.differencesOf(belief.catalog());
        if (belief.tell(differences)) {
          effects.add(new Send(node, new Differ(epoch, differences)));
        }
      }
    }
  }

  private void publish(List<AllocatorEffect> effects, AllocationPlan plan) {
    List<RoleTable.Row> rows = new ArrayList<>();
    List<Holding> holdings = holdings();
    for (RoleSpec spec : definitions.all()) {
      rows.add(row(spec, plan, holdings));
    }
    if (!published.epoch().equals(epoch) || !published.rows().equals(rows)) {
      published = new RoleTable(epoch, published.version() + 1, rows);
      effects.add(new Publish(published));
    }
  }

  private RoleTable.Row row(RoleSpec spec, AllocationPlan plan, List<Holding> holdings) {
    List<RoleTable.Placement> placements =
        holdings.stream()
            .filter(holding -> holding.slot().role().equals(spec.name()))
            .map(
                holding ->
                    new RoleTable.Placement(
                        holding.slot(),
                        holding.node(),
                        holding.token(),
                        holding.phase() == Phase.RUNNING))
            .toList();
    List<RoleTable.Differing> differing = new ArrayList<>();
    for (Incarnation node : present) {
      for (Difference difference : definitions.differencesOf(belief(node).catalog())) {
        if (difference.role().equals(spec.name())) {
          differing.add(new RoleTable.Differing(node.node(), difference.text()));
        }
      }
    }
    return new RoleTable.Row(
        spec.name(),
        spec.count(),
        placements,
        Optional.ofNullable(plan.unmet().get(spec.name())),
        Optional.ofNullable(plan.parked().get(spec.name())),
        differing);
  }

  private List<Holding> holdings() {
    return present.stream().flatMap(node -> belief(node).holdings().stream()).sorted().toList();
  }

  private List<Candidate> candidates() {
    return present.stream()
        .map(this::belief)
        .map(
            belief ->
                new Candidate(
                    belief.node(),
                    Set.copyOf(belief.catalog().implementations()),
                    failures.of(belief.node()),
                    belief.closed().or(() -> notAdmitted(belief)),
                    belief.leaving()))
        .toList();
  }

  private Optional<String> notAdmitted(NodeBelief newcomer) {
    boolean admitted =
        present.stream()
            .map(this::belief)
            .filter(belief -> belief != newcomer && belief.report().isPresent())
            .allMatch(
                belief ->
                    belief.confirmedRound() >= newcomer.admissionRound()
                        || belief.admissionRound() > newcomer.admissionRound());
    return admitted ? Optional.empty() : Optional.of("is being admitted");
  }

  private NodeBelief belief(Incarnation node) {
    return beliefs.computeIfAbsent(node, NodeBelief::new);
  }
}
