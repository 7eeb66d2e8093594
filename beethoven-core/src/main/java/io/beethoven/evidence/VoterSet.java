package io.beethoven.evidence;

import io.beethoven.model.Incarnation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The nodes whose votes decide (rule 4): the lowest addresses, all nodes while there are no more
 * than the bound.
 *
 * @param voters the voters, each once, sorted by address
 */
public record VoterSet(List<Incarnation> voters) {

  /** The most voters that there may be. */
  public static final int MAX_VOTERS = 9;

  /** Nobody votes: no quorum is possible. */
  public static final VoterSet EMPTY = new VoterSet(List.of());

  /**
   * Sorts the voters and drops repetitions.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_VOTERS}
   */
  public VoterSet {
    voters = isSorted(voters) ? List.copyOf(voters) : voters.stream().distinct().sorted().toList();
    if (voters.size() > MAX_VOTERS) {
      throw new IllegalArgumentException(
          "voters must be <= " + MAX_VOTERS + ", was " + voters.size());
    }
  }

  /** Tells whether they are in order, each once. */
  private static boolean isSorted(List<Incarnation> voters) {
    for (int i = 1; i < voters.size(); i++) {
      if (voters.get(i - 1).compareTo(voters.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Chooses the voters among the members: those with the lowest addresses.
   *
   * @param members the members of the cluster, in any order
   * @param max the most voters to choose, 1 to {@value #MAX_VOTERS}
   * @return the voters; the same for the same members
   * @throws IllegalArgumentException if {@code max} is out of range
   */
  public static VoterSet of(Collection<Incarnation> members, int max) {
    if (max < 1 || max > MAX_VOTERS) {
      throw new IllegalArgumentException(
          "max must be between 1 and " + MAX_VOTERS + ", was " + max);
    }
    return new VoterSet(members.stream().distinct().sorted().limit(max).toList());
  }

  /**
   * Tells whether a node votes.
   *
   * @param node which
   * @return whether it is one of the voters
   */
  public boolean contains(Incarnation node) {
    return voters.contains(node);
  }

  /**
   * Leaves nodes out; written V\D in the rules.
   *
   * @param dead who no longer counts
   * @return the other voters
   */
  public VoterSet without(Set<Incarnation> dead) {
    for (Incarnation voter : voters) {
      if (dead.contains(voter)) {
        return new VoterSet(stream().filter(other -> !dead.contains(other)).toList());
      }
    }
    return this;
  }

  /** Returns the voter with the lowest address, which decides an even split. */
  public Optional<Incarnation> lowest() {
    return stream().findFirst();
  }

  /** Returns how many voters there are. */
  public int size() {
    return voters.size();
  }

  /** Returns the voters, sorted by address. */
  public Stream<Incarnation> stream() {
    return voters.stream();
  }
}
