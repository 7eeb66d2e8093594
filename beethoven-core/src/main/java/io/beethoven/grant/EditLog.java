package io.beethoven.grant;

import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How an allocator has definitions edited (4.6.8): an edit takes effect when every live voter has
 * stored it. What was found when the reign began holds at once, and is stored again under its
 * epoch.
 */
final class EditLog {

  private final Reign reign;
  private final Timing timing;
  private final Deque<RoleSpec> waiting = new ArrayDeque<>();
  private final SortedSet<Incarnation> stored = new TreeSet<>();
  private @Nullable Edits proposed;
  private @Nullable Edits active;
  private @Nullable Moment sentAt;
  private int told = -1;

  EditLog(Reign reign, Timing timing) {
    this.reign = reign;
    this.timing = timing;
  }

  /** Makes or changes a definition, after those that wait. */
  void edit(RoleSpec spec) {
    waiting.add(spec);
  }

  /** A node stored edits. */
  void stored(Answer.EditsStored answer) {
    if (proposed != null
        && answer.epoch().equals(proposed.epoch())
        && answer.seq() == proposed.seq()) {
      stored.add(answer.node());
    }
  }

  /** Whether answers are awaited. */
  boolean isOnItsWay() {
    return proposed != null;
  }

  /** The edits that are in effect. */
  Edits active() {
    return active == null ? reign.edits() : active;
  }

  /** Goes on, once orders are issued. */
  void proceed(List<AllocatorEffect> effects, Moment now) {
    if (active == null) {
      active = reign.edits();
      if (!active.specs().isEmpty()) {
        propose(active.under(reign.epoch()));
      }
    }
    if (proposed == null && !waiting.isEmpty()) {
      Edits last = active.epoch().equals(reign.epoch()) ? active : active.under(reign.epoch());
      propose(last.with(waiting.remove()));
    }
    if (proposed == null) {
      return;
    }
    Set<Incarnation> all = new TreeSet<>(reign.liveVoters());
    all.add(reign.self());
    if (sentAt == null || now.isPast(sentAt, timing.orderResend())) {
      sentAt = now;
      StoreEdits order = new StoreEdits(reign.epoch(), proposed);
      all.stream()
          .filter(voter -> !stored.contains(voter))
          .forEach(voter -> effects.add(new Send(voter, order)));
    }
    settle(all, effects);
  }

  private void settle(Set<Incarnation> all, List<AllocatorEffect> effects) {
    Edits edits = Objects.requireNonNull(proposed);
    int count = (int) all.stream().filter(voter -> stored.contains(voter)).count();
    if (count != told) {
      told = count;
      effects.add(new EditStored(edits, count, all.size()));
    }
    if (count == all.size()) {
      active = edits;
      reign.adopt(edits);
      proposed = null;
    }
  }

  private void propose(Edits edits) {
    proposed = edits;
    stored.clear();
    sentAt = null;
    told = -1;
  }
}
