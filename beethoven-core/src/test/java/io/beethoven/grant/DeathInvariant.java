package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nobody is held for dead before a quorum of the voters proved it (3.6), if wrongly. */
final class DeathInvariant {

  private final Map<Incarnation, Set<Incarnation>> provers = new HashMap<>();
  private final Set<Incarnation> known = new HashSet<>();
  private final Map<SimulatedNode, Set<Incarnation>> held = new HashMap<>();
  private boolean declaring;

  void onProof(Incarnation by, Incarnation dead) {
    provers.computeIfAbsent(dead, node -> new HashSet<>()).add(by);
  }

  /** A node said goodbye. */
  void onDeparture(Incarnation node) {
    known.add(node);
  }

  /** Whom the operator declares dead meanwhile needs no proof, even if nobody is left to say so. */
  void declare(SimulatedNode at, Runnable action) {
    declaring = true;
    action.run();
    declaring = false;
    known.addAll(at.participant.dead());
    held.computeIfAbsent(at, key -> new HashSet<>()).addAll(at.participant.dead());
  }

  /** Others may take it over from the first one, which has counted votes. */
  void onDead(SimulatedNode node, Collection<Incarnation> dead) {
    Set<Incarnation> before = Set.copyOf(held.computeIfAbsent(node, key -> new HashSet<>()));
    held.get(node).addAll(dead);
    List<Incarnation> atOnce = List.copyOf(dead);
    List<Incarnation> first = new ArrayList<>(dead);
    first.removeIf(gone -> !known.add(gone));
    if (declaring) {
      return;
    }
    for (Incarnation gone : first) {
      if (!isProved(gone, atOnce, 0, before, node.participant.voters())) {
        throw new Violation(
            node + " holds for dead " + gone + ", which only these proved: " + provers.get(gone));
      }
    }
  }

  private static boolean isQuorum(Set<Incarnation> q, Set<Incarnation> dead, Voters voters) {
    return isQuorum(q, dead, voters.current())
        && (voters.next().isEmpty() || isQuorum(q, dead, voters.next().get()));
  }

  /** Counted here once more, since what is tested may count wrong. */
  private static boolean isQuorum(Set<Incarnation> q, Set<Incarnation> dead, VoterSet voters) {
    List<Incarnation> live = new ArrayList<>(voters.voters());
    live.removeAll(dead);
    long agreeing = live.stream().filter(q::contains).count();
    long others = live.size() - agreeing;
    return agreeing > others || (agreeing == others && agreeing > 0 && q.contains(live.get(0)));
  }

  /** Of those that are held for dead at once some may have been confirmed later than others. */
  private boolean isProved(
      Incarnation gone, List<Incarnation> first, int from, Set<Incarnation> dead, Voters voters) {
    if (dead.contains(gone) && isQuorum(provers.getOrDefault(gone, Set.of()), dead, voters)) {
      return true;
    }
    for (int i = from; i < first.size(); i++) {
      Set<Incarnation> more = new HashSet<>(dead);
      more.add(first.get(i));
      if (isProved(gone, first, i + 1, more, voters)) {
        return true;
      }
    }
    return false;
  }
}
