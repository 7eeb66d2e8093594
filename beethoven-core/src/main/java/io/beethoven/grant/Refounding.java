package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster goes on after all of it, or so much that no quorum is left, was restarted (4.7).
 *
 * <p>An address is one process's at a time, so a voter is dead once another life of its address has
 * reported. When every voter that is not in D has such a next life, or has reported itself without
 * being part of a quorum, no lease of the old ones can be renewed, and those that exist end within
 * their term. After that time these become the voters, once each of them has stored it: any other
 * such attempt shares one of them.
 *
 * <p>A quorum of next lives is not enough: a single voter that lives may have proved all the others
 * dead, and goes on alone (3.5).
 */
final class Refounding {

  private @Nullable Moment since;

  /**
   * Looks whether the voters can be replaced by their next lives.
   *
   * @param reporters the nodes that promised this reign
   * @param longestLease the longest term that any of the voters gave credit for
   * @param otherLives whether one of them has a lease in another cluster, which this node has come
   *     into with its own and whose voters it has yet to hear; or may have, in that a member has
   *     not reported and the cluster was never but this node's own
   * @return the change towards them, on its way from nobody, once it is time
   */
  Optional<Voters> replace(
      Reign reign,
      Collection<Incarnation> reporters,
      Duration longestLease,
      boolean otherLives,
      Moment now) {
    Voters voters = reign.voters();
    if (voters.equals(Voters.NONE)) {
      return Optional.empty();
    }
    Set<Incarnation> next = new TreeSet<>();
    if (otherLives || !isReplaced(reign, reporters, next) || reign.quorum(Set.copyOf(reporters))) {
      since = null;
      return Optional.empty();
    }
    if (since == null) {
      since = now;
    }
    if (!now.isPast(since, Timing.leaseEnd(longestLease)) || next.size() > VoterSet.MAX_VOTERS) {
      return Optional.empty();
    }
    return Optional.of(
        new Voters(
            voters.cluster(),
            voters.version() + 1,
            reign.epoch(),
            VoterSet.EMPTY,
            Optional.of(new VoterSet(List.copyOf(next)))));
  }

  /** Whether it may come to that, once those that are here have reported. */
  static boolean isThinkable(Reign reign, Collection<Incarnation> present) {
    return isReplaced(reign, present, new TreeSet<>());
  }

  private static boolean isReplaced(
      Reign reign, Collection<Incarnation> reporters, Set<Incarnation> next) {
    for (Incarnation voter : reign.liveVoters()) {
      Optional<Incarnation> standing =
          reporters.stream()
              .filter(reporter -> reporter.node().equals(voter.node()))
              .max(Comparator.comparing(voter::equals));
      if (standing.isEmpty()) {
        return false;
      }
      next.add(standing.get());
    }
    return !next.isEmpty() && (!next.equals(reign.liveVoters()) || hasNobodyLeft(reign));
  }

  /**
   * Whether all of V went while a change was on its way, so that those of V' cannot complete it.
   */
  private static boolean hasNobodyLeft(Reign reign) {
    VoterSet voting = reign.voters().current();
    return !voting.voters().isEmpty() && voting.without(reign.dead()).voters().isEmpty();
  }
}
