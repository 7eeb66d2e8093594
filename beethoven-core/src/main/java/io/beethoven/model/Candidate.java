package io.beethoven.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node as the planner sees it: what it could run.
 *
 * @param node which life of which node
 * @param implementations the roles it can run; sorted, unmodifiable
 * @param failing the roles that it gave up lately; sorted, unmodifiable
 * @param closed why it is given no roles at all, for people; empty when it is given some
 * @param leaving whether it has to give up the roles that it has; only where it is closed
 */
public record Candidate(
    Incarnation node,
    Set<RoleName> implementations,
    Map<RoleName, Failure> failing,
    Optional<String> closed,
    boolean leaving) {

  /**
   * A role that a node gave up.
   *
   * @param reason its last failure, for people
   * @param retryAt when the node is a candidate for it again
   */
  public record Failure(String reason, Instant retryAt) {

    /** Creates a mark. */
    public Failure {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(retryAt, "retryAt");
    }
  }

  /** Creates a candidate. */
  public Candidate {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(closed, "closed");
    implementations = Collections.unmodifiableSet(new TreeSet<>(implementations));
    failing = Collections.unmodifiableMap(new TreeMap<>(failing));
  }

  /**
   * Tells whether the node can be given an instance of a role.
   *
   * @param role which role
   * @return true if it is open, has an implementation and has not given it up lately
   */
  public boolean canRun(RoleName role) {
    return closed.isEmpty() && implementations.contains(role) && !failing.containsKey(role);
  }
}
