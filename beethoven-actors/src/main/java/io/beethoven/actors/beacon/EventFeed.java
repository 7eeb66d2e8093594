package io.beethoven.actors.beacon;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands the transport's events to {@link BeaconServer} and counts those that still wait there, so
 * that a flood of connections fills no mailbox. Thread-safe.
 */
final class EventFeed implements BeaconTransport.Listener {

  /**
   * How many events may wait before newcomers are turned away. Each connection that is held already
   * adds a few more at most.
   */
  static final int MAX_WAITING = 4_096;

  private final Consumer<TransportEvent> target;
  private final AtomicInteger waiting = new AtomicInteger();

  EventFeed(Consumer<TransportEvent> target) {
    this.target = target;
  }

  @Override
  public void onEvent(TransportEvent event) {
    waiting.incrementAndGet();
    target.accept(event);
  }

  @Override
  public boolean isBehind() {
    return waiting.get() >= MAX_WAITING;
  }

  /** Takes in that one event was dealt with. */
  void done() {
    waiting.decrementAndGet();
  }
}
