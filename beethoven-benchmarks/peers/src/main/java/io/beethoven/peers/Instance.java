package io.beethoven.peers;

import io.beethoven.benchmarks.compare.ActLines;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The role on this node: it acts on a thread of its own from {@link #start} to {@link #stop}, which
 * the library calls. May be used by any thread.
 */
final class Instance {

  private final String node;
  private @Nullable Thread thread;
  private CountDownLatch stopping = new CountDownLatch(0);

  /**
   * Prepares the role; it does not run yet.
   *
   * @param node the node's name
   */
  Instance(String node) {
    this.node = node;
  }

  /** Starts the role, unless it runs. */
  synchronized void start() {
    if (thread == null) {
      CountDownLatch stop = new CountDownLatch(1);
      stopping = stop;
      thread = new Thread(() -> act(stop), "role");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Stops the role, if it runs, and waits until it has made its last act. */
  synchronized void stop() {
    Thread running = thread;
    if (running != null) {
      stopping.countDown();
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
  }

  private void act(CountDownLatch stop) {
    try {
      ActLines.act(node, () -> stop.getCount() > 0, () -> true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
