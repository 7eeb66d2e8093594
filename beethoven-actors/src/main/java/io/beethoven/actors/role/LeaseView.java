package io.beethoven.actors.role;

import io.beethoven.grant.Moment;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Until when this node has a lease, for readers on any thread: a right is valid only until then,
 * whether or not the role server has got to it. Written by the role server alone.
 */
public final class LeaseView {

  private final LeaseClock clock;
  private final Set<Runnable> onEnd = ConcurrentHashMap.newKeySet();
  private volatile Optional<Moment> until = Optional.empty();

  /**
   * Creates the view of a node that has no lease.
   *
   * @param clock the clocks that leases go by
   */
  public LeaseView(LeaseClock clock) {
    this.clock = clock;
  }

  /** Returns this moment by the clocks that leases go by. */
  Moment now() {
    return clock.now();
  }

  void set(Optional<Moment> end) {
    until = end;
  }

  Optional<Moment> until() {
    return until;
  }

  /** Tells whether there is a lease at this moment. */
  boolean holds() {
    Optional<Moment> end = until;
    return end.isPresent() && isBefore(now(), end.get());
  }

  /** By both clocks: the monotonic one stands still while the machine sleeps. */
  private static boolean isBefore(Moment now, Moment end) {
    return now.nanos() - end.nanos() < 0 && now.wall().isBefore(end.wall());
  }

  /**
   * Has something done once the lease has ended, however busy the role server is.
   *
   * @param action short and not blocking; may be done more than once
   */
  void whenEnded(Runnable action) {
    onEnd.add(action);
  }

  void forget(Runnable action) {
    onEnd.remove(action);
  }

  /** Whether somebody waits for the end of the lease. */
  boolean isWatched() {
    return !onEnd.isEmpty();
  }

  /** Does what was asked for, if the lease has ended. */
  void check() {
    if (!holds()) {
      onEnd.forEach(
          action -> {
            // Once: a later lease is another right's.
            if (onEnd.remove(action)) {
              action.run();
            }
          });
    }
  }
}
