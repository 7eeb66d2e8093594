package io.beethoven.examples.hello;

import io.beethoven.Beethoven;
import java.time.Duration;

/**
 * Says hello from one node of the cluster, whichever that is. Start it as often as you like, each
 * time with another address of 127.0.0.1 to 127.0.0.6, and kill the one that speaks.
 */
public final class Hello {

  private Hello() {}

  /**
   * Runs a node until it ends, as by SIGTERM.
   *
   * @param args the address to listen at; 127.0.0.1 if left out
   */
  public static void main(String[] args) {
    try (Beethoven node =
        Beethoven.builder()
            .subnet("127.0.0.0/29")
            .host(args.length > 0 ? args[0] : "127.0.0.1")
            .role(
                "greeter",
                1,
                context -> {
                  while (!context.isStopping()) {
                    System.out.println("hello from " + context.node());
                    Thread.sleep(1000);
                  }
                })
            .start()) {
      node.awaitReady(Duration.ofSeconds(30));
      System.out.println(node.self() + " is " + node.getNodeStatus() + ": " + node.getRoles());
      node.whenEnded().toCompletableFuture().join();
    }
  }
}
