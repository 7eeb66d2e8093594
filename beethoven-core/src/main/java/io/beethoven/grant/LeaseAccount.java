package io.beethoven.grant;

import io.beethoven.evidence.Quorum;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A node's credits (4.2): from each voter the newest, dated by when the node asked for it. The
 * lease holds while the credits of a quorum are younger than its term.
 */
final class LeaseAccount {

  /** So far ahead that no process lives to see it. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final Incarnation self;
  private final Duration term;
  private final SortedMap<Incarnation, Moment> newest = new TreeMap<>();

  LeaseAccount(Incarnation self, Duration term) {
    this.self = self;
    this.term = term;
  }

  /** Counts a credit; tells whether the voter is a new creditor. */
  boolean credit(Incarnation voter, Moment sent) {
    Moment known = newest.get(voter);
    if (known == null || sent.nanos() - known.nanos() > 0) {
      newest.put(voter, sent);
    }
    return known == null;
  }

  /** Who ever gave credit. */
  Collection<Incarnation> creditors() {
    return newest.keySet();
  }

  void forget(Set<Incarnation> nodes) {
    newest.keySet().removeAll(nodes);
  }

  void clear() {
    newest.clear();
  }

  /**
   * When the lease ends, by both clocks, each for itself; empty if no quorum ever gave credit. It
   * may be past.
   */
  Optional<Moment> until(Voters voters, Set<Incarnation> dead, Moment now) {
    Optional<Moment> current = until(voters.current(), dead, now);
    if (voters.next().isEmpty() || current.isEmpty()) {
      return current;
    }
    return until(voters.next().get(), dead, now).map(next -> earlier(current.get(), next));
  }

  private Optional<Moment> until(VoterSet voters, Set<Incarnation> dead, Moment now) {
    Optional<Moment> byNanos =
        latest(voters, dead, now, Comparator.comparingLong(sent -> sent.nanos() - now.nanos()));
    Optional<Moment> byWall = latest(voters, dead, now, Comparator.comparing(Moment::wall));
    return byNanos.flatMap(
        nanos -> byWall.map(wall -> new Moment(nanos.nanos(), wall.wall()).plus(term)));
  }

  /** The latest moment since when the credits of a quorum are dated. */
  private Optional<Moment> latest(
      VoterSet voters, Set<Incarnation> dead, Moment now, Comparator<Moment> order) {
    Function<Incarnation, Moment> sent =
        voter -> voter.equals(self) ? now.plus(FOR_EVER) : newest.get(voter);
    SortedSet<Moment> moments = new TreeSet<>(order.reversed());
    voters.without(dead).stream()
        .filter(voter -> voter.equals(self) || newest.containsKey(voter))
        .map(sent)
        .forEach(moments::add);
    Set<Incarnation> agreeing = new TreeSet<>();
    for (Moment moment : moments) {
      voters.without(dead).stream()
          .filter(voter -> voter.equals(self) || newest.containsKey(voter))
          .filter(voter -> order.compare(sent.apply(voter), moment) >= 0)
          .forEach(agreeing::add);
      if (Quorum.holds(agreeing, voters, dead)) {
        return Optional.of(moment);
      }
    }
    return Optional.empty();
  }

  private static Moment earlier(Moment a, Moment b) {
    return new Moment(
        a.nanos() - b.nanos() <= 0 ? a.nanos() : b.nanos(),
        a.wall().isBefore(b.wall()) ? a.wall() : b.wall());
  }

  /** Tells whether a lease that ends then holds now. */
  static boolean holds(Optional<Moment> until, Moment now) {
    return until
        .filter(end -> end.nanos() - now.nanos() > 0 && end.wall().isAfter(now.wall()))
        .isPresent();
  }
}
