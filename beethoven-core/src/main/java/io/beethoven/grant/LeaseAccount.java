package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node's credits (4.2): from each voter the newest, dated by when the node asked for it. The
 * lease holds while the credits of a quorum are younger than its term.
 */
final class LeaseAccount {

  /** So far ahead that no process lives to see it. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private static final long NEVER = Long.MIN_VALUE;

  private final Incarnation self;
  private final Duration term;
  private final Moment born;
  private final SortedMap<Incarnation, Moment> newest = new TreeMap<>();
  private @Nullable Voters lastVoters;
  private @Nullable Set<Incarnation> lastDead;
  private Optional<Moment> lastUntil = Optional.empty();

  LeaseAccount(Incarnation self, Duration term, Moment born) {
    this.self = self;
    this.term = term;
    this.born = born;
  }

  /** Counts a credit; tells whether the voter is a new creditor. */
  boolean credit(Incarnation voter, Moment sent) {
    Moment known = newest.get(voter);
    if (known == null || sent.nanos() - known.nanos() > 0) {
      newest.put(voter, sent);
      lastVoters = null;
    }
    return known == null;
  }

  /** Who ever gave credit. */
  Collection<Incarnation> creditors() {
    return newest.keySet();
  }

  void forget(Set<Incarnation> nodes) {
    newest.keySet().removeAll(nodes);
    lastVoters = null;
  }

  void clear() {
    newest.clear();
    lastVoters = null;
  }

  /**
   * When the lease ends, by both clocks, each for itself; empty if no quorum ever gave credit. It
   * may be past.
   *
   * @param dead D, not changed between two calls with the same set
   */
  @SuppressWarnings("ReferenceEquality") // The very same ones give the very same answer.
  Optional<Moment> until(Voters voters, Set<Incarnation> dead) {
    if (voters != lastVoters || dead != lastDead) {
      lastUntil = compute(voters, dead);
      lastVoters = voters;
      lastDead = dead;
    }
    return lastUntil;
  }

  private Optional<Moment> compute(Voters voters, Set<Incarnation> dead) {
    Optional<Moment> current = compute(voters.current(), dead);
    if (voters.next().isEmpty() || current.isEmpty()) {
      return current;
    }
    return compute(voters.next().get(), dead).map(next -> earlier(current.get(), next));
  }

  private Optional<Moment> compute(VoterSet voters, Set<Incarnation> dead) {
    long nanos = latest(voters, dead, sent -> sent.nanos() - born.nanos());
    long wall = latest(voters, dead, sent -> Duration.between(born.wall(), sent.wall()).toNanos());
    return nanos == NEVER || wall == NEVER
        ? Optional.empty()
        : Optional.of(new Moment(born.nanos() + nanos, born.wall().plusNanos(wall)).plus(term));
  }

  /** By one clock, the latest moment since when the credits of a quorum are dated. */
  private long latest(VoterSet voters, Set<Incarnation> dead, ToLongFunction<Moment> clock) {
    long[] sent = new long[voters.size()];
    long ofLowest = NEVER;
    int live = 0;
    for (Incarnation voter : voters.voters()) {
      if (!dead.contains(voter)) {
        Moment credit = voter.equals(self) ? born.plus(FOR_EVER) : newest.get(voter);
        sent[live] = credit == null ? NEVER : clock.applyAsLong(credit);
        ofLowest = live == 0 ? sent[0] : ofLowest;
        live++;
      }
    }
    if (live == 0) {
      return NEVER;
    }
    Arrays.sort(sent, 0, live);
    long byMoreThanHalf = sent[(live - 1) / 2];
    // Of an even number half suffices, with the lowest among them (3.5).
    long byHalf = live % 2 == 0 ? Math.min(ofLowest, sent[live / 2]) : NEVER;
    return Math.max(byMoreThanHalf, byHalf);
  }

  private static Moment earlier(Moment a, Moment b) {
    return new Moment(
        a.nanos() - b.nanos() <= 0 ? a.nanos() : b.nanos(),
        a.wall().isBefore(b.wall()) ? a.wall() : b.wall());
  }

  /** Tells whether a lease that ends then holds now. */
  static boolean holds(Optional<Moment> until, Moment now) {
    return until.isPresent()
        && until.get().nanos() - now.nanos() > 0
        && until.get().wall().isAfter(now.wall());
  }
}
