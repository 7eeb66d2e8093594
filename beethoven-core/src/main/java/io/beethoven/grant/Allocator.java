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
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

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
 *   <li>Unanswered orders are repeated, and a node that is silent is excluded (4.3); when the reign
 *       ends, so do the blocks that this took.
 *   <li>A rival with a higher epoch silences it for a random time, and for W more at most while its
 *       node takes part in the rival's exclusion of somebody; then it takes a still higher one and
 *       begins anew. If it only stood in, the rival ends it.
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
  private final Beliefs beliefs;
  private final SortedSet<Incarnation> blocking = new TreeSet<>();
  private final FailureMarks failures = new FailureMarks();
  private Reign reign;
  private Exclusions exclusions;
  private VoterChange voterChange;
  private EditLog edits;
  private Refounding refounding;
  private Issuing issuing;
  private Phase phase = Phase.GATHERING;
  private Epoch heard = Epoch.NONE;
  private Moment silentUntil;
  private boolean hadLease;
  private Optional<Moment> leasedSince = Optional.empty();

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
    this.beliefs = new Beliefs(timing, outlook);
    this.reign = new Reign(self, epochAbove(outlook, now), random.nextLong(), outlook, now);
    this.exclusions = new Exclusions(reign, timing);
    this.voterChange = new VoterChange(reign, timing, setup.maxVoters());
    this.edits = new EditLog(reign, timing);
    this.refounding = new Refounding();
    this.issuing = new Issuing(setup, reign, beliefs, exclusions, edits, failures);
    this.blocking.addAll(outlook.named());
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
    beliefs.members(reachable, others);
    if (phase == Phase.GATHERING && !beliefs.of(self, now).hasReported()) {
      // Whoever is a member when the reign begins may hold something.
      blocking.addAll(beliefs.members());
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
    beliefs.know(outlook);
    NodeBelief belief = beliefs.of(answer.node(), now);
    boolean wasSilent = belief.isSilent(timing.suspect(), now);
    belief.heard(now, beliefs.suspect(belief));
    if (exclusions.isRunning(belief.node()) && !(answer instanceof Promised)) {
      // Its answer is what spares it.
      belief.askAgain(now).ifPresent(order -> effects.add(new Send(belief.node(), order)));
    }
    if (answer instanceof Promised promised) {
      Epoch foreign = promised.testimony().foreign();
      if (phase != Phase.SILENT && foreign.compareTo(reign.epoch()) > 0) {
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
    // From now on it may hold something, even if it is no member any more.
    blocking.add(belief.node());
    if (first && phase == Phase.ISSUING) {
      issuing.learn(belief.catalog());
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
        && theirs.wereAlwaysOf(report.node().node());
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
      issuing.stands(report.node(), false, now);
    }
    return readmitted;
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
    if (beliefs.present().contains(belief.node())) {
      reign.nextRound();
      effects.add(new Send(belief.node(), belief.ask(reign.question(named()), now)));
    }
  }

  private Set<Incarnation> named() {
    Set<Incarnation> named = new TreeSet<>(blocking);
    named.addAll(beliefs.members());
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
    if (phase != Phase.IDLE && bringsAFormerEpoch(by, promised, outlook)) {
      // No rival: there is nobody to spare.
      beginAnew(effects, outlook, now);
    } else if (setup.standIn()) {
      phase = Phase.ENDED;
      effects.add(new NoLongerNeeded());
    } else {
      phase = Phase.SILENT;
      long most = timing.silenceMax().toMillis();
      silentUntil = now.plus(Duration.ofMillis(1 + random.nextLong(most)));
    }
  }

  /**
   * Whether a node that comes has promised to an allocator that reigns nowhere: on itself, while it
   * was alone, or on a node of which nobody here has ever heard, such as its former life.
   */
  private boolean bringsAFormerEpoch(NodeBelief by, Epoch promised, Outlook outlook) {
    Set<Incarnation> known = named();
    known.addAll(outlook.named());
    known.addAll(reign.voters().all());
    known.removeAll(reign.dead());
    known.removeIf(node -> node.node().equals(by.node().node()));
    // A stand-in may meet the allocator for which it stands in, before that has promised it.
    boolean itself = setup.standIn() && promised.allocatorUid() == by.node().uid();
    return !by.promisedOnce()
        && !itself
        && !by.node().equals(self)
        && known.stream().noneMatch(node -> node.uid() == promised.allocatorUid());
  }

  private void beginAnew(List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    exclusions.giveUp(effects);
    phase = Phase.GATHERING;
    hadLease = false;
    reign = new Reign(self, epochAbove(outlook, now), random.nextLong(), outlook, now);
    exclusions = new Exclusions(reign, timing);
    voterChange = new VoterChange(reign, timing, setup.maxVoters());
    edits = new EditLog(reign, timing);
    refounding = new Refounding();
    issuing = new Issuing(setup, reign, beliefs, exclusions, edits, failures);
    beliefs.beginReign(leasedSince.orElse(now));
    blocking.addAll(outlook.named());
    blocking.addAll(beliefs.members());
    effects.add(new ReignBegan(reign.epoch()));
    beliefs.ofPresent(now).stream()
        .filter(belief -> !reign.dead().contains(belief.node()))
        .forEach(belief -> ask(belief, effects, now));
  }

  // going on

  private List<AllocatorEffect> proceed(
      List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    beliefs.know(outlook);
    if (phase == Phase.ENDED) {
      return effects;
    }
    leasedSince =
        outlook.leased(now) ? Optional.of(leasedSince.orElse(now)) : Optional.<Moment>empty();
    if (reign.follow(outlook)) {
      // Those of this cluster may have promised before.
      beliefs.all().forEach(this::findEdits);
    }
    reign.adopt(outlook.voters(), outlook.dead());
    reign.adopt(outlook.edits());
    forgetDead();
    if (phase == Phase.SILENT) {
      if (!now.isPast(silentUntil, patience(outlook))) {
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

  /** Whoever began to reign in the middle of another one's exclusion would begin that anew. */
  private Duration patience(Outlook outlook) {
    return outlook.blocking() ? timing.leaseEnd() : Duration.ZERO;
  }

  private void forgetDead() {
    Set<Incarnation> dead = reign.dead();
    beliefs.forget(dead);
    blocking.removeIf(dead::contains);
    failures.forget(dead);
    issuing.forget(dead);
    exclusions.forget(dead);
  }

  /** 4.6: it stops when its lease ends. Before it ever had one it gathers, to refound (4.7). */
  private void withoutLease(List<AllocatorEffect> effects, Outlook outlook, Moment now) {
    if (phase == Phase.IDLE) {
      if (Refounding.isThinkable(reign, beliefs.present())) {
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
    Set<Incarnation> reporters = beliefs.reporters();
    // A former life may have reported as well.
    reporters.retainAll(beliefs.present());
    boolean elsewhere =
        beliefs.isAnotherClusterAlive(reign.voters().cluster())
            || (reign.voters().wereAlwaysOf(self.node())
                && !reporters.containsAll(beliefs.members()));
    refounding
        .replace(reign, reporters, beliefs.longestLease(), elsewhere, now)
        .ifPresent(reign::propose);
    if (reign.voters().current().voters().isEmpty() && reign.voters().isJoint()) {
      voterChange.proceed(node -> true, new TreeSet<>(reporters), false, named(), effects, now);
    }
  }

  private void askUnreported(List<AllocatorEffect> effects, Moment now) {
    for (NodeBelief belief : beliefs.ofPresent(now)) {
      if (!belief.hasReported() && !belief.isAsked()) {
        ask(belief, effects, now);
      }
    }
  }

  private void resend(List<AllocatorEffect> effects, Moment now) {
    for (NodeBelief belief : beliefs.ofPresent(now)) {
      belief
          .due(timing.orderResend(), now)
          .forEach(order -> effects.add(new Send(belief.node(), order)));
      Duration answer = timing.orderResend().multipliedBy(2);
      Duration sign = beliefs.suspect(belief).dividedBy(2);
      if (belief.owesAnswer(answer, sign, now)) {
        ask(belief, effects, now);
      }
    }
  }

  private boolean hasQuorum() {
    Set<Incarnation> reporters = beliefs.reporters();
    return reporters.contains(self) && reign.quorum(reporters);
  }

  private void underPromise(List<AllocatorEffect> effects, Moment now) {
    exclude(effects, now);
    boolean complete =
        blocking.stream()
            .allMatch(node -> beliefs.hasReported(node) || exclusions.isExcluded(node));
    voterChange.proceed(
        beliefs::isArmed,
        eligible(now),
        complete && !exclusions.isProving() && votersTakePart(now),
        named(),
        effects,
        now);
    if (!complete) {
      return;
    }
    if (phase == Phase.GATHERING) {
      phase = Phase.ISSUING;
      effects.add(new IssuingBegan(reign.epoch()));
    }
    edits.proceed(effects, now);
    issuing.issue(effects, now);
  }

  // 4.3

  private void exclude(List<AllocatorEffect> effects, Moment now) {
    SortedSet<Incarnation> watched = new TreeSet<>(blocking);
    watched.addAll(beliefs.present());
    watched.addAll(reign.liveVoters());
    watched.remove(self);
    for (Incarnation node : watched) {
      NodeBelief belief = beliefs.of(node, now);
      boolean may = mayHoldSomething(node);
      if (may && beliefs.isSilent(belief, now)) {
        exclusions.suspect(node, beliefs.leaseTerm(belief), effects);
      } else if (!may || !belief.isAsked()) {
        // To be heard is not enough: it may not hear.
        exclusions.spare(node, effects);
      }
    }
    if (!exclusions.isRunning()) {
      return;
    }
    Set<Incarnation> excluded =
        exclusions.proceed(issuing.unfenced(), beliefs.sessions(), effects, now);
    for (Incarnation node : excluded) {
      NodeBelief belief = beliefs.of(node, now);
      belief.forget();
      issuing.stands(node, true, now);
      effects.add(new Excluded(node, belief.silentFor(now)));
    }
  }

  /** Whoever came up after the reign began and has not reported was given nothing. */
  private boolean mayHoldSomething(Incarnation node) {
    return beliefs.hasReported(node)
        || node.equals(self)
        || blocking.contains(node)
        || reign.liveVoters().contains(node);
  }

  /** Those that leave take part as well: the only voter leaves when another one votes. */
  private boolean votersTakePart(Moment now) {
    return reign.liveVoters().stream()
        .allMatch(
            voter -> beliefs.present().contains(voter) && takesPart(beliefs.of(voter, now), now));
  }

  /** Whoever is of another cluster would not store the change. */
  private boolean takesPart(NodeBelief belief, Moment now) {
    return belief.hasReported()
        && issuing.isFresh(belief, now)
        && belief.votersAreOf(reign.voters().cluster());
  }

  private SortedSet<Incarnation> eligible(Moment now) {
    SortedSet<Incarnation> eligible = new TreeSet<>();
    for (NodeBelief belief : beliefs.ofPresent(now)) {
      if (takesPart(belief, now) && !belief.leaving()) {
        eligible.add(belief.node());
      }
    }
    return eligible;
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
    return issuing.definition(role);
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
      holdingNothing.addAll(beliefs.members());
      holdingNothing.removeIf(node -> !exclusions.isExcluded(node) && mayHoldSomething(node));
    }
    return holdingNothing;
  }

  /** Returns the table that was published last in this reign, or an empty one. */
  public RoleTable table() {
    return issuing.table();
  }

  /**
   * Tells whether something is awaited, so that {@link #tick} is wanted after the time in which
   * orders are repeated.
   */
  public boolean awaitsAnswers() {
    return voterChange.isOnItsWay()
        || edits.isOnItsWay()
        || exclusions.isRunning()
        || issuing.awaitsSuccession()
        || beliefs.awaitsAnything();
  }
}
