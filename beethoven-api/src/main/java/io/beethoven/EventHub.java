package io.beethoven;

import io.beethoven.model.ClusterEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to subscribers, each on a thread of its own, so that none can hold up another one or
 * the node. A subscriber that is too slow loses the oldest of its waiting events.
 */
final class EventHub implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

  /** Wakes a thread whose subscription was closed. */
  private static final Object END = new Object();

  private final int capacity;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  /**
   * Creates a hub.
   *
   * @param capacity how many events wait for a slow subscriber
   */
  EventHub(int capacity) {
    this.capacity = capacity;
  }

  /** Hands an event to all subscribers; never blocks. */
  void publish(ClusterEvent event) {
    for (Delivery delivery : deliveries) {
      delivery.offer(event);
    }
  }

  /** Adds a subscriber, who hears of all events published from now on. */
  Subscription subscribe(Consumer<ClusterEvent> subscriber) {
    Delivery delivery = new Delivery(subscriber, numbers.incrementAndGet());
    deliveries.add(delivery);
    delivery.thread.start();
    if (ended) {
      delivery.close();
    }
    return delivery;
  }

  /** Ends all subscriptions. */
  @Override
  public void close() {
    ended = true;
    deliveries.forEach(Delivery::close);
  }

  /** One subscriber, its queue and its thread. */
  private final class Delivery implements Subscription, Runnable {

    private final Consumer<ClusterEvent> subscriber;

    /** Events, and {@link #END} last. */
    private final BlockingQueue<Object> waiting = new LinkedBlockingQueue<>(capacity);

    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean overflowing;

    Delivery(Consumer<ClusterEvent> subscriber, int number) {
      this.subscriber = subscriber;
      this.thread = new Thread(this, "beethoven-subscriber-" + number);
      this.thread.setDaemon(true);
    }

    void offer(ClusterEvent event) {
      while (!closed && !waiting.offer(event)) {
        waiting.poll();
        if (!overflowing) {
          overflowing = true;
          LOG.warn(
              "A subscriber is too slow and loses its oldest events thread={} queue={}",
              thread.getName(),
              capacity);
        }
      }
    }

    @Override
    public void run() {
      while (!closed) {
        try {
          Object next = waiting.take();
          if (waiting.isEmpty()) {
            overflowing = false;
          }
          if (next instanceof ClusterEvent event) {
            subscriber.accept(event);
          }
        } catch (InterruptedException e) {
          LOG.debug("A subscriber interrupted its own thread thread={}", thread.getName());
        } catch (RuntimeException | AssertionError | LinkageError e) {
          LOG.warn("A subscriber failed and stays subscribed thread={}", thread.getName(), e);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      deliveries.remove(this);
      waiting.clear();
      if (!waiting.offer(END)) {
        LOG.debug("An event came in between, which wakes the thread as well");
      }
    }
  }
}
