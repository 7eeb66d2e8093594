package io.beethoven.actors.role;

import io.beethoven.grant.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** Clocks that stand still until a test sets them. */
final class SteppedClock implements LeaseClock {

  private final AtomicReference<Moment> now =
      new AtomicReference<>(new Moment(Long.MAX_VALUE - 1, Instant.parse("2026-01-01T00:00:00Z")));

  @Override
  public Moment now() {
    return now.get();
  }

  void pass(Duration time) {
    now.updateAndGet(moment -> moment.plus(time));
  }

  /** As while the machine sleeps: the monotonic clock stands still. */
  void passByWallClockOnly(Duration time) {
    now.updateAndGet(moment -> new Moment(moment.nanos(), moment.wall().plus(time)));
  }

  /** As when an operator sets the wall clock back. */
  void passByMonotonicClockOnly(Duration time) {
    now.updateAndGet(moment -> new Moment(moment.nanos() + time.toNanos(), moment.wall()));
  }
}
