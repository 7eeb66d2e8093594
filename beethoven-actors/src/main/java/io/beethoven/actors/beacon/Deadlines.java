package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TcpConnection.Waiting;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The loop's deadlines, one for each connection at most. Times are readings of the monotonic clock.
 */
final class Deadlines {

  private static final long MILLI_NANOS = 1_000_000L;

  private static final int MIN_STALE = 1_024;

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();

  /** How many entries were in force, at most, when the stale ones were last thrown out. */
  private int live = MIN_STALE;

  private record Entry(long atNanos, TcpConnection connection, int stamp)
      implements Comparable<Entry> {

    boolean isStale() {
      return connection.closed || connection.deadlineStamp != stamp;
    }

    @Override
    public int compareTo(Entry other) {
      return Long.compare(atNanos - other.atNanos, 0);
    }
  }

  /** Sets a connection's deadline in place of an earlier one. */
  void set(TcpConnection connection, Waiting waiting, long atNanos) {
    clear(connection);
    connection.waiting = waiting;
    entries.add(new Entry(atNanos, connection, connection.deadlineStamp));
    if (entries.size() > 2 * live) {
      // Connections that come and go leave entries behind, which would pile up until they are due.
      entries.removeIf(Entry::isStale);
      live = Math.max(MIN_STALE, entries.size());
    }
  }

  /** Returns how many entries are held, stale ones included: at most twice those in force. */
  int size() {
    return entries.size();
  }

  void clear(TcpConnection connection) {
    connection.waiting = Waiting.NOTHING;
    connection.deadlineStamp++;
  }

  /** Returns how many milliseconds are left until the next deadline, at least 1, or 0 for ever. */
  long millisLeft(long nowNanos) {
    dropStale();
    Entry next = entries.peek();
    if (next == null) {
      return 0;
    }
    return Math.max(1, (next.atNanos() - nowNanos + MILLI_NANOS - 1) / MILLI_NANOS);
  }

  void expire(long nowNanos, Consumer<TcpConnection> late) {
    dropStale();
    Entry next = entries.peek();
    while (next != null && next.atNanos() - nowNanos <= 0) {
      entries.remove();
      late.accept(next.connection());
      dropStale();
      next = entries.peek();
    }
  }

  private void dropStale() {
    Entry next = entries.peek();
    while (next != null && next.isStale()) {
      entries.remove();
      next = entries.peek();
    }
  }
}
