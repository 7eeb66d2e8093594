package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.lifecycle.Legacy;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clusters in one JVM whose beacons are hidden from each other at first. */
@Tag("slow")
class IslandsTest {

  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final int REMOTING = 24_141;
  private static final int BEACON = 24_142;

  /** Island of each node, by the last number of its address. */
  private static final Map<Integer, Integer> ISLANDS = Map.of(1, 1, 2, 1, 3, 2, 4, 2, 5, 3, 6, 3);

  private final Map<Integer, Beethoven> nodes = new TreeMap<>();
  private final List<ActorSystem<?>> systems = new ArrayList<>();
  private final List<ClusterEvent> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean veiled = true;

  @AfterEach
  void closeAll() {
    nodes.values().forEach(Beethoven::close);
    systems.forEach(ActorSystem::terminate);
  }

  @Test
  void shouldBecomeOneClusterWhenThreeIslandsMeet() {
    start(1, false);
    start(2, false);
    awaitCluster(1, 2);
    start(3, false);
    start(4, false);
    awaitCluster(3, 4);
    // The youngest of equal ones gives way first; these end with the program's actor systems.
    start(5, true);
    start(6, true);
    awaitCluster(5, 6);
    assertThat(running).hasValue(3);
    most.set(running.get());

    veiled = false;
    long since = System.nanoTime();

    awaitCluster(1, 2, 3, 4);
    long took = System.nanoTime() - since;
    System.out.println(
        "measured three islands to one cluster ms=" + TimeUnit.NANOSECONDS.toMillis(took));
    for (int attached : List.of(5, 6)) {
      Beethoven node = node(attached);
      assertThat(node.whenEnded().toCompletableFuture()).succeedsWithin(LIMIT);
      assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class);
    }
    await().atMost(LIMIT).untilAsserted(() -> assertThat(running).hasValue(1));
    assertThat(most).as("most instances at once since they met").hasValue(3);
    assertThat(heard)
        .filteredOn(event -> event instanceof IslandDetected island && island.yields())
        .hasSizeGreaterThanOrEqualTo(4);
  }

  private Beethoven node(int number) {
    return nodes.getOrDefault(number, nodes.get(1));
  }

  private static String host(int number) {
    return "127.0.0." + (56 + number);
  }

  private boolean isHidden(int from, String host) {
    int to = Integer.parseInt(host.substring(host.lastIndexOf('.') + 1)) - 56;
    return veiled && !ISLANDS.get(from).equals(ISLANDS.getOrDefault(to, ISLANDS.get(from)));
  }

  private void start(int number, boolean attached) {
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "beethoven.cluster-name",
                    "islands",
                    "beethoven.node.host",
                    host(number),
                    "beethoven.node.port",
                    REMOTING,
                    "beethoven.beacon.port",
                    BEACON,
                    "beethoven.discovery.subnet",
                    "127.0.0.56/29",
                    "beethoven.control.enabled",
                    false,
                    "beethoven.state.enabled",
                    false,
                    "beethoven.lifecycle.shutdown-hook",
                    false))
            .withFallback(ConfigFactory.load());
    BeethovenSettings settings = BeethovenSettings.parse(config);
    RoleCatalog catalog =
        RoleCatalog.of(settings, List.of(Role.task("steady", context -> runUntilStopped())));
    Legacy legacy = new Legacy();
    GuardianFactory guardians =
        snapshots ->
            BeethovenGuardian.create(
                new BeethovenGuardian.Setup(
                    settings,
                    catalog.registry(),
                    catalog.specs(),
                    () ->
                        new VeiledTransport(
                            TcpBeaconTransport.bind(settings.beacon()),
                            target -> isHidden(number, target.host())),
                    snapshots,
                    Clock.systemUTC(),
                    legacy));
    Beethoven node;
    if (attached) {
      ActorSystem<Void> system =
          ActorSystem.create(Behaviors.empty(), "islands", PekkoOverlay.over(config, settings));
      systems.add(system);
      node = BeethovenBuilder.attach(system, settings, guardians);
    } else {
      node = BeethovenBuilder.start(config, settings, guardians);
    }
    node.subscribe(heard::add);
    nodes.put(number, node);
  }

  private void runUntilStopped() throws InterruptedException {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      Thread.currentThread().join();
    } finally {
      running.decrementAndGet();
    }
  }

  private void awaitCluster(int... numbers) {
    NodeId[] members =
        Arrays.stream(numbers)
            .mapToObj(number -> new NodeId(host(number), REMOTING))
            .toArray(NodeId[]::new);
    for (int number : numbers) {
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                assertThat(node(number).getActiveNodes()).containsExactly(members);
                assertThat(node(number).getNodeStatus()).isEqualTo(ClusterMode.CLUSTERED);
                assertThat(node(number).isReady()).isTrue();
              });
    }
  }
}
