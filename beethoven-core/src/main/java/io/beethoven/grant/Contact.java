package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What nodes tell each other about leases (4.2). It may be lost, delayed, reordered, repeated. */
public sealed interface Contact {

  /** Returns the node that sends it. */
  Incarnation from();

  /** Returns what the receiver takes over first. */
  Shared shared();

  /** Returns whose death the sender proved and nobody has confirmed yet. */
  List<Incarnation> proved();

  /** Returns the highest counter of an epoch that the sender knows of. */
  long counter();

  /**
   * Asks a voter for credit.
   *
   * @param from the sender
   * @param sent when it was sent, by the sender's clocks
   * @param leaseTerm how long the sender counts a credit
   * @param shared what the receiver takes over first
   * @param proved whose death the sender proved and nobody has confirmed yet
   * @param counter the highest counter of an epoch that the sender knows of
   */
  record CreditRequest(
      Incarnation from,
      Moment sent,
      Duration leaseTerm,
      Shared shared,
      List<Incarnation> proved,
      long counter)
      implements Contact {

    /** Copies the list. */
    public CreditRequest {
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(sent, "sent");
      if (leaseTerm.isNegative() || leaseTerm.isZero()) {
        throw new IllegalArgumentException("lease-term must be more than 0, was " + leaseTerm);
      }
      Timing.requireTerm(leaseTerm);
      Objects.requireNonNull(shared, "shared");
      proved = List.copyOf(proved);
    }
  }

  /**
   * A voter's credit.
   *
   * @param from the voter
   * @param sent when the request was sent, by the clocks of the node that asked
   * @param shared what the receiver takes over before it counts the credit
   * @param promised the epoch below which the voter obeys nothing; the receiver promises it, too
   * @param proved whose death the voter proved and nobody has confirmed yet
   * @param counter the highest counter of an epoch that the voter knows of
   */
  record Credit(
      Incarnation from,
      Moment sent,
      Shared shared,
      Epoch promised,
      List<Incarnation> proved,
      long counter)
      implements Contact {

    /** Copies the list. */
    public Credit {
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(sent, "sent");
      Objects.requireNonNull(shared, "shared");
      Objects.requireNonNull(promised, "promised");
      proved = List.copyOf(proved);
    }
  }
}
