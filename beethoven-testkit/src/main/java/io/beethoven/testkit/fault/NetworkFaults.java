package io.beethoven.testkit.fault;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/** What is done to the network. All is made good at the end. */
final class NetworkFaults {

  private static final Duration PROXY_STARTED = Duration.ofSeconds(20);
  private static final Duration NODE_STARTED = Duration.ofSeconds(60);
  private static final int SHORTEST_FLAP_MILLIS = 50;
  private static final int LONGEST_FLAP_MILLIS = 800;

  private final FaultCluster cluster;

  NetworkFaults(FaultCluster cluster) {
    this.cluster = cluster;
  }

  void cut(Fault fault, int victim, Duration hold, Random random)
      throws IOException, TimeoutException, InterruptedException {
    try {
      switch (fault) {
        case FLAP -> flap(victim, hold, random);
        case MOVING_PARTITION -> partTwice(hold, random);
        case NO_QUORUM -> partAndKill(hold);
        case RESTART_WHILE_CUT -> restartWhileCut(victim, hold);
        case PROXY -> dieBehindProxy(victim, hold);
        default -> {
          cut(fault, victim);
          FaultDriver.sleep(hold);
        }
      }
    } finally {
      cluster.network().healAll();
    }
    if (fault == Fault.PROXY) {
      cluster.startAgain(victim);
    } else if (fault == Fault.NO_QUORUM) {
      cluster.startAgain(cluster.size());
    }
  }

  private void cut(Fault fault, int victim) {
    VirtualNetwork network = cluster.network();
    switch (fault) {
      case DROP -> network.drop(victim);
      case REJECT_WITH_RESET -> network.rejectWithReset(victim);
      case REJECT_WITH_ICMP -> network.rejectWithIcmp(victim);
      case DEAF -> network.deafen(victim);
      case MUTE -> network.mute(victim);
      case CABLE_OUT -> network.pullCable(victim);
      default -> throw new IllegalArgumentException("no cut: " + fault);
    }
  }

  /** Those that are left have no majority, and half of the others without the lowest is none. */
  private void partAndKill(Duration hold) throws InterruptedException {
    int half = cluster.size() / 2;
    List<Integer> all = cluster.numbers();
    cluster.network().part(all.subList(0, half), all.subList(half, all.size()));
    cluster.node(cluster.size()).kill();
    FaultDriver.sleep(hold);
  }

  private void restartWhileCut(int victim, Duration hold)
      throws IOException, TimeoutException, InterruptedException {
    cluster.network().drop(victim);
    cluster.node(victim).kill();
    FaultDriver.sleep(hold);
    cluster.startAgain(victim);
    cluster.node(victim).await(EventLines.STARTED, NODE_STARTED);
    FaultDriver.sleep(hold);
  }

  private void flap(int victim, Duration hold, Random random) throws InterruptedException {
    long end = System.nanoTime() + hold.toNanos();
    while (System.nanoTime() - end < 0) {
      cluster.network().pullCable(victim);
      pause(random);
      cluster.network().plugCable(victim);
      pause(random);
    }
  }

  private static void pause(Random random) throws InterruptedException {
    FaultDriver.sleep(Duration.ofMillis(random.nextInt(SHORTEST_FLAP_MILLIS, LONGEST_FLAP_MILLIS)));
  }

  private void partTwice(Duration hold, Random random) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      List<Integer> shuffled = new ArrayList<>(cluster.numbers());
      Collections.shuffle(shuffled, random);
      int half = cluster.size() / 2;
      cluster.network().healAll();
      cluster.network().part(shuffled.subList(0, half), shuffled.subList(half, cluster.size()));
      FaultDriver.sleep(hold.dividedBy(2));
    }
  }

  /**
   * Brings a node back behind a proxy. It sees itself at another address than others see it, so
   * that nothing proves its death, which follows.
   */
  private void dieBehindProxy(int victim, Duration hold)
      throws IOException, TimeoutException, InterruptedException {
    int port = cluster.beaconPort() + 1;
    NodeProcess node = cluster.node(victim);
    String address = cluster.network().host(victim);
    try (NodeProcess proxy =
        NodeProcess.at(address)
            .launcher(cluster.network().launcher(victim))
            .mainClass(TcpProxy.class.getName())
            .arguments(address, Integer.toString(port), Integer.toString(cluster.beaconPort()))
            .start()) {
      proxy.await(EventLines.STARTED, PROXY_STARTED);
      cluster.network().redirect(victim, cluster.beaconPort(), port);
      node.kill();
      cluster.startAgain(victim);
      // A node that has not joined is missed by nobody.
      cluster.awaitWhole();
      FaultDriver.sleep(hold);
      cluster.node(victim).kill();
      FaultDriver.sleep(hold);
    }
  }
}
