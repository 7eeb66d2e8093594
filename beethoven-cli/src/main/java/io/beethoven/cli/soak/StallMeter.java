package io.beethoven.cli.soak;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this process was kept from running, at worst, when it wanted to: what an overloaded
 * machine does to every process on it. May be used by any thread.
 */
final class StallMeter implements AutoCloseable {

  private static final long PERIOD_NANOS = 5_000_000;

  private final AtomicLong worstNanos = new AtomicLong();
  private volatile boolean closed;

  /** Begins to measure, on a daemon thread. */
  static StallMeter start() {
    StallMeter meter = new StallMeter();
    Thread thread = new Thread(meter::measure, "beethoven-stall-meter");
    thread.setDaemon(true);
    thread.start();
    return meter;
  }

  private void measure() {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = System.nanoTime();
      long late = now - last - PERIOD_NANOS;
      worstNanos.accumulateAndGet(late, Math::max);
      last = now;
    }
  }

  /** Returns the longest stall so far, in milliseconds. */
  long worstMillis() {
    return worstNanos.get() / 1_000_000;
  }

  @Override
  public void close() {
    closed = true;
  }
}
