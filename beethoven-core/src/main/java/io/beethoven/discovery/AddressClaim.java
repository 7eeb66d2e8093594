package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;

/**
 * What a node does that hears another one say hello at its own address: two configurations name the
 * same host and port, and one of the two has to go.
 *
 * <ol>
 *   <li>Safe: a node that runs roles never ends by what it hears, only by what it is told when it
 *       asks.
 *   <li>Of two that hear each other at most one is told to end, and at most one ends: the one that
 *       is less far, of equals the one of the higher uid.
 * </ol>
 */
public enum AddressClaim {
  /** Tell the other one that the address is taken. */
  REFUSE,
  /** End: the other one had the address first. */
  YIELD,
  /** Tell the other one nothing that would end it; this node ends when it asks itself. */
  SPARE;

  /**
   * Decides.
   *
   * @param self this node
   * @param own how far it is
   * @param theirs what another life at the same address said
   * @return what to do
   */
  public static AddressClaim judge(Incarnation self, Standing own, Hello theirs) {
    int ahead = Integer.compare(rank(own), rank(theirs.standing()));
    boolean keeps = ahead > 0 || (ahead == 0 && self.uid() < theirs.node().uid());
    if (keeps) {
      return REFUSE;
    }
    return rank(own) == 0 ? YIELD : SPARE;
  }

  private static int rank(Standing standing) {
    Phase phase = standing.phase();
    return switch (phase) {
      case SEEKING, JOINING -> 0;
      case STANDALONE, FORMING -> 1;
      case CLUSTERED, LEAVING -> 2;
    };
  }
}
