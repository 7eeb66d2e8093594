package io.beethoven.grant;

import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer.Alive;
import io.beethoven.grant.Answer.Blocked;
import io.beethoven.grant.Answer.EditsStored;
import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Answer.VotersStored;
import io.beethoven.grant.Contact.Credit;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.grant.Order.Unblock;
import io.beethoven.grant.ParticipantEffect.Dead;
import io.beethoven.grant.ParticipantEffect.HeldForDead;
import io.beethoven.grant.ParticipantEffect.Keep;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.StandIn;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.ParticipantEffect.TellVotes;
import io.beethoven.grant.ParticipantEffect.Warn;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One node's part in the protocol of rights (docs/protocol.md): what it may run, to whom it gives
 * credit, whom it holds for dead, what it has promised. Owned by one thread at a time; each step
 * changes it and returns what has to be done, in that order.
 *
 * <p>It guarantees, to every allocator:
 *
 * <ol>
 *   <li>An order of a lower epoch than the highest one promised is not obeyed (4.5.1).
 *   <li>A right is valid only while the lease holds; when the lease ends it is void for ever, which
 *       is looked at before anything else is handled (4.2).
 *   <li>What it says it has stored is kept over a restart, where it has somewhere to keep it.
 *   <li>After its goodbye it takes no more part (3.5).
 *   <li>What {@link Rights} says of orders.
 * </ol>
 */
public final class Participant {

  /** How many dead incarnations that are neither members nor voters are remembered. */
  private static final int FORMER_DEAD = 1024;

  private final Incarnation self;
  private final Timing timing;
  private final Rights rights;
  private final LeaseAccount account;
  private final LeaseTerms leaseTerms;
  private final Blocks blocks = new Blocks();
  private final AllocatorWatch watch;
  private final FormerLives formerLives;
  private final SortedSet<Incarnation> members = new TreeSet<>();
  private final SortedSet<Incarnation> named = new TreeSet<>();
  private final Set<Difference> differences = new HashSet<>();
  private final Moment born;
  private Evidence evidence;
  private Edits edits;
  private Durable kept;
  private Epoch promised;
  private Epoch foreign = Epoch.NONE;
  private long left;
  private long counter;
  private long reign;
  private long version;
  private boolean leased;
  private boolean closed;
  private boolean leaving;
  private boolean departed;
  private boolean admitted;
  private Moment memberSince;
  private Optional<Moment> leaseUntil = Optional.empty();
  private Optional<Moment> leaseFrom = Optional.empty();
  private Moment lastRequests;

  /**
   * Begins a life that takes no roles before {@link #found} or a cluster's voters.
   *
   * @param self which life of which node
   * @param catalog what it can run and how that is defined here
   * @param timing by what times it goes
   * @param restored what an earlier life kept
   * @param now the time
   */
  public Participant(
      Incarnation self, Catalog catalog, Timing timing, Durable restored, Moment now) {
    this.self = self;
    this.timing = timing;
    this.rights = new Rights(self, catalog);
    this.account = new LeaseAccount(self, timing.leaseTerm(), now);
    this.leaseTerms = new LeaseTerms(timing.leaseTerm(), restored.longestLease(), now);
    this.watch = new AllocatorWatch(self, timing, blocks, now);
    this.formerLives = new FormerLives(self);
    this.kept = restored;
    this.promised = restored.promised();
    this.counter = restored.promised().counter();
    this.edits = restored.edits();
    this.evidence = Evidence.of(self).withVoters(restored.voters()).evidence();
    if (restored.voters().equals(Voters.NONE)) {
      // Its former life was alone at last.
      this.foreign = restored.promised();
    }
    this.born = now;
    this.lastRequests = now.plus(timing.contact().negated());
    this.memberSince = now;
    named.add(self);
    members.add(self);
  }

  // 4.7 alone

  /**
   * Tells whether the node may run roles by itself (4.7): it never knew a cluster, or all voters of
   * the one that it knew were earlier lives of its own, or are dead.
   */
  public boolean mayBeAlone() {
    return voters().all().stream()
        .allMatch(voter -> voter.node().equals(self.node()) || evidence.dead().contains(voter));
  }

  /**
   * Founds a cluster of this node alone; nothing happens to one of which it is the only live voter.
   *
   * @param cluster drawn for a cluster that is new
   * @param force whether to do so even if it is not {@link #mayBeAlone() allowed}: by an operator,
   *     or where the settings say so
   * @param now the time
   * @return what to do; nothing if the node has to stay idle
   */
  public List<ParticipantEffect> found(long cluster, boolean force, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    closed = false;
    boolean founded = evidence.voters().live(evidence.dead()).equals(Set.of(self));
    if (!founded && (force || mayBeAlone())) {
      Voters known = evidence.voters();
      Voters alone =
          known.equals(Voters.NONE) ? Voters.founding(cluster, 1, self) : known.foundedAnew(self);
      left = alone.cluster() == left ? 0 : left;
      if (!known.equals(Voters.NONE)) {
        awaitFormerLeases();
      }
      apply(evidence.withVoters(alone), effects, now);
    }
    return end(effects, now);
  }

  /**
   * Declares all voters dead from which nothing has been heard lately: an operator's word that they
   * are gone.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> forceQuorum(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (voters().equals(Voters.NONE)) {
      // It knows no cluster that could go on.
      return end(effects, now);
    }
    List<Incarnation> silent =
        evidence.voters().live(evidence.dead()).stream()
            .filter(voter -> !voter.equals(self) && watch.isSilent(voter, now))
            .toList();
    apply(evidence.declare(silent), effects, now);
    VoterSet voting = voters().current();
    boolean none = !voting.voters().isEmpty() && voting.without(evidence.dead()).voters().isEmpty();
    if (none || evidence.voters().live(evidence.dead()).isEmpty()) {
      awaitFormerLeases();
      apply(evidence.withVoters(voters().foundedAnew(self)), effects, now);
    }
    return end(effects, now);
  }

  /** Others may have a lease yet by credit of this node's former life. */
  private void awaitFormerLeases() {
    leaseFrom = Optional.of(born.plus(Timing.leaseEnd(leaseTerms.longest())));
  }

  /**
   * Drops everything, since the node is about to join a cluster; it takes nothing until {@link
   * #joined}.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> leaveForCluster(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    closed = true;
    admitted = false;
    foreign = highest(foreign, promised);
    rights.forgetReleased();
    effects.addAll(rights.stopAll());
    if (evidence.voters().all().equals(Set.of(self))) {
      // A cluster of this node alone ends here.
      edits = voters().wereAlwaysOf(self.node()) ? Edits.NONE : edits;
      left = voters().cluster();
      leaseFrom = Optional.empty();
      apply(evidence.withVoters(Voters.NONE), effects, now);
      account.clear();
    }
    effects.add(new Tell(new Reported(report())));
    return end(effects, now);
  }

  /**
   * Takes roles: the node is a member of a cluster, or alone again.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> joined(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    closed = false;
    leaving = false;
    admitted = false;
    memberSince = now;
    effects.add(new Tell(new Reported(report())));
    return end(effects, now);
  }

  // leaving

  /**
   * Takes no more roles, and asks the allocator to have those that are held taken over.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> drain(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    leaving = true;
    effects.add(new Tell(new Reported(report())));
    return end(effects, now);
  }

  /**
   * Stops waiting for the allocator and stops everything.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> endDrain(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    effects.addAll(rights.stopAll());
    effects.add(new Tell(new Reported(report())));
    return end(effects, now);
  }

  /**
   * Tells whether the cluster can do without this node: it is no voter, or another one votes, or it
   * has no other member. The only voter has to wait until another one has become one, with nothing
   * on its way: until then a quorum of V is needed.
   */
  public boolean mayDepart() {
    boolean votes = voters().live(evidence.dead()).contains(self);
    boolean othersVote =
        hasOthers(voters().current()) && voters().next().filter(set -> !hasOthers(set)).isEmpty();
    return !votes || othersVote || others().isEmpty();
  }

  private boolean hasOthers(VoterSet set) {
    return set.without(evidence.dead()).voters().stream().anyMatch(voter -> !voter.equals(self));
  }

  /** Tells whether the allocator that it promised last is on this node, and reigns over others. */
  public boolean reignsOverOthers() {
    return promised.allocatorUid() == self.uid() && !others().isEmpty();
  }

  private Set<Incarnation> others() {
    Set<Incarnation> others = new TreeSet<>(members);
    others.remove(self);
    others.removeAll(evidence.dead());
    return others;
  }

  /**
   * Says goodbye (3.5): from now on it takes no more part. To be called only when nothing runs; the
   * goodbye itself is sent afterwards.
   *
   * @param now the time
   * @return what to do
   * @throws IllegalStateException if an instance has not stopped
   */
  public List<ParticipantEffect> depart(Moment now) {
    if (!rights.slots().isEmpty()) {
      throw new IllegalStateException("goodbye while these run: " + rights.slots());
    }
    rights.stopAll();
    departed = true;
    // Nothing is held, so that there is nothing to forfeit later, and no report of it.
    leased = false;
    return end(new ArrayList<>(), now);
  }

  // membership and evidence

  /**
   * The members of the cluster are others.
   *
   * @param now the members in whatever state that are not removed, this node included
   * @param at the time
   * @return what to do
   */
  public List<ParticipantEffect> members(Collection<Incarnation> now, Moment at) {
    List<ParticipantEffect> effects = begin(at);
    members.clear();
    members.addAll(now);
    members.add(self);
    named.addAll(members);
    watch.know(members, at);
    Set<Incarnation> keep = new TreeSet<>(members);
    keep.addAll(rights.conditions());
    evidence = evidence.retain(keep, FORMER_DEAD);
    forget();
    return end(effects, at);
  }

  private void forget() {
    named.removeAll(evidence.dead());
    Set<Incarnation> known = new TreeSet<>(members);
    known.addAll(named);
    watch.retain(known);
    formerLives.retain(known);
    known.removeAll(evidence.dead());
    leaseTerms.retain(known);
    account.forget(evidence.dead());
  }

  /**
   * This node proved a death by rule 3.1.
   *
   * @param peer whose
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> proved(Incarnation peer, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (!departed) {
      apply(evidence.prove(peer), effects, now);
    }
    return end(effects, now);
  }

  /**
   * A peer's votes (3.6).
   *
   * @param from the peer
   * @param proved whose death it proved
   * @param dead its D
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> voted(
      Incarnation from, Collection<Incarnation> proved, Collection<Incarnation> dead, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (!departed) {
      adoptDead(from, proved, dead, effects, now);
    }
    return end(effects, now);
  }

  /**
   * A peer said goodbye (3.5).
   *
   * @param peer who
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> departed(Incarnation peer, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (!departed) {
      apply(evidence.depart(peer), effects, now);
    }
    return end(effects, now);
  }

  private void apply(Evidence.Step step, List<ParticipantEffect> effects, Moment now) {
    boolean otherVoters = !step.evidence().voters().equals(evidence.voters());
    evidence = step.evidence();
    if (otherVoters) {
      keep(effects, now);
    }
    if (!step.newlyDead().isEmpty()) {
      forget();
      blocks.forget(evidence.dead());
      // 4.4: the successor waits for nothing else.
      succeed(effects, now);
      effects.add(new Dead(List.copyOf(step.newlyDead())));
      standIn(effects, now);
    }
    for (Evidence.Effect effect : step.effects()) {
      if (effect instanceof Evidence.TellVotes votes) {
        effects.add(new TellVotes(votes.proved(), votes.dead()));
      } else if (effect instanceof Evidence.HeldForDead) {
        effects.add(new HeldForDead());
      }
    }
  }

  private void succeed(List<ParticipantEffect> effects, Moment now) {
    if (!departed && hasLease(now)) {
      List<ParticipantEffect> started = rights.succeed(evidence.dead());
      if (!started.isEmpty()) {
        effects.addAll(started);
        effects.add(new Tell(new Reported(report())));
      }
    }
  }

  // 3.4, 3.5: what rides on messages

  private void adopt(Incarnation from, Shared shared, List<ParticipantEffect> effects, Moment now) {
    adoptVoters(from, shared.voters(), effects, now);
    adoptDead(from, List.of(), shared.dead(), effects, now);
  }

  private void adopt(Order order, Shared shared, List<ParticipantEffect> effects, Moment now) {
    Incarnation allocator =
        shared.voters().all().stream()
            .filter(voter -> voter.uid() == order.epoch().allocatorUid())
            .findFirst()
            .orElse(self);
    adoptVoters(allocator, shared.voters(), effects, now);
    if (!evidence.dead().containsAll(shared.dead())) {
      apply(evidence.declare(shared.dead()), effects, now);
    }
  }

  private void adoptVoters(
      Incarnation from, Voters theirs, List<ParticipantEffect> effects, Moment now) {
    if (isOfTheClusterThatItLeft(theirs)) {
      // Its own allocator's order was still under way.
      return;
    }
    Voters mine = evidence.voters();
    // With a lease it would take along what it runs, which nobody there can exclude.
    boolean stranger =
        theirs.cluster() != mine.cluster()
            && !mine.contains(self)
            && theirs.contains(from)
            && !hasLease(now);
    if (stranger && !mine.equals(Voters.NONE)) {
      // What it was told elsewhere says nothing here, but its tokens may have been used.
      foreign = highest(foreign, promised);
      edits = mine.wereAlwaysOf(self.node()) ? Edits.NONE : edits;
    }
    if (mine.yieldsTo(theirs) || stranger) {
      apply(evidence.withVoters(theirs), effects, now);
    }
  }

  /** A cluster of its id may go on without it, where it had gone on alone by somebody's word. */
  private boolean isOfTheClusterThatItLeft(Voters theirs) {
    List<Incarnation> voting = theirs.current().voters();
    return left != 0
        && theirs.cluster() == left
        && !voting.isEmpty()
        && voting.stream().allMatch(self::equals);
  }

  private void adoptDead(
      Incarnation from,
      Collection<Incarnation> proved,
      Collection<Incarnation> dead,
      List<ParticipantEffect> effects,
      Moment now) {
    boolean news =
        !evidence.dead().containsAll(dead)
            || !evidence.votes().getOrDefault(from, Set.of()).containsAll(proved);
    if (news) {
      apply(evidence.vote(from, proved, dead), effects, now);
    }
  }

  private Shared shared() {
    Set<Incarnation> dead = new TreeSet<>(evidence.votesToTell().dead());
    voters().all().stream().filter(evidence.dead()::contains).forEach(dead::add);
    return new Shared(voters(), List.copyOf(dead));
  }

  // 4.2 leases

  /**
   * Another node asks for credit, or gives it.
   *
   * @param contact what it says
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> contacted(Contact contact, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (departed || evidence.dead().contains(contact.from())) {
      return end(effects, now);
    }
    watch.heard(contact.from(), now);
    counter = Math.max(counter, contact.counter());
    if (contact instanceof CreditRequest request) {
      leaseTerms.said(request.from(), request.leaseTerm());
    }
    adopt(contact.from(), contact.shared(), effects, now);
    adoptDead(contact.from(), contact.proved(), List.of(), effects, now);
    if (contact instanceof CreditRequest request) {
      requested(request, effects, now);
    } else {
      credited((Credit) contact, effects, now);
    }
    return end(effects, now);
  }

  private void requested(CreditRequest request, List<ParticipantEffect> effects, Moment now) {
    Incarnation from = request.from();
    // Who took over the voters that this node was alone has to lose the lease by its word.
    boolean refused =
        evidence.dead().contains(from)
            || blocks.isBlocked(from)
            || !members.contains(from)
            || isOfTheClusterThatItLeft(request.shared().voters());
    if (!refused) {
      if (leaseTerms.toKeep(now).compareTo(kept.longestLease()) > 0) {
        // A next life has to wait for so long a lease.
        keep(effects, now);
      }
      named.add(from);
      effects.add(
          new Send(
              from, new Credit(self, request.sent(), shared(), promised, unconfirmed(), counter)));
    }
  }

  private void credited(Credit credit, List<ParticipantEffect> effects, Moment now) {
    formerLives.answered(credit.from(), credit.sent());
    if (blocks.isBlocked(credit.from())) {
      // What it promised ends no reign that excludes it, so its credit counts for nothing.
      return;
    }
    // 4.2: whoever counts a credit is bound by what the voter promised.
    if (credit.promised().compareTo(promised) > 0) {
      promise(credit.promised(), 0, effects, now);
    }
    if (!evidence.dead().contains(credit.from()) && account.credit(credit.from(), credit.sent())) {
      effects.add(new Tell(new Reported(report())));
    }
  }

  private List<Incarnation> unconfirmed() {
    return List.copyOf(evidence.unconfirmed());
  }

  private boolean hasLease(Moment now) {
    return !departed
        && !evidence.heldForDead()
        && leaseFrom.filter(from -> !now.isPast(from, Duration.ZERO)).isEmpty()
        && LeaseAccount.holds(account.until(voters(), evidence.dead()), now);
  }

  /** Before anything is handled: what was held without a lease is void (4.2). */
  private List<ParticipantEffect> begin(Moment now) {
    List<ParticipantEffect> effects = new ArrayList<>();
    boolean holds = hasLease(now);
    if (holds && !leased) {
      leased = true;
      rights.nextSession();
      effects.add(new Tell(new Reported(report())));
    } else if (!holds && (leased || !rights.holdsNothing())) {
      leased = false;
      effects.addAll(rights.forfeit());
      effects.add(new Tell(new Reported(report())));
    }
    return effects;
  }

  /** After everything was handled: says until when rights are valid now. */
  private List<ParticipantEffect> end(List<ParticipantEffect> effects, Moment now) {
    Optional<Moment> until =
        hasLease(now) ? account.until(voters(), evidence.dead()) : Optional.empty();
    if (until.isPresent() && !leased) {
      // What gives the lease back begins a new session, before anybody can rely on it.
      leased = true;
      rights.nextSession();
      effects.add(new Tell(new Reported(report())));
    }
    if (!until.equals(leaseUntil)) {
      leaseUntil = until;
      effects.add(new Lease(until));
    }
    admitted = admitted || (!closed && leased && isCountedOn(now));
    return effects;
  }

  /**
   * Whether this node votes. Not every node does, and a voter that is lost can hold the change up,
   * so that being a member for some time is enough.
   */
  private boolean isCountedOn(Moment now) {
    return (voters().contains(self) && !voters().isJoint())
        || now.isPast(memberSince, timing.suspect());
  }

  // time

  /**
   * Time has passed; to be called at least once per pause of contact.
   *
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> tick(Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (departed) {
      return end(effects, now);
    }
    watch.heard(self, now);
    blocks.expire(now);
    if (now.isPast(lastRequests, timing.contact())) {
      lastRequests = now;
      request(effects, now);
    }
    proveFormerLives(effects, now);
    succeed(effects, now);
    standIn(effects, now);
    return end(effects, now);
  }

  private void proveFormerLives(List<ParticipantEffect> effects, Moment now) {
    Set<Incarnation> known = new TreeSet<>(named);
    known.addAll(voters().all());
    known.removeAll(evidence.dead());
    known.removeAll(evidence.proved());
    Duration longest = Timing.leaseEnd(leaseTerms.longest());
    for (Incarnation former : formerLives.find(known, members, longest, now)) {
      apply(evidence.prove(former), effects, now);
    }
  }

  private void request(List<ParticipantEffect> effects, Moment now) {
    Set<Incarnation> asked = voters().live(evidence.dead());
    // Who knows no voters, or only those of a former cluster, asks every member. The others ask
    // those as well that may vote next: whoever had no credit of theirs would lose its lease as
    // soon as they do.
    boolean strange = asked.isEmpty() || (!voters().contains(self) && !hasLease(now));
    for (Incarnation member : members) {
      if ((strange || asked.size() <= VoterSet.MAX_VOTERS) && !evidence.dead().contains(member)) {
        asked.add(member);
      }
    }
    asked.remove(self);
    CreditRequest request =
        new CreditRequest(self, now, timing.leaseTerm(), shared(), unconfirmed(), counter);
    asked.forEach(voter -> effects.add(new Send(voter, request)));
    effects.add(new Tell(new Alive(self, promised, version)));
  }

  /** 4.6. One that is being excluded has no lease soon, and waits for its block to end. */
  private void standIn(List<ParticipantEffect> effects, Moment now) {
    if (!closed && !leaving && hasLease(now) && watch.beginsToStandIn(evidence, promised, now)) {
      effects.add(new StandIn());
    }
  }

  // 4.5 orders

  /**
   * Obeys an order, or refuses it.
   *
   * @param order the order
   * @param now the time
   * @return what to do; a {@link Reply} goes to whoever sent the order
   */
  public List<ParticipantEffect> ordered(Order order, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (departed) {
      return end(effects, now);
    }
    int byEpoch = order.epoch().compareTo(promised);
    boolean rival =
        byEpoch == 0 && order instanceof Prepare prepare && reign != 0 && prepare.reign() != reign;
    if (byEpoch < 0 || rival || (order instanceof Prepare && isOfBlocked(order))) {
      effects.add(new Reply(new Nacked(self, promised, reign)));
      return end(effects, now);
    }
    if (order instanceof Prepare prepare) {
      adopt(order, prepare.shared(), effects, now);
      named.addAll(prepare.named());
    } else if (order instanceof StoreVoters store) {
      named.addAll(store.named());
    }
    promise(order.epoch(), order instanceof Prepare p ? p.reign() : 0, effects, now);
    obey(order, effects, now);
    return end(effects, now);
  }

  /** Whoever is being excluded reigns no more: otherwise two that are apart depose each other. */
  private boolean isOfBlocked(Order order) {
    return blocks.isBlocked(order.epoch().allocatorUid());
  }

  private void promise(Epoch epoch, long ofReign, List<ParticipantEffect> effects, Moment now) {
    reign = epoch.equals(promised) && ofReign == 0 ? reign : ofReign;
    if (epoch.compareTo(promised) <= 0) {
      return;
    }
    promised = epoch;
    counter = Math.max(counter, epoch.counter());
    blocks.promised(epoch);
    watch.promised(now);
    keep(effects, now);
  }

  private void obey(Order order, List<ParticipantEffect> effects, Moment now) {
    if (order instanceof Prepare prepare) {
      if (!leased) {
        rights.nextSession();
      }
      effects.add(new Reply(new Promised(report(), testimony(), prepare.round())));
    } else if (order instanceof SlotOrder slotOrder) {
      effects.addAll(rights.obey(slotOrder, reasonToRefuse(now)));
      succeed(effects, now);
      effects.add(new Reply(new Reported(report())));
    } else if (order instanceof Block block) {
      block(block, effects, now);
    } else if (order instanceof Unblock unblock) {
      blocks.end(unblock.node(), unblock.epoch(), unblock.attempt());
    } else if (order instanceof StoreVoters store) {
      store(store, effects, now);
    } else if (order instanceof StoreEdits store) {
      if (holds(store.edits()) || store.edits().equals(edits)) {
        edits = store.edits();
        keep(effects, now);
        effects.add(new Reply(new EditsStored(self, edits.epoch(), edits.seq())));
      }
    } else {
      differ((Differ) order, effects);
    }
  }

  private Optional<Reason> reasonToRefuse(Moment now) {
    if (closed || leaving) {
      return Optional.of(Reason.CLOSED);
    }
    return hasLease(now) ? Optional.empty() : Optional.of(Reason.LEASE);
  }

  /** 4.3.1, 4.3.3. */
  private void block(Block block, List<ParticipantEffect> effects, Moment now) {
    if (block.round() == 1) {
      blocks.begin(block, now);
    }
    if (blocks.stands(block)) {
      effects.add(
          new Reply(
              new Blocked(
                  self,
                  block.epoch(),
                  block.node(),
                  block.attempt(),
                  block.round(),
                  leaseTerms.of(block.node()))));
    }
  }

  /** 3.4. */
  private void store(StoreVoters store, List<ParticipantEffect> effects, Moment now) {
    adopt(store, store.shared(), effects, now);
    if (holds(store.edits())) {
      edits = store.edits();
      keep(effects, now);
    }
    if (voters().equals(store.voters())) {
      effects.add(new Reply(new VotersStored(self, store.voters())));
    }
  }

  /** Whether edits take the place of those that are kept: they are newer, or this cluster's. */
  private boolean holds(Edits theirs) {
    long cluster = voters().cluster();
    return theirs.cluster() == cluster
        && (edits.cluster() != cluster || theirs.compareTo(edits) > 0);
  }

  private void differ(Differ differ, List<ParticipantEffect> effects) {
    List<Difference> unsaid =
        differ.differences().stream()
            .filter(difference -> !differences.contains(difference))
            .toList();
    differences.clear();
    differences.addAll(differ.differences());
    if (!unsaid.isEmpty()) {
      effects.add(new Warn(unsaid));
    }
  }

  private void keep(List<ParticipantEffect> effects, Moment now) {
    Durable durable = new Durable(voters(), promised, edits, leaseTerms.toKeep(now));
    if (!durable.equals(kept)) {
      kept = durable;
      effects.add(new Keep(durable));
    }
  }

  // instances

  /**
   * An instance has another state. Nothing happens if the slot is not held, is being stopped, or
   * has that state already.
   *
   * @param slot its slot
   * @param state any state but {@link InstanceState#STOPPING}
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> changed(Slot slot, InstanceState state, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    if (rights.changed(slot, state)) {
      effects.add(new Tell(new Reported(report())));
    }
    return end(effects, now);
  }

  /**
   * An instance that was to be stopped runs no longer.
   *
   * @param slot its slot
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> stopped(Slot slot, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    rights.stopped(slot).ifPresent(stopped -> effects.add(new Tell(stopped)));
    effects.add(new Tell(new Reported(report())));
    return end(effects, now);
  }

  /**
   * An instance failed too often and runs no longer.
   *
   * @param slot its slot
   * @param reason its last failure, for people
   * @param now the time
   * @return what to do
   */
  public List<ParticipantEffect> gaveUp(Slot slot, String reason, Moment now) {
    List<ParticipantEffect> effects = begin(now);
    Optional<Answer.Stopped> stopped = rights.gaveUp(slot, reason);
    // The failure first: an allocator that hears of the free slot alone gives it back to this node.
    effects.add(new Tell(new Reported(report())));
    stopped.ifPresent(answer -> effects.add(new Tell(answer)));
    return end(effects, now);
  }

  // what is known

  /** Returns a report of what is held now, with the next version. */
  private Report report() {
    version++;
    return new Report(
        self,
        promised,
        rights.session(),
        version,
        standing(),
        rights.held(),
        rights.reserved(),
        rights.released(),
        List.copyOf(account.creditors()),
        shared());
  }

  private Report.Standing standing() {
    if (leaving) {
      return Report.Standing.LEAVING;
    }
    if (closed) {
      return Report.Standing.CLOSED;
    }
    return leased ? Report.Standing.OPEN : Report.Standing.WITHOUT_LEASE;
  }

  private Testimony testimony() {
    Set<Incarnation> live = new TreeSet<>(named);
    live.addAll(account.creditors());
    live.removeAll(evidence.dead());
    return new Testimony(
        rights.catalog(),
        edits,
        List.copyOf(live),
        foreign,
        timing.leaseTerm(),
        leaseTerms.longest());
  }

  /** Returns what an allocator on this node has to know at each of its steps. */
  public Outlook outlook() {
    return new Outlook(
        voters(),
        Set.copyOf(evidence.dead()),
        leaseUntil,
        counter,
        edits,
        List.copyOf(named),
        watch.heard(),
        blocks.isAny());
  }

  /** Returns V, and V' while a change is on its way. */
  public Voters voters() {
    return evidence.voters();
  }

  /** Returns D. */
  public Set<Incarnation> dead() {
    return evidence.dead();
  }

  /** Returns what this node knows of deaths. */
  public Evidence evidence() {
    return evidence;
  }

  /** Returns the slots whose instances run or are being stopped; a sorted copy. */
  public List<Slot> slots() {
    return rights.slots();
  }

  /** Tells whether all that is held runs or has done its work; also true when nothing is held. */
  public boolean allRunning() {
    return rights.allRunning();
  }

  /**
   * Tells whether this node has a part in its cluster: it has had a lease there, and voted. Until
   * then the others may be lost and this node could not go on without them.
   */
  public boolean isAdmitted() {
    return admitted;
  }

  /** Returns the highest epoch promised, {@link Epoch#NONE} at first. */
  public Epoch promised() {
    return promised;
  }

  /**
   * Returns until when a right held now is valid by the node's clocks, both of which count; empty
   * if there is no lease.
   */
  public Optional<Moment> leaseUntil() {
    return leaseUntil;
  }

  /** Returns when this life began. */
  public Moment born() {
    return born;
  }

  private static Epoch highest(Epoch a, Epoch b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
