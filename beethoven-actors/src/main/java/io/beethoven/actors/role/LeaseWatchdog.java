package io.beethoven.actors.role;

import io.beethoven.grant.Moment;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells instances that the lease has ended at the moment when it does, on a thread of its own: the
 * role server may be too busy, or its dispatcher starved.
 *
 * <p>It changes nothing about what is valid, which {@link LeaseView} computes at each call.
 */
final class LeaseWatchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseWatchdog.class);

  /** The monotonic clock stands still while the machine sleeps, so the wall clock is looked at. */
  private static final long LONGEST_NAP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long SHORTEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final LeaseView lease;
  private final Thread thread;
  private volatile boolean closed;

  LeaseWatchdog(LeaseView lease) {
    this.lease = lease;
    this.thread = new Thread(this::watch, "beethoven-lease-watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      try {
        lease.check();
      } catch (RuntimeException e) {
        LOG.error("an action at the end of the lease failed", e);
      }
      LockSupport.parkNanos(this, nap());
    }
  }

  private long nap() {
    Optional<Moment> until = lease.until();
    if (until.isEmpty()) {
      return LONGEST_NAP_NANOS;
    }
    // Whether or not anybody watches: somebody may begin to without a word.
    long left = until.get().nanos() - lease.now().nanos();
    if (left <= 0) {
      return lease.isWatched() ? SHORTEST_NAP_NANOS : LONGEST_NAP_NANOS;
    }
    return Math.max(SHORTEST_NAP_NANOS, Math.min(LONGEST_NAP_NANOS, left));
  }

  /** To be called when the lease ends at another moment. */
  void wake() {
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closed = true;
    wake();
  }
}
