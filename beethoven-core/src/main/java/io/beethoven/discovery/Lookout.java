package io.beethoven.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Which addresses a cluster keeps an eye on, to meet others that were formed apart: a few at each
 * turn, for ever, so that it costs next to nothing and nothing is asked in bursts.
 *
 * <p>At each turn it asks first for nodes that were lost, by turns if they are many: where a
 * network was cut, they are the other side. The rest of the turn goes on through the candidates, in
 * a circle. Members of the own cluster are left out.
 *
 * <p>Not safe for use by several threads.
 */
public final class Lookout {

  private final int perTurn;
  private final RandomGenerator random;
  private List<Endpoint> lost = List.of();
  private Candidates candidates = Candidates.of(List.of());
  private int lostAt;
  private int candidateAt;
  private int left;

  /**
   * Creates a lookout that has nothing to look at.
   *
   * @param perTurn the most addresses of a turn, 1 or more
   * @param random draws where each round begins
   */
  public Lookout(int perTurn, RandomGenerator random) {
    if (perTurn < 1) {
      throw new IllegalArgumentException("addresses per turn must be >= 1, were " + perTurn);
    }
    this.perTurn = perTurn;
    this.random = Objects.requireNonNull(random, "random");
  }

  /**
   * Names the nodes that were lost.
   *
   * @param beacons where their beacons listened; replace those named before
   */
  public void lost(Collection<Endpoint> beacons) {
    lost = List.copyOf(new TreeSet<>(beacons));
  }

  /**
   * Begins a round through candidates.
   *
   * @param named replace those named before
   */
  public void begin(Candidates named) {
    candidates = named;
    left = named.size();
    candidateAt = left == 0 ? 0 : random.nextInt(left);
  }

  /** Tells whether all candidates of the round were looked at. */
  public boolean isRoundOver() {
    return left == 0;
  }

  /**
   * Returns what to look at next.
   *
   * @param members where the beacons of the own cluster listen, this node's included
   * @return different addresses, as many as a turn allows at most
   */
  public List<Endpoint> next(Set<Endpoint> members) {
    Set<Endpoint> turn = new LinkedHashSet<>();
    // Where there are many lost nodes, the candidates still get their half.
    int room = left == 0 ? perTurn : Math.max(1, perTurn / 2);
    for (int i = 0; i < Math.min(lost.size(), room); i++) {
      lostAt = (lostAt + 1) % lost.size();
      turn.add(lost.get(lostAt));
    }
    while (left > 0 && turn.size() < perTurn) {
      Endpoint next = candidates.at(candidateAt);
      candidateAt = (candidateAt + 1) % candidates.size();
      left--;
      if (!members.contains(next)) {
        turn.add(next);
      }
    }
    turn.removeAll(members);
    return new ArrayList<>(turn);
  }
}
