package io.beethoven;

/** Ends the delivery of events to a subscriber. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

  /**
   * Ends it. Events that wait are dropped; one that is being delivered is not interrupted. Closing
   * again does nothing.
   */
  @Override
  void close();
}
