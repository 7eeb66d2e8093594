package io.beethoven.testkit;

import io.beethoven.Beethoven;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.error.BeethovenException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Runs a node as what a process is there for: until SIGTERM, upon which it leaves in good order, or
 * until it was told to leave.
 */
public final class NodeRunner {

  private static final Duration READY_POLL = Duration.ofMinutes(1);

  private NodeRunner() {}

  /**
   * Starts a node, tells of it, and waits until it has ended.
   *
   * @param start starts it
   * @param output is told of its life and of all events of the cluster
   * @throws InterruptedException if this thread is interrupted
   * @throws io.beethoven.error.BeethovenAddressTakenException if it ended because another node has
   *     its address
   */
  public static void run(Supplier<Beethoven> start, NodeOutput output) throws InterruptedException {
    Beethoven node = start.get();
    node.subscribe(output::onCluster);
    output.onNode(EventLines.STARTED, about(node));
    CountDownLatch ended = new CountDownLatch(1);
    node.whenEnded().thenRun(ended::countDown);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> leave(node, output), "beethoven-node-leave"));
    Thread ready = new Thread(() -> tellReady(node, output), "beethoven-node-ready");
    ready.setDaemon(true);
    ready.start();
    ended.await();
    throwIfRefused(node);
  }

  /** Whoever runs the process has to hear of it, other than of an end that somebody wanted. */
  private static void throwIfRefused(Beethoven node) {
    try {
      node.awaitReady(Duration.ZERO);
    } catch (BeethovenClosedException e) {
      // It was told to end.
      return;
    }
  }

  private static Map<String, String> about(Beethoven node) {
    return Map.of(
        "node", node.self().toString(), "pid", Long.toString(ProcessHandle.current().pid()));
  }

  private static void leave(Beethoven node, NodeOutput output) {
    output.onNode(EventLines.LEAVING, about(node));
    node.close();
    output.onNode(EventLines.ENDED, about(node));
  }

  private static void tellReady(Beethoven node, NodeOutput output) {
    try {
      while (!node.awaitReady(READY_POLL)) {
        // Roles may take as long as they like to become ready.
      }
      output.onNode(EventLines.READY, about(node));
    } catch (BeethovenException e) {
      // It ended before it was ready, which it tells by itself.
      return;
    }
  }
}
