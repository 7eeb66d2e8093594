package io.beethoven.discovery;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Objects;

/**
 * What a node says of itself in each hello.
 *
 * @param phase how far it is
 * @param clusterId the cluster it is in, chosen by the node that formed it; 0 while it is in none
 * @param clusterSize how many online nodes it knows of, itself included; 0 while it is in no
 *     cluster, but 1 while it is FORMING and runs its roles alone
 * @param formedAt when that cluster was formed, in milliseconds, by the clock of the node that
 *     formed it; {@link Instant#EPOCH} while it is in none
 */
public record Standing(Phase phase, long clusterId, int clusterSize, Instant formedAt) {

  /** Clusters by who gives way first: the smaller, then the younger, then the higher id. */
  private static final Comparator<Standing> GIVING_WAY =
      Comparator.comparingInt(Standing::clusterSize)
          .thenComparing(Standing::formedAt, Comparator.reverseOrder())
          .thenComparing(Standing::clusterId, Comparator.reverseOrder());

  /** A node that has just started. */
  public static final Standing SEEKING = new Standing(Phase.SEEKING, 0, 0);

  /** How far a node is. */
  public enum Phase {
    /** Looking for peers; a member of no cluster. */
    SEEKING,
    /** Has met nobody and runs its roles alone; a member of no cluster; goes on looking. */
    STANDALONE,
    /** Has decided to form a cluster by joining itself. Whoever hears it follows. */
    FORMING,
    /** Has decided to join somebody else's cluster. */
    JOINING,
    /** A member of a cluster, perhaps its only one. */
    CLUSTERED,
    /** On its way out. */
    LEAVING
  }

  /**
   * Creates a standing.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public Standing {
    Objects.requireNonNull(phase, "phase");
    formedAt = formedAt.truncatedTo(ChronoUnit.MILLIS);
    if (clusterSize < 0) {
      throw new IllegalArgumentException("cluster size must be >= 0, was " + clusterSize);
    }
  }

  /**
   * Creates the standing of a node in no cluster, or in one whose age nobody knows.
   *
   * @param phase how far it is
   * @param clusterId the cluster it is in, or 0
   * @param clusterSize how many online nodes it knows of
   * @throws IllegalArgumentException if the size is negative
   */
  public Standing(Phase phase, long clusterId, int clusterSize) {
    this(phase, clusterId, clusterSize, Instant.EPOCH);
  }

  /**
   * Returns the standing of a node that is about to form a cluster.
   *
   * @param runsAlone whether its roles run
   */
  static Standing forming(boolean runsAlone) {
    return new Standing(Phase.FORMING, 0, runsAlone ? 1 : 0);
  }

  /** Tells whether the node is in no cluster and runs its roles. */
  boolean runsAlone() {
    return phase == Phase.STANDALONE || (phase == Phase.FORMING && clusterSize > 0);
  }

  /**
   * Tells whether this cluster is the one to give way, of two that were formed apart: the smaller
   * does, then the younger, then the one with the higher id. Of two different clusters exactly one
   * gives way.
   *
   * @param other the standing of a member of the other cluster
   * @return whether this one gives way to it
   */
  public boolean givesWayTo(Standing other) {
    return GIVING_WAY.compare(this, other) < 0;
  }

  /**
   * Tells whether a node of this standing and one of another one are in two clusters that were
   * formed apart.
   *
   * @param other the other node's standing
   * @return whether both are in clusters, and in different ones
   */
  public boolean isIslandTo(Standing other) {
    return isJoinable()
        && other.isJoinable()
        && clusterId != 0
        && other.clusterId != 0
        && clusterId != other.clusterId;
  }

  /** Tells whether others can join this node's cluster. */
  public boolean isJoinable() {
    return phase == Phase.CLUSTERED;
  }
}
