package io.beethoven.examples.fenced;

import io.beethoven.Beethoven;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Writes to a store from one node of the cluster. Start it three times, with 127.0.0.1, 127.0.0.2
 * and 127.0.0.3, then freeze the one that writes ({@code kill -STOP}), wait until another one does,
 * and thaw it ({@code kill -CONT}).
 */
public final class FencedWriter {

  private FencedWriter() {}

  /**
   * Runs a node until it ends, as by SIGTERM.
   *
   * @param args the address to listen at, 127.0.0.1 if left out, and the store's log, {@code
   *     fenced.log} if left out
   */
  public static void main(String[] args) {
    run(
        args.length > 0 ? args[0] : "127.0.0.1",
        Path.of(args.length > 1 ? args[1] : "fenced.log"),
        () -> {});
  }

  static void run(String host, Path file, Runnable onItsWay) {
    try (Beethoven node =
        Beethoven.builder()
            .subnet("127.0.0.0/29")
            .host(host)
            .role("writer", 1, new Writer(file, onItsWay))
            .start()) {
      node.awaitReady(Duration.ofSeconds(30));
      System.out.println(node.self() + " is " + node.getNodeStatus() + ": " + node.getRoles());
      node.whenEnded().toCompletableFuture().join();
    }
  }
}
