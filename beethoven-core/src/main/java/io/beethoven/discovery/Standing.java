package io.beethoven.discovery;

import java.util.Objects;

/**
 * What a node says of itself in each hello.
 *
 * @param phase how far it is
 * @param clusterId the cluster it is in, chosen by the node that formed it; 0 while it is in none
 * @param clusterSize how many online nodes it knows of, itself included; 0 while it is in no
 *     cluster, but 1 while it is FORMING and runs its roles alone
 */
public record Standing(Phase phase, long clusterId, int clusterSize) {

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
    if (clusterSize < 0) {
      throw new IllegalArgumentException("cluster size must be >= 0, was " + clusterSize);
    }
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

  /** Tells whether others can join this node's cluster. */
  public boolean isJoinable() {
    return phase == Phase.CLUSTERED;
  }
}
