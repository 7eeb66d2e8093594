package io.beethoven.discovery;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What tells a cluster from another one of the same name. Chosen by the node that formed it; all
 * members say the same.
 *
 * @param id drawn at random; 0 where nobody has chosen one yet
 * @param formedAt when it was formed, in milliseconds, by the clock of the node that formed it
 */
public record ClusterIdentity(long id, Instant formedAt) {

  /** The identity of no cluster. */
  public static final ClusterIdentity NONE = new ClusterIdentity(0, Instant.EPOCH);

  /** Creates an identity. */
  public ClusterIdentity {
    formedAt = formedAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Returns the identity that a member's standing shows.
   *
   * @param standing the standing
   * @return the identity of its cluster
   */
  public static ClusterIdentity of(Standing standing) {
    return new ClusterIdentity(standing.clusterId(), standing.formedAt());
  }

  /**
   * Returns the standing of a member.
   *
   * @param size how many online nodes it knows of, itself included
   * @return the standing
   */
  public Standing clustered(int size) {
    return new Standing(Standing.Phase.CLUSTERED, id, size, formedAt);
  }

  /** Tells whether somebody has chosen it. */
  public boolean isKnown() {
    return id != 0;
  }
}
