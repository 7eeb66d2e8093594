package io.beethoven.benchmarks;

import io.beethoven.Beethoven;
import io.beethoven.testkit.ParentWatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Some nodes in one process, each with an actor system and an address of its own, as the public API
 * makes them. They start at once; SIGTERM makes each of them leave.
 */
public final class ScaleNode {

  private ScaleNode() {}

  /**
   * Runs the nodes.
   *
   * @param args how many instances of the role the cluster shall run, and the nodes' addresses
   * @throws Exception if one cannot start; the process then ends with exit code 1
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.start();
    BenchNode.openWitness(System.getProperty("beethoven.node.host", "127.0.0.1"));
    int count = Integer.parseInt(args[0]);
    try {
      List<Beethoven> nodes = start(Arrays.asList(args).subList(1, args.length), count);
      CountDownLatch ended = new CountDownLatch(nodes.size());
      nodes.forEach(node -> node.whenEnded().thenRun(ended::countDown));
      ended.await();
      System.exit(0);
    } catch (ExecutionException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static List<Beethoven> start(List<String> hosts, int count) throws Exception {
    ExecutorService starters = Executors.newFixedThreadPool(hosts.size());
    try {
      List<Future<Beethoven>> starts = new ArrayList<>();
      for (String host : hosts) {
        starts.add(starters.submit(() -> start(host, count)));
      }
      List<Beethoven> nodes = new ArrayList<>();
      for (Future<Beethoven> start : starts) {
        nodes.add(start.get());
      }
      return nodes;
    } finally {
      starters.shutdown();
    }
  }

  private static Beethoven start(String host, int count) {
    return Beethoven.builder().host(host).role(Fleet.ROLE, count, new ScaleRole()).start();
  }
}
