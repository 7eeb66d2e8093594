package io.beethoven.grant;

import java.time.Duration;

/**
 * The times by which rights, leases and exclusions go. They should be the same on all nodes; while
 * they are not, as when the profile of a running cluster is being changed, whoever judges another
 * node by its silence goes by {@link #covering}.
 *
 * @param contact the pause between two requests for credit (4.2); four of them are less than the
 *     lease term
 * @param suspect how long a node may be silent before it is excluded (4.3); less than the lease
 *     term, more than twice the pause of contact
 * @param leaseTerm how long a credit counts from the moment at which it was asked for (4.2)
 * @param orderResend how long an order may stay unanswered before it is repeated
 * @param successionWait how long the allocator waits for the successor of a dead node before it
 *     acts itself (4.6.5)
 * @param retryAfter how long a node that gave a role up is no candidate for it
 */
public record Timing(
    Duration contact,
    Duration suspect,
    Duration leaseTerm,
    Duration orderResend,
    Duration successionWait,
    Duration retryAfter) {

  /** No node's lease lasts longer; what is said of others is bad input. */
  public static final Duration MAX_LEASE_TERM = Duration.ofHours(1);

  /** By how much two clocks may differ in speed: one part in so many. */
  private static final int DRIFT_ONE_IN = 1_000;

  /**
   * Checks the times against each other.
   *
   * @throws IllegalArgumentException if one is out of range; the message names both
   */
  public Timing {
    requirePositive("contact", contact);
    requirePositive("suspect", suspect);
    requirePositive("lease-term", leaseTerm);
    requirePositive("order-resend", orderResend);
    requirePositive("succession-wait", successionWait);
    requirePositive("retry-after", retryAfter);
    requireLess("four times contact", contact.multipliedBy(4), "lease-term", leaseTerm);
    requireLess("suspect", suspect, "lease-term", leaseTerm);
    requireLess("twice contact", contact.multipliedBy(2), "suspect", suspect);
  }

  /** Checks a lease term that another node has said, or that was kept. */
  static void requireTerm(Duration term) {
    if (term.compareTo(MAX_LEASE_TERM) > 0) {
      throw new IllegalArgumentException(
          "lease-term must be at most " + MAX_LEASE_TERM + ", was " + term);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than 0, was " + value);
    }
  }

  private static void requireLess(String low, Duration lower, String high, Duration higher) {
    if (lower.compareTo(higher) >= 0) {
      throw new IllegalArgumentException(
          low + " (" + lower + ") must be less than " + high + " (" + higher + ")");
    }
  }

  /**
   * Returns W of rule 4.3: how long after the first round of an exclusion every lease of the
   * excluded node has ended, even if the clocks drift.
   */
  public Duration leaseEnd() {
    return leaseEnd(leaseTerm);
  }

  /** The same for a node with another term. */
  static Duration leaseEnd(Duration term) {
    return term.plus(term.multipliedBy(2).dividedBy(DRIFT_ONE_IN));
  }

  /** Returns how long an allocator that met a higher epoch is silent at most (4.6). */
  public Duration silenceMax() {
    return suspect.plus(leaseEnd().multipliedBy(2));
  }

  /**
   * Returns the times by which to judge a node whose lease may last longer than one's own. Its
   * pause of contact is less than a quarter of its term, so that it is suspected only after it has
   * missed three.
   *
   * @param term the lease term that the node said
   * @return times that are no shorter than these
   */
  public Timing covering(Duration term) {
    if (term.compareTo(leaseTerm) <= 0) {
      return this;
    }
    Duration silence = term.multipliedBy(3).dividedBy(4);
    return new Timing(
        contact,
        silence.compareTo(suspect) > 0 ? silence : suspect,
        term,
        orderResend,
        successionWait,
        retryAfter);
  }
}
