package io.beethoven.evidence;

import io.beethoven.model.Incarnation;
import java.util.Set;

/**
 * The quorum of rule 5.
 *
 * <ol>
 *   <li>Safe: any two quorums of the same V\D have a voter in common.
 *   <li>Live: of two halves of V\D exactly one is a quorum, the one with the lowest address; so one
 *       of two nodes suffices if it is the lower, and a single voter suffices for itself.
 * </ol>
 *
 * <p>Quorums of V\D at different times need not intersect.
 */
public final class Quorum {

  private Quorum() {}

  /**
   * Tells whether nodes are a quorum: more than half of V\D, or half of it with its lowest address.
   *
   * @param q the nodes that agree; those outside V\D count for nothing
   * @param v the voters, V
   * @param dead the dead and departed, D
   * @return whether {@code q} is a quorum; never when V\D is empty
   */
  public static boolean holds(Set<Incarnation> q, VoterSet v, Set<Incarnation> dead) {
    VoterSet live = v.without(dead);
    int agreeing = 0;
    for (Incarnation voter : live.voters()) {
      agreeing += q.contains(voter) ? 1 : 0;
    }
    return 2 * agreeing > live.size()
        || (2 * agreeing == live.size() && live.lowest().filter(q::contains).isPresent());
  }
}
