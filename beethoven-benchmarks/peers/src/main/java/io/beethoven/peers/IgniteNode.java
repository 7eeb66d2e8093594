package io.beethoven.peers;

import io.beethoven.benchmarks.compare.ActLines;
import java.util.concurrent.CountDownLatch;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.events.EventType;
import org.apache.ignite.services.Service;
import org.apache.ignite.services.ServiceConfiguration;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/**
 * A server node of an Ignite cluster. The role is a cluster singleton of the service grid (manual,
 * "Services", "Deploying services at node startup").
 */
public final class IgniteNode {

  private IgniteNode() {}

  /**
   * Runs the node.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    // It would call home.
    System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
    System.setProperty("IGNITE_NO_ASCII", "true");
    System.setProperty("java.net.preferIPv4Stack", "true");
    Seat seat = NodeStart.seat(args);
    Melody.role = new Instance(seat.name());
    Ignite ignite = Ignition.start(configuration(seat));
    ignite
        .events()
        .localListen(
            event -> {
              tell(ignite);
              return true;
            },
            EventType.EVT_NODE_JOINED,
            EventType.EVT_NODE_LEFT,
            EventType.EVT_NODE_FAILED);
    tell(ignite);
    new CountDownLatch(1).await();
  }

  private static void tell(Ignite ignite) {
    ActLines.members(ignite.cluster().forServers().nodes().size());
  }

  private static IgniteConfiguration configuration(Seat seat) {
    TcpDiscoveryVmIpFinder addresses =
        new TcpDiscoveryVmIpFinder()
            .setAddresses(seat.hosts().stream().map(host -> host + ":" + seat.port()).toList());
    TcpDiscoverySpi discovery =
        new TcpDiscoverySpi().setIpFinder(addresses).setLocalPort(seat.port()).setLocalPortRange(0);
    IgniteConfiguration configuration =
        new IgniteConfiguration()
            .setLocalHost(seat.host())
            .setWorkDirectory(seat.directory().toAbsolutePath().toString())
            .setDiscoverySpi(discovery)
            .setCommunicationSpi(
                new TcpCommunicationSpi().setLocalPort(seat.port() + 1).setLocalPortRange(0))
            .setIncludeEventTypes(
                EventType.EVT_NODE_JOINED, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED)
            .setServiceConfiguration(
                new ServiceConfiguration()
                    .setName(ActLines.ROLE)
                    .setService(new Melody())
                    .setTotalCount(1)
                    .setMaxPerNodeCount(1));
    if (seat.isExpert()) {
      // "Network Configuration", "Connection Timeouts": down to 200 ms where all is quiet.
      configuration.setFailureDetectionTimeout(1000);
      discovery.setConnectionRecoveryTimeout(1000);
      // Three of these and 50 ms are what it takes a server to look whether it was left behind.
      configuration.setMetricsUpdateFrequency(300);
    }
    return configuration;
  }

  /** The service, which Ignite copies to the node where it shall run. */
  private static final class Melody implements Service {

    private static final long serialVersionUID = 1;

    private static Instance role = new Instance("");

    @Override
    public void execute() {
      role.start();
    }

    @Override
    public void cancel() {
      role.stop();
    }
  }
}
