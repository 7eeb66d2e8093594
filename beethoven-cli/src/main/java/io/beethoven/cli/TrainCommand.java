package io.beethoven.cli;

import io.beethoven.Beethoven;
import io.beethoven.Role;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeOutput;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * {@code beethoven train}: does once what nodes do, so that the JVM can keep the classes that it
 * loaded in an archive ({@code -XX:ArchiveClassesAtExit}); nodes that start with it need about half
 * the time.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Form a cluster of two nodes in this process, to make a class archive from.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int PORT = 27_520;
  private static final int BEACON_PORT = 27_521;

  private final NodeOutput nowhere =
      new EventLines(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

  @Override
  public Integer call() throws InterruptedException {
    try (Beethoven one = start("127.0.0.1");
        Beethoven two = start("127.0.0.2")) {
      two.subscribe(nowhere::onCluster);
      long end = System.nanoTime() + TIMEOUT.toNanos();
      while (!(isWhole(one) && isWhole(two))) {
        if (System.nanoTime() - end > 0) {
          System.err.println("two nodes did not form a cluster within " + TIMEOUT);
          return 1;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    return 0;
  }

  private Beethoven start(String host) {
    return Beethoven.builder()
        .name("beethoven-train")
        .host(host)
        .port(PORT)
        .beaconPort(BEACON_PORT)
        .subnet("127.0.0.0/30")
        .set("state.enabled", false)
        .role(Role.task("ticker", new Ticker(nowhere)).count(2))
        .start();
  }

  private static boolean isWhole(Beethoven node) {
    return node.awaitReady(TIMEOUT)
        && node.getActiveNodes().size() == 2
        && node.getRoles().stream().mapToInt(RoleStatus::assigned).sum() == 2;
  }
}
