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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How an allocator has definitions edited (4.6.8): an edit takes effect when every live voter has
 * stored it. What was found when the reign began holds at once, and is stored again under its
 * epoch. What nodes bring along that were in another cluster is edited in as well.
 */
final class EditLog {

  private final Reign reign;
  private final Timing timing;
  private final Deque<RoleSpec> waiting = new ArrayDeque<>();
  private final SortedSet<Incarnation> stored = new TreeSet<>();
  private final SortedMap<Incarnation, Edits> inherited = new TreeMap<>();
  private final SortedSet<Incarnation> heirs = new TreeSet<>();
  private @Nullable Edits proposed;
  private @Nullable Edits active;
  private @Nullable Moment sentAt;
  private long cluster;
  private int lastTold = -1;

  EditLog(Reign reign, Timing timing) {
    this.reign = reign;
    this.timing = timing;
  }

  /** Makes or changes a definition, after those that wait. */
  void edit(RoleSpec spec) {
    waiting.add(spec);
  }

  /** A node has these: of this cluster, or of another one that it was in before. */
  void found(Incarnation by, Edits edits) {
    inherited.remove(by);
    if (edits.cluster() == reign.voters().cluster()) {
      reign.adopt(edits);
    } else if (!edits.specs().isEmpty()) {
      inherited.put(by, edits);
    }
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
    if (cluster != reign.voters().cluster()) {
      // Its node has followed into another cluster.
      active = null;
      proposed = null;
    }
    if (active == null) {
      cluster = reign.voters().cluster();
      active = reign.edits();
      if (!active.specs().isEmpty()) {
        propose(active.under(reign.epoch(), reign.voters()));
      }
    }
    if (proposed == null) {
      next();
    }
    if (proposed == null) {
      return;
    }
    Set<Incarnation> all = new TreeSet<>(reign.liveVoters());
    all.add(reign.self());
    Set<Incarnation> told = new TreeSet<>(all);
    told.addAll(heirs);
    told.removeAll(reign.dead());
    if (sentAt == null || now.isPast(sentAt, timing.orderResend())) {
      sentAt = now;
      StoreEdits order = new StoreEdits(reign.epoch(), proposed);
      told.stream()
          .filter(node -> !stored.contains(node))
          .forEach(node -> effects.add(new Send(node, order)));
    }
    settle(all, effects);
  }

  private void next() {
    Edits last = Objects.requireNonNull(active);
    last = last.epoch().equals(reign.epoch()) ? last : last.under(reign.epoch(), reign.voters());
    if (!inherited.isEmpty()) {
      Edits merged = last;
      for (Edits theirs : inherited.values()) {
        merged = merged.inheriting(theirs);
      }
      // Whoever has brought them along stores the outcome instead, even if it votes on nothing.
      heirs.addAll(inherited.keySet());
      inherited.clear();
      propose(merged);
    } else if (!waiting.isEmpty()) {
      propose(last.with(waiting.remove()));
    }
  }

  private void settle(Set<Incarnation> all, List<AllocatorEffect> effects) {
    Edits edits = Objects.requireNonNull(proposed);
    int count = (int) all.stream().filter(voter -> stored.contains(voter)).count();
    if (count != lastTold) {
      lastTold = count;
      effects.add(new EditStored(edits, count, all.size()));
    }
    if (count == all.size()) {
      active = edits;
      reign.adopt(edits);
      proposed = null;
      heirs.clear();
    }
  }

  private void propose(Edits edits) {
    proposed = edits;
    stored.clear();
    sentAt = null;
    lastTold = -1;
  }
}
