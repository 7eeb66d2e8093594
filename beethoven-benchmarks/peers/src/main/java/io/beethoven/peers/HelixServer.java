package io.beethoven.peers;

import io.beethoven.benchmarks.compare.ActLines;
import io.beethoven.testkit.EventLines;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.helix.HelixAdmin;
import org.apache.helix.SystemPropertyKeys;
import org.apache.helix.controller.HelixControllerMain;
import org.apache.helix.manager.zk.ZKHelixAdmin;
import org.apache.helix.model.IdealState.RebalanceMode;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.model.OnlineOfflineSMD;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/**
 * The process beside the participants, which is never the victim: a ZooKeeper server, and Helix's
 * controller as a process of its own, which is what the manual recommends ("Controller").
 */
public final class HelixServer {

  static final String CLUSTER = "compare";
  static final String STATE_MODEL = OnlineOfflineSMD.name;

  private static final int DEFAULT_TICK_MILLIS = 2000;
  private static final int EXPERT_TICK_MILLIS = 500;
  private static final int MAX_CONNECTIONS = 100;

  private HelixServer() {}

  /**
   * Runs the server.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Seat seat = NodeStart.seat(args);
    tune(seat);
    startZooKeeper(seat);
    setUp(seat);
    HelixControllerMain.startHelixController(
        address(seat), CLUSTER, "controller", HelixControllerMain.STANDALONE);
    EventLines.standard().onNode(EventLines.STARTED, Map.of());
    new CountDownLatch(1).await();
  }

  /** A session of 2 s in place of 30; the server allows no less than two of its ticks. */
  static void tune(Seat seat) {
    if (seat.isExpert()) {
      System.setProperty(SystemPropertyKeys.ZK_SESSION_TIMEOUT, "2000");
    }
  }

  /** Returns where ZooKeeper listens. */
  static String address(Seat seat) {
    return seat.server() + ":" + seat.port();
  }

  /** Returns a participant's name in Helix. */
  static String instance(String host, int port) {
    return host + "_" + port;
  }

  private static void startZooKeeper(Seat seat) throws Exception {
    File directory = seat.directory().toFile();
    ServerCnxnFactory connections = new NIOServerCnxnFactory();
    connections.configure(new InetSocketAddress(seat.server(), seat.port()), MAX_CONNECTIONS);
    connections.startup(
        new ZooKeeperServer(
            directory, directory, seat.isExpert() ? EXPERT_TICK_MILLIS : DEFAULT_TICK_MILLIS));
  }

  private static void setUp(Seat seat) {
    HelixAdmin admin = new ZKHelixAdmin.Builder().setZkAddress(address(seat)).build();
    admin.addCluster(CLUSTER, true);
    admin.addStateModelDef(CLUSTER, STATE_MODEL, OnlineOfflineSMD.build());
    for (String host : seat.hosts()) {
      InstanceConfig config = new InstanceConfig(instance(host, seat.port()));
      config.setHostName(host);
      config.setPort(Integer.toString(seat.port()));
      admin.addInstance(CLUSTER, config);
    }
    admin.addResource(CLUSTER, ActLines.ROLE, 1, STATE_MODEL, RebalanceMode.FULL_AUTO.name());
    admin.rebalance(CLUSTER, ActLines.ROLE, 1);
    admin.close();
  }
}
