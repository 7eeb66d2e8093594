package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import java.time.Duration;
import java.util.Objects;

/**
 * What a node keeps when it restarts: of its actor system in memory, of its process in a file,
 * where it has a directory.
 *
 * @param voters the voters that it stored last; {@link Voters#NONE} if it never knew a cluster
 * @param promised the epoch below which it obeys nothing
 * @param edits the edited definitions that it stored last
 * @param longestLease the longest lease term that it knew of, its own and those of nodes that may
 *     hold a lease by credit of it; zero where it remembers nothing
 */
public record Durable(Voters voters, Epoch promised, Edits edits, Duration longestLease) {

  /** A node that remembers nothing. */
  public static final Durable NOTHING =
      new Durable(Voters.NONE, Epoch.NONE, Edits.NONE, Duration.ZERO);

  /** Checks the parts. */
  public Durable {
    Objects.requireNonNull(voters, "voters");
    Objects.requireNonNull(promised, "promised");
    Objects.requireNonNull(edits, "edits");
    if (longestLease.isNegative()) {
      throw new IllegalArgumentException("longest-lease must be 0 or more, was " + longestLease);
    }
    Timing.requireTerm(longestLease);
  }
}
