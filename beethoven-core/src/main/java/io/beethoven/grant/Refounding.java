package io.beethoven.grant;

import io.beethoven.evidence.Quorum;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster goes on after all of it, or so much that no quorum is left, was restarted (4.7).
 *
 * <p>An address is one process's at a time, so a voter is dead once another life of its address has
 * reported. When the addresses of a quorum of the voters have new lives, no lease of the old ones
 * can be renewed, and those that exist end within their term. After that time the new lives become
 * the voters, once each of them has stored it: any other such attempt shares one of them.
 */
final class Refounding {

  private final Timing timing;
  private @Nullable Moment since;

  Refounding(Timing timing) {
    this.timing = timing;
  }

  /**
   * Looks whether the voters can be replaced by their next lives.
   *
   * @param reporters the nodes that promised this reign
   * @return the change towards them, on its way from nobody, once it is time
   */
  Optional<Voters> replace(Reign reign, Collection<Incarnation> reporters, Moment now) {
    Voters voters = reign.voters();
    if (voters.equals(Voters.NONE) || voters.current().equals(VoterSet.EMPTY)) {
      return Optional.empty();
    }
    Set<Incarnation> next = new TreeSet<>();
    boolean possible = isReplaced(voters.current(), reign, reporters, next);
    if (voters.next().isPresent()) {
      possible &= isReplaced(voters.next().get(), reign, reporters, next);
    }
    if (!possible) {
      since = null;
      return Optional.empty();
    }
    if (since == null) {
      since = now;
    }
    if (!now.isPast(since, timing.leaseEnd()) || next.size() > VoterSet.MAX_VOTERS) {
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

  private static boolean isReplaced(
      VoterSet voters, Reign reign, Collection<Incarnation> reporters, Set<Incarnation> next) {
    Set<Incarnation> replaced = new TreeSet<>();
    for (Incarnation voter : voters.without(reign.dead()).voters()) {
      for (Incarnation reporter : reporters) {
        if (reporter.node().equals(voter.node()) && reporter.uid() != voter.uid()) {
          replaced.add(voter);
          next.add(reporter);
        }
      }
    }
    return Quorum.holds(replaced, voters, reign.dead());
  }
}
