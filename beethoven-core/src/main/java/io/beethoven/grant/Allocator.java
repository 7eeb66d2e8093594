package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.Excluded;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.LeaseLost;
import io.beethoven.grant.AllocatorEffect.NoLongerNeeded;
import io.beethoven.grant.AllocatorEffect.ReignBegan;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Answer.Alive;
import io.beethoven.grant.Answer.Blocked;
import io.beethoven.grant.Answer.EditsStored;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Answer.VotersStored;
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
import io.beethoven.model.Epoch;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who may run what: the allocator's side of the protocol of rights (4.3, 4.6). Owned by one thread
 * at a time; each step changes it and returns what has to be done, in that order.
 *
 * <p>It starts empty and learns everything from what the nodes report. It need not be the only one:
 * two at once do no harm. Its guarantees, in the order of their priority:
 *
 * <ol>
 *   <li>It issues nothing until a quorum promised its epoch and every node that it or any of them
 *       ever named has reported, is dead or is excluded (4.6.2). Leaving the membership excuses
 *       nobody.
 *   <li>It issues nothing without a lease of its own node (4.6).
 *   <li>It issues nothing to a node to which not every live voter has given credit (4.6.7).
 *   <li>An order that is unanswered counts as obeyed; what is ordered then keeps the rules that
 *       {@link Planning} names.
 *   <li>Tokens of its reign rise; what runs with a token that may have been overtaken elsewhere
 *       gets a higher one in place.
 *   <li>Unanswered orders are repeated, and a node that is silent is excluded (4.3).
 *   <li>A rival with a higher epoch silences it for a random time, after which it takes a still
 *       higher one and begins anew; or ends it, if it only stood in.
 * </ol>
 */
public final class Allocator {

  /** What it is and goes by. */
  public record Setup(
      Incarnation self, Planning planning, Timing timing, int maxVoters, boolean standIn) {

    /**
     * Checks the parts.
     *
     * @param self the allocator's own node, whose definitions hold
     * @param planning decides who should hold what
     * @param timing by what times it goes
     * @param maxVoters how many nodes vote at most
     * @param standIn whether it stands in for one that is silent, and ends when that is back
     */
    public Setup {}
  }

  private final Incarnation self;
  private final Setup setup;
  private final Timing timing;
  private final RandomGenerator random;
  private final SortedMap<Incarnation, NodeBelief> beliefs = new TreeMap<>();
  private final SortedSet<Incarnation> present = new TreeSet<>();
  private final SortedSet<Incarnation> absent = new TreeSet<>();
  private final SortedSet<Incarnation> blocking = new TreeSet<>();
  private final SortedMap<Holding, Moment> metSince = new TreeMap<>();
  private final Definitions definitions = new Definitions();
  private final FailureMarks failures = new FailureMarks();
  private final TableWriter table = new TableWriter();
  private final SortedMap<Incarnation, RoleTable.Standing> standings = new TreeMap<>();
  private Reign reign;
  private Exclusions exclusions;
  private VoterChange voterChange;
  private EditLog edits;
  private Refounding refounding;
  private @Nullable Situation planned;
  private Phase phase = Phase.GATHERING;
  private Epoch heard = Epoch.NONE;
  private Outlook known;
  private Moment silentUntil;
  private boolean hadLease;

  /** What an allocator is doing. */
  private enum Phase {
    GATHERING,
    ISSUING,
    /** Its node has no lease. */
    IDLE,
    /** It met a rival. */
    SILENT,
    ENDED
  }

  /**
   * Begins a reign.
   *
   * @param setup what it is
   * @param random where its random numbers come from
   * @param outlook what its own node knows
   * @param now the time
   */
  public Allocator(Setup setup, RandomGenerator random, Outlook outlook, Moment now) {
    this.self = setup.self();
    this.setup = setup;
    this.timing = setup.timing();
    this.random = random;
    this.silentUntil = now;
    this.reign = new Reign(self, epochAbove(outlook, now), random.nextLong(), outlook, now);
    this.exclusions = new Exclusions(reign, timing);
    this.voterChange = new VoterChange(reign, timing, setup.maxVoters());
    this.edits = new EditLog(reign, timing);
    this.refounding = new Refounding(timing);
    this.blocking.addAll(outlook.named());
    this.known = outlook;
  }

  private Epoch epochAbove(Outlook outlook, Moment now) {
    long counter = Math.max(outlook.counter(), heard.counter());
    counter = Math.max(counter, Math.max(0, now.wall().toEpochMilli()));
    return new Epoch(Math.addExact(counter, 1), self.uid());
  }

  // events

  /**
   * The members are others.
   *
   * @param reachable the members that orders can be sent to, this node included
   * @param others members that cannot be reached yet
   * @param outlook what its own node knows
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> members(
      Collection<Incarnation> reachable,
      Collection<Incarnation> others,
      Outlook outlook,
      Moment now) {
    List<AllocatorEffect> effects = new ArrayList<>();
    present.clear();
    present.addAll(reachable);
    absent.clear();
    absent.addAll(others);
    if (phase == Phase.GATHERING && !belief(self, now).hasReported()) {
      // Whoever is a member when the reign begins may hold something.
      blocking.addAll(present);
      blocking.addAll(absent);
    }
    return proceed(effects, outlook, now);
  }

  /**
   * A node answered or reported.
   *
   * @param answer what it said
   * @param outlook what its own node knows
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> answered(Answer answer, Outlook outlook, Moment now) {
    List<AllocatorEffect> effects = new ArrayList<>();
    if (phase == Phase.ENDED || reign.dead().contains(answer.node())) {
      return effects;
    }
    known = outlook;
    NodeBelief belief = belief(answer.node(), now);
    boolean wasSilent = belief.isSilent(timing.suspect(), now);
    belief.heard(now, timing.covering(leaseTerm(belief)).suspect());
    if (answer instanceof Promised promised) {
      Epoch foreign = promised.testimony().foreign();
      if (phase != Phase.SILENT && foreign.compareTo(reign.epoch()) >= 0) {
        // 4.6.7: what runs needs higher tokens than those of the island that has joined.
        heard = foreign.compareTo(heard) > 0 ? foreign : heard;
        beginAnew(effects, outlook, now);
      } else if (isOfThisReign(promised.report().promised(), belief, effects, outlook, now)) {
        promised(promised, belief, effects, now);
      }
    } else if (answer instanceof Reported reported) {
      if (isOfThisReign(reported.report().promised(), belief, effects, outlook, now)) {
        reported(reported.report(), belief, effects, now);
      }
    } else if (answer instanceof Alive alive) {
      alive(alive, belief, effects, outlook, now);
      if (!wasSilent) {
        // Nothing is known now that was not before.
        return effects;
      }
    } else if (answer instanceof Stopped stopped) {
      belief.stopped(stopped.slot(), stopped.token());
    } else if (answer instanceof Refused refused) {
      belief.refused(refused.slot(), refused.token());
      if (refused.reason() == Reason.HELD) {
        // Not at once again, while its former instance is stopping.
        failures.refused(refused, now.wall().plus(timing.orderResend()));
      }
    } else if (answer instanceof Nacked nacked) {
      nacked(nacked, belief, effects, outlook, now);
    } else if (answer instanceof Blocked blocked) {
      exclusions.blocked(blocked);
    } else if (answer instanceof VotersStored stored) {
      voterChange.stored(stored);
    } else if (answer instanceof EditsStored stored) {
      edits.stored(stored);
    }
    return proceed(effects, outlook, now);
  }

  /**
   * Time has passed; to be called at least once per pause of contact.
   *
   * @param outlook what its own node knows
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> tick(Outlook outlook, Moment now) {
    return proceed(new ArrayList<>(), outlook, now);
  }

  /**
   * Makes or changes a definition. {@link AllocatorEffect.EditStored} tells how far it is; it is
   * lost if the reign ends before it is acknowledged.
   *
   * @param spec the definition
   * @param outlook what its own node knows
   * @param now the time
   * @return what to do
   */
  public List<AllocatorEffect> edit(RoleSpec spec, Outlook outlook, Moment now) {
    edits.edit(spec);
    return proceed(new ArrayList<>(), outlook, now);
  }

  // answers

  private void promised(
      Promised promised, NodeBelief belief, List<AllocatorEffect> effects, Moment now) {
    Report report = promised.report();
    Testimony testimony = promised.testimony();
    adopt(report.shared());
    boolean first = !belief.hasReported();
    if (!readmits(report, effects, now)) {
      return;
    }
    belief.promised(promised);
    findEdits(belief);
    failures.note(belief, now.wall().plus(timing.retryAfter()));
    if (first && phase == Phase.GATHERING) {
      // 4.6.2: whom it ever gave credit may hold something.
      blocking.addAll(testimony.named());
      blocking.removeAll(reign.dead());
    }
    if (first && phase == Phase.ISSUING) {
      definitions.learn(belief.catalog());
      definitions.learnFromHolder(belief.catalog());
    }
  }

  private void findEdits(NodeBelief belief) {
    Optional<Report> report = belief.report();
    Optional<Testimony> testimony = belief.testimony();
    if (report.isPresent() && testimony.isPresent()) {
      Edits theirs = testimony.get().edits();
      if (!editedForItself(report.get(), theirs)) {
        edits.found(belief.node(), theirs);
      }
    }
  }

  /** What a node edited while it was alone ends when it joins. */
  private boolean editedForItself(Report report, Edits edits) {
    Voters theirs = report.shared().voters();
    return theirs.cluster() != reign.voters().cluster()
        && theirs.cluster() == edits.cluster()
        && Participant.wasAlways(report.node(), theirs);
  }

  private void reported(
      Report report, NodeBelief belief, List<AllocatorEffect> effects, Moment now) {
    adopt(report.shared());
    if (readmits(report, effects, now) && belief.reported(report)) {
      failures.note(belief, now.wall().plus(timing.retryAfter()));
    }
  }

  private boolean readmits(Report report, List<AllocatorEffect> effects, Moment now) {
    boolean wasExcluded = exclusions.isExcluded(report.node());
    boolean readmitted = exclusions.readmits(report.node(), report.session(), effects);
    if (wasExcluded && readmitted) {
      stands(report.node(), false, now);
    }
    return readmitted;
  }

  /** Notes for the table that a node is excluded, or back. */
  private void stands(Incarnation node, boolean excluded, Moment now) {
    standings.put(node, new RoleTable.Standing(node, excluded, now.wall()));
    planned = null;
  }

  private void adopt(Shared shared) {
    Voters theirs = shared.voters();
    reign.adopt(theirs, shared.dead());
  }

  private void alive(
      Alive alive, NodeBelief belief, List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    boolean higher = alive.promised().compareTo(reign.epoch()) > 0;
    if (higher) {
      depose(alive.promised(), belief, effects, outlook, now);
    } else if (!belief.isAsked()
        && (!belief.hasReported()
            || !alive.promised().equals(reign.epoch())
            || belief.isBehind(alive.version()))) {
      ask(belief, effects, now);
    }
  }

  private void nacked(
      Nacked nacked,
      NodeBelief belief,
      List<AllocatorEffect> effects,
      Outlook outlook,
      Moment now) {
    boolean sameEpochOfAnother =
        nacked.promised().equals(reign.epoch()) && nacked.reign() != reign.nonce();
    if (sameEpochOfAnother || nacked.promised().compareTo(reign.epoch()) > 0) {
      depose(nacked.promised(), belief, effects, outlook, now);
    }
  }

  /** Tells whether a promise is for this reign; one of a higher epoch ends it. */
  private boolean isOfThisReign(
      Epoch promised, NodeBelief by, List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    int byEpoch = promised.compareTo(reign.epoch());
    if (byEpoch > 0) {
      depose(promised, by, effects, outlook, now);
    }
    return byEpoch == 0;
  }

  private void ask(NodeBelief belief, List<AllocatorEffect> effects, Moment now) {
    if (present.contains(belief.node())) {
      reign.nextRound();
      effects.add(new Send(belief.node(), belief.ask(reign.question(named()), now)));
    }
  }

  private Set<Incarnation> named() {
    Set<Incarnation> named = new TreeSet<>(blocking);
    named.addAll(present);
    named.addAll(absent);
    named.removeAll(reign.dead());
    return named;
  }

  // reigns

  private void depose(
      Epoch promised, NodeBelief by, List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    heard = promised.compareTo(heard) > 0 ? promised : heard;
    if (phase == Phase.SILENT || phase == Phase.ENDED) {
      return;
    }
    effects.add(new Deposed(reign.epoch(), promised));
    exclusions.giveUp(effects);
    // A node that comes from its own, former allocator is no rival: there is nobody to spare.
    boolean formerOfItsOwn = !by.promisedOnce() && promised.allocatorUid() == by.node().uid();
    if (setup.standIn()) {
      phase = Phase.ENDED;
      effects.add(new NoLongerNeeded());
    } else if (formerOfItsOwn && !by.node().equals(self)) {
      beginAnew(effects, outlook, now);
    } else {
      phase = Phase.SILENT;
      long most = timing.silenceMax().toMillis();
      silentUntil = now.plus(Duration.ofMillis(1 + random.nextLong(most)));
    }
  }

  private void beginAnew(List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    exclusions.giveUp(effects);
    phase = Phase.GATHERING;
    hadLease = false;
    reign = new Reign(self, epochAbove(outlook, now), random.nextLong(), outlook, now);
    exclusions = new Exclusions(reign, timing);
    voterChange = new VoterChange(reign, timing, setup.maxVoters());
    edits = new EditLog(reign, timing);
    refounding = new Refounding(timing);
    definitions.clear();
    table.clear();
    standings.clear();
    planned = null;
    metSince.clear();
    beliefs.values().forEach(belief -> belief.beginReign(now));
    blocking.addAll(outlook.named());
    blocking.addAll(present);
    blocking.addAll(absent);
    effects.add(new ReignBegan(reign.epoch()));
    present.stream()
        .filter(node -> !reign.dead().contains(node))
        .forEach(node -> ask(belief(node, now), effects, now));
  }

  // going on

  private List<AllocatorEffect> proceed(
      List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    known = outlook;
    if (phase == Phase.ENDED) {
      return effects;
    }
    if (reign.follow(outlook)) {
      // Those of this cluster may have promised before.
      beliefs.values().forEach(this::findEdits);
    }
    reign.adopt(outlook.voters(), outlook.dead());
    reign.adopt(outlook.edits());
    forgetDead();
    if (phase == Phase.SILENT) {
      if (!now.isPast(silentUntil, Duration.ZERO)) {
        return effects;
      }
      if (!hadLease || outlook.leased(now)) {
        beginAnew(effects, outlook, now);
        return effects;
      }
      // A higher epoch without the lease that it lost would only depose whoever has one.
      phase = Phase.IDLE;
    }
    if (!outlook.leased(now)) {
      withoutLease(effects, outlook, now);
      return effects;
    }
    if (phase == Phase.IDLE || !reign.beganWithLease()) {
      // Others may have reigned while this node was cut off: what they used lies below now.
      beginAnew(effects, outlook, now);
    }
    hadLease = true;
    askUnreported(effects, now);
    resend(effects, now);
    if (hasQuorum()) {
      underPromise(effects, now);
    }
    return effects;
  }

  private void forgetDead() {
    Set<Incarnation> dead = reign.dead();
    beliefs.keySet().removeIf(dead::contains);
    blocking.removeIf(dead::contains);
    present.removeIf(dead::contains);
    absent.removeIf(dead::contains);
    failures.forget(dead);
    standings.keySet().removeAll(dead);
    exclusions.forget(dead);
  }

  /** 4.6: it stops when its lease ends. Before it ever had one it gathers, to refound (4.7). */
  private void withoutLease(List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    if (phase == Phase.IDLE) {
      if (Refounding.isThinkable(reign, present)) {
        beginAnew(effects, outlook, now);
      }
      return;
    }
    if (hadLease) {
      phase = Phase.IDLE;
      effects.add(new LeaseLost(reign.epoch()));
      exclusions.giveUp(effects);
      return;
    }
    askUnreported(effects, now);
    resend(effects, now);
    Set<Incarnation> reporters = reporters();
    // A former life may have reported as well.
    reporters.retainAll(present);
    refounding.replace(reign, reporters, isAnotherClusterAlive(), now).ifPresent(reign::propose);
    if (reign.voters().current().voters().isEmpty() && reign.voters().isJoint()) {
      voterChange.proceed(node -> true, new TreeSet<>(reporters), false, named(), effects, now);
    }
  }

  private boolean isAnotherClusterAlive() {
    return beliefs.values().stream()
        .flatMap(belief -> belief.report().stream())
        .filter(report -> report.standing() == Report.Standing.OPEN)
        .anyMatch(report -> report.shared().voters().cluster() != reign.voters().cluster());
  }

  private void askUnreported(List<AllocatorEffect> effects, Moment now) {
    for (Incarnation node : present) {
      NodeBelief belief = belief(node, now);
      if (!belief.hasReported() && !belief.isAsked()) {
        ask(belief, effects, now);
      }
    }
  }

  private void resend(List<AllocatorEffect> effects, Moment now) {
    for (Incarnation node : present) {
      NodeBelief belief = belief(node, now);
      belief.due(timing.orderResend(), now).forEach(order -> effects.add(new Send(node, order)));
      Duration answer = timing.orderResend().multipliedBy(2);
      Duration sign = timing.covering(leaseTerm(belief)).suspect().dividedBy(2);
      if (belief.owesAnswer(answer, sign, now)) {
        ask(belief, effects, now);
      }
    }
  }

  private Set<Incarnation> reporters() {
    Set<Incarnation> reporters = new TreeSet<>();
    for (NodeBelief belief : beliefs.values()) {
      if (belief.hasReported()) {
        reporters.add(belief.node());
      }
    }
    return reporters;
  }

  private boolean hasQuorum() {
    Set<Incarnation> reporters = reporters();
    return reporters.contains(self) && reign.quorum(reporters);
  }

  private void underPromise(List<AllocatorEffect> effects, Moment now) {
    exclude(effects, now);
    boolean complete =
        blocking.stream()
            .allMatch(node -> belief(node, now).hasReported() || exclusions.isExcluded(node));
    voterChange.proceed(
        this::isArmed, eligible(now), complete && !exclusions.isRunning(), named(), effects, now);
    if (!complete) {
      return;
    }
    if (phase == Phase.GATHERING) {
      phase = Phase.ISSUING;
      effects.add(new IssuingBegan(reign.epoch()));
    }
    edits.proceed(effects, now);
    issue(effects, now);
  }

  // 4.3

  private void exclude(List<AllocatorEffect> effects, Moment now) {
    SortedSet<Incarnation> watched = new TreeSet<>(blocking);
    watched.addAll(present);
    watched.addAll(reign.liveVoters());
    watched.remove(self);
    for (Incarnation node : watched) {
      NodeBelief belief = belief(node, now);
      if (isSilent(belief, now) && mayHoldSomething(node)) {
        exclusions.suspect(node, leaseTerm(belief), effects);
      } else {
        exclusions.spare(node, effects);
      }
    }
    if (!exclusions.isRunning()) {
      return;
    }
    Map<Incarnation, Long> sessions = new TreeMap<>();
    beliefs.forEach(
        (node, belief) ->
            belief.report().ifPresent(report -> sessions.put(node, report.session())));
    for (Incarnation node : exclusions.proceed(unfenced(), sessions, effects, now)) {
      belief(node, now).forget();
      stands(node, true, now);
      effects.add(new Excluded(node, belief(node, now).silentFor(now)));
    }
  }

  /** Whoever came up after the reign began and has not reported was given nothing. */
  private boolean mayHoldSomething(Incarnation node) {
    NodeBelief belief = beliefs.get(node);
    return (belief != null && belief.hasReported())
        || node.equals(self)
        || blocking.contains(node)
        || reign.liveVoters().contains(node);
  }

  /** A node of a slower profile is in contact less often. */
  private boolean isSilent(NodeBelief belief, Moment now) {
    return belief.isSilent(timing.covering(leaseTerm(belief)).suspect(), now);
  }

  private Duration leaseTerm(NodeBelief belief) {
    return belief.testimony().map(Testimony::leaseTerm).orElse(timing.leaseTerm());
  }

  /** How much longer an instance may go on that is not fenced and has forfeited (4.3.2). */
  private Duration unfenced() {
    Duration longest = longest(Duration.ZERO, definitions.all());
    for (NodeBelief belief : beliefs.values()) {
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

  private SortedSet<Incarnation> eligible(Moment now) {
    SortedSet<Incarnation> eligible = new TreeSet<>();
    for (Incarnation node : present) {
      NodeBelief belief = belief(node, now);
      if (belief.hasReported() && !belief.leaving() && isFresh(belief, now)) {
        eligible.add(node);
      }
    }
    return eligible;
  }

  /**
   * Whether everybody that may hold something has had credit of a node, so that nobody loses its
   * lease when that node becomes a voter.
   */
  private boolean isArmed(Incarnation node) {
    return beliefs.values().stream()
        .filter(belief -> !belief.node().equals(node))
        .flatMap(belief -> belief.report().stream())
        .filter(report -> report.standing() != Report.Standing.WITHOUT_LEASE)
        .allMatch(report -> report.creditedBy().contains(node));
  }

  private boolean isFresh(NodeBelief belief, Moment now) {
    return belief.node().equals(self) || !isSilent(belief, now);
  }

  // 4.6.3 to 4.6.8

  private void issue(List<AllocatorEffect> effects, Moment now) {
    failures.expire(now.wall());
    define(now);
    Situation situation = situation(now);
    if (situation.equals(planned)) {
      return;
    }
    AllocationPlan plan = setup.planning().plan(situation);
    // What is ordered now may be refused, which makes the situation what it was.
    planned = plan.ordersNothing() ? situation : null;
    order(plan, effects, now);
    tellDifferences(effects, now);
    table.write(reign.epoch(), definitions, presentBeliefs(now), plan, standings.values(), effects);
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
    NodeBelief belief = belief(node, now);
    long session = belief.report().map(Report::session).orElse(0L);
    if (session > 0 && present.contains(node)) {
      effects.add(new Send(node, belief.send(ordering.forSession(session), now)));
    }
  }

  private RoleSpec spec(Slot slot) {
    return definitions.of(slot.role()).orElseThrow();
  }

  private void define(Moment now) {
    definitions.decree(belief(self, now).catalog());
    definitions.override(edits.active());
    beliefs.values().forEach(belief -> definitions.learn(belief.catalog()));
    beliefs.values().forEach(belief -> definitions.learnFromHolder(belief.catalog()));
  }

  private Situation situation(Moment now) {
    List<Holding> holdings = new ArrayList<>();
    beliefs.values().forEach(belief -> holdings.addAll(belief.holdings()));
    return new Situation(
        List.copyOf(definitions.all()),
        candidates(now),
        holdings,
        reign.dead(),
        overdue(holdings, now),
        foreign());
  }

  private Epoch foreign() {
    return beliefs.values().stream()
        .flatMap(belief -> belief.testimony().stream())
        .map(Testimony::foreign)
        .max(Epoch::compareTo)
        .orElse(Epoch.NONE);
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
    for (NodeBelief belief : presentBeliefs(now)) {
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

  private List<NodeBelief> presentBeliefs(Moment now) {
    List<NodeBelief> beliefs = new ArrayList<>();
    for (Incarnation node : present) {
      beliefs.add(belief(node, now));
    }
    return beliefs;
  }

  /** 4.6.7. */
  private Optional<String> notAdmitted(NodeBelief node, Moment now) {
    if (!isFresh(node, now) || exclusions.isRunning(node.node())) {
      return Optional.of("is silent");
    }
    Set<Incarnation> owing = new TreeSet<>(reign.liveVoters());
    owing.remove(node.node());
    node.report().ifPresent(report -> owing.removeAll(report.creditedBy()));
    return owing.isEmpty() ? Optional.empty() : Optional.of("is being admitted");
  }

  private void tellDifferences(List<AllocatorEffect> effects, Moment now) {
    for (NodeBelief belief : presentBeliefs(now)) {
      if (belief.hasReported()) {
        List<Difference> differences = definitions.differencesOf(belief.catalog());
        if (belief.tell(differences)) {
          effects.add(new Send(belief.node(), new Differ(reign.epoch(), differences)));
        }
      }
    }
  }

  private NodeBelief belief(Incarnation node, Moment now) {
    NodeBelief belief = beliefs.get(node);
    if (belief == null) {
      belief = new NodeBelief(node, known.heard().getOrDefault(node, now));
      beliefs.put(node, belief);
    }
    return belief;
  }

  // what is known

  /** Returns the epoch of the present reign. */
  public Epoch epoch() {
    return reign.epoch();
  }

  /**
   * Returns a definition that holds.
   *
   * @param role which role
   * @return its definition; empty before orders are issued, or if nobody defines it
   */
  public Optional<RoleSpec> definition(RoleName role) {
    return definitions.of(role);
  }

  /** Tells whether orders are issued. */
  public boolean isIssuing() {
    return phase == Phase.ISSUING;
  }

  /**
   * Returns the other members of which it is certain that they hold nothing: those that are
   * excluded, and those that came after the reign began and have not reported yet.
   *
   * @return the members, sorted; empty while it issues nothing
   */
  public SortedSet<Incarnation> holdingNothing() {
    SortedSet<Incarnation> holdingNothing = new TreeSet<>();
    if (phase == Phase.ISSUING) {
      holdingNothing.addAll(present);
      holdingNothing.addAll(absent);
      holdingNothing.removeIf(node -> !exclusions.isExcluded(node) && mayHoldSomething(node));
    }
    return holdingNothing;
  }

  /** Returns the table that was published last in this reign, or an empty one. */
  public RoleTable table() {
    return table.published();
  }

  /**
   * Tells whether something is awaited, so that {@link #tick} is wanted after the time in which
   * orders are repeated.
   */
  public boolean awaitsAnswers() {
    return voterChange.isOnItsWay()
        || edits.isOnItsWay()
        || exclusions.isRunning()
        || !metSince.isEmpty()
        || beliefs.values().stream()
            .filter(belief -> present.contains(belief.node()))
            .anyMatch(NodeBelief::awaitsAnything);
  }
}
