package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.VotersChanged;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.model.Incarnation;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How an allocator changes the voters (3.4): it has every voter, old and new, store the change, and
 * only then completes it. A change that a former allocator began is completed first, towards the
 * same voters.
 */
final class VoterChange {

  private final Reign reign;
  private final Timing timing;
  private final int maxVoters;
  private final SortedSet<Incarnation> stored = new TreeSet<>();
  private @Nullable Voters proposed;
  private @Nullable Moment sentAt;

  VoterChange(Reign reign, Timing timing, int maxVoters) {
    this.reign = reign;
    this.timing = timing;
    this.maxVoters = maxVoters;
  }

  /** A node stored a change. */
  void stored(Answer.VotersStored answer) {
    if (answer.voters().equals(proposed)) {
      stored.add(answer.node());
    }
  }

  /** Whether answers are awaited. */
  boolean isOnItsWay() {
    return reign.voters().isJoint();
  }

  /**
   * Begins a change if one is wanted, and goes on with the one that is on its way.
   *
   * @param armed whether everybody has had credit of a node
   * @param eligible who can come to vote: members that have reported here and are not leaving
   * @param mayBegin whether nothing speaks against a change now, and all live voters take part
   * @param named every node that was ever heard of
   */
  void proceed(
      Predicate<Incarnation> armed,
      SortedSet<Incarnation> eligible,
      boolean mayBegin,
      Collection<Incarnation> named,
      List<AllocatorEffect> effects,
      Moment now) {
    Voters voters = reign.voters();
    if (!voters.isJoint()) {
      if (!mayBegin) {
        return;
      }
      VoterSet wanted = wanted(eligible, armed);
      if (wanted.equals(voters.current())) {
        return;
      }
      propose(voters.towards(reign.epoch(), wanted));
    } else if (!voters.equals(proposed)) {
      propose(voters.towards(reign.epoch(), voters.next().orElseThrow()));
    }
    if (sentAt == null || now.isPast(sentAt, timing.orderResend())) {
      sentAt = now;
      StoreVoters order =
          new StoreVoters(reign.epoch(), reign.shared(), reign.edits(), List.copyOf(named));
      reign.liveVoters().stream()
          .filter(voter -> !stored.contains(voter))
          .forEach(voter -> effects.add(new Send(voter, order)));
    }
    complete(named, effects);
  }

  private void propose(Voters joint) {
    proposed = joint;
    stored.clear();
    sentAt = null;
    reign.propose(joint);
  }

  private void complete(Collection<Incarnation> named, List<AllocatorEffect> effects) {
    Set<Incarnation> live = reign.liveVoters();
    // Every voter, not a quorum: quorums at different times need not intersect (3.5).
    if (stored.containsAll(live) && !live.isEmpty()) {
      proposed = null;
      reign.propose(reign.voters().settled());
      effects.add(new VotersChanged(reign.voters()));
      // Said once: whoever does not hear it learns it from the others' messages.
      StoreVoters news =
          new StoreVoters(reign.epoch(), reign.shared(), reign.edits(), List.copyOf(named));
      live.forEach(voter -> effects.add(new Send(voter, news)));
    }
  }

  /** The living voters stay; the lowest others fill up, and take the places of those that leave. */
  private VoterSet wanted(SortedSet<Incarnation> eligible, Predicate<Incarnation> armed) {
    Set<Incarnation> wanted =
        new TreeSet<>(reign.voters().current().without(reign.dead()).voters());
    Set<Incarnation> staying = new TreeSet<>(wanted);
    staying.retainAll(eligible);
    for (Incarnation node : eligible) {
      if (staying.size() >= maxVoters || wanted.size() >= VoterSet.MAX_VOTERS) {
        break;
      }
      if (armed.test(node)) {
        wanted.add(node);
        staying.add(node);
      }
    }
    return new VoterSet(List.copyOf(wanted));
  }
}
