package io.beethoven.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.actors.role.RoleRegistry;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.role.RoleContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A node with an actor system of its own, in the JVM of the test, at a loopback address of its own.
 */
final class TestNode implements AutoCloseable {

  private static final int LOWEST_PORT = 10_000;
  private static final int BELOW_PORT = 24_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final NodeId node;
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final ActorSystem<BeethovenGuardian.Command> system;

  private TestNode(Network network, String host, Map<String, Integer> roles, String overrides) {
    this.node = new NodeId(host, network.remotingPort());
    Config config = ConfigFactory.parseString(overrides).withFallback(network.config(host));
    BeethovenSettings settings = BeethovenSettings.parse(config);
    Map<RoleName, RoleImplementation> implementations = new TreeMap<>();
    roles
        .keySet()
        .forEach(
            role ->
                implementations.put(
                    new RoleName(role),
                    new RoleImplementation.Task(() -> TestNode::untilInterrupted)));
    List<RoleSpec> specs =
        roles.entrySet().stream()
            .map(
                role ->
                    settings
                        .roleDefaults()
                        .define(new RoleName(role.getKey()))
                        .withCount(role.getValue()))
            .toList();
    this.system =
        ActorSystem.create(
            BeethovenGuardian.create(
                new BeethovenGuardian.Setup(
                    settings,
                    RoleRegistry.of(implementations),
                    specs,
                    () -> TcpBeaconTransport.bind(settings.beacon()),
                    snapshots,
                    Clock.systemUTC())),
            "beethoven",
            PekkoOverlay.over(config, settings));
  }

  /** Ports that all nodes of a test share, each at an address of its own. */
  record Network(int remotingPort, int beaconPort) {

    static Network create() {
      return new Network(freePort(), freePort());
    }

    TestNode start(String host, Map<String, Integer> roles) {
      return start(host, roles, "");
    }

    TestNode start(String host, Map<String, Integer> roles, String overrides) {
      return new TestNode(this, host, roles, overrides);
    }

    private Config config(String host) {
      return ConfigFactory.parseString(
              """
              beethoven {
                cluster-name = test-%1$d
                node.host = "%2$s"
                node.port = %1$d
                beacon.port = %3$d
                discovery.subnet = "127.0.0.0/29"
                control.enabled = off
                lifecycle.shutdown-hook = off
              }
              """
                  .formatted(remotingPort, host, beaconPort))
          .withFallback(ConfigFactory.load());
    }

    /**
     * A port of which no connection takes possession before the node binds it: it lies below those
     * that the kernel hands out.
     */
    private static int freePort() {
      while (true) {
        int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, BELOW_PORT);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
          return socket.getLocalPort();
        } catch (BindException e) {
          // Taken: the next one.
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void untilInterrupted(RoleContext context) throws InterruptedException {
    new CountDownLatch(1).await();
  }

  NodeId node() {
    return node;
  }

  ActorSystem<BeethovenGuardian.Command> system() {
    return system;
  }

  ClusterSnapshot snapshot() {
    return snapshots.latest();
  }

  boolean isReady() {
    return snapshots.isPublished() && snapshot().ready();
  }

  /** The nodes that host each role, as this node knows it. */
  Map<String, List<NodeId>> hosts() {
    return snapshot().roles().stream()
        .collect(Collectors.toMap(role -> role.role().value(), role -> role.nodes()));
  }

  /** Leaves in good order and ends the actor system. */
  @Override
  public void close() {
    CoordinatedShutdown.get(system)
        .runAll(CoordinatedShutdown.unknownReason())
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
