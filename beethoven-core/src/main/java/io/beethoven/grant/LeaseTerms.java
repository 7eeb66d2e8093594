package io.beethoven.grant;

import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long others count a credit of this node's: for so long a lease may hold after the last one,
 * whatever this node's own term is. The longest is kept over a restart, since others may hold
 * leases by credit of the former life.
 */
final class LeaseTerms {

  private final Duration own;
  private final Duration ofFormerLives;
  private final Moment born;
  private final SortedMap<Incarnation, Duration> said = new TreeMap<>();

  /**
   * Begins with what the former lives knew.
   *
   * @param own this node's own term
   * @param ofFormerLives the longest that was {@linkplain #toKeep kept}
   * @param born when this life began, after the last credit of a former one
   */
  LeaseTerms(Duration own, Duration ofFormerLives, Moment born) {
    this.own = own;
    this.ofFormerLives = ofFormerLives;
    this.born = born;
  }

  void said(Incarnation by, Duration term) {
    said.put(by, term);
  }

  void retain(Collection<Incarnation> nodes) {
    said.keySet().retainAll(nodes);
  }

  /** The term of a node; of one that never asked this life, the longest that a former life knew. */
  Duration of(Incarnation node) {
    return said.getOrDefault(node, ofFormerLives);
  }

  /** The longest of all nodes that may live, this one included. */
  Duration longest() {
    return longer(ofFormerLives, ofThisLife());
  }

  /**
   * The longest that a next life has to know of. What a former life gave credit for is over after
   * that time.
   */
  Duration toKeep(Moment now) {
    boolean over = now.isPast(born, Timing.leaseEnd(ofFormerLives));
    return over ? ofThisLife() : longest();
  }

  /** With this node's own, so that nothing is to be kept where all have the same. */
  private Duration ofThisLife() {
    return said.values().stream().reduce(own, LeaseTerms::longer);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
