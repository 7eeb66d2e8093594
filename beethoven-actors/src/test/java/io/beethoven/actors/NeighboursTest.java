package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.beethoven.actors.TestNode.Network;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Refusals;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** A hundred beacons of other clusters on one subnet, which sweep it as this cluster's nodes do. */
@ExtendWith(LogCapturingExtension.class)
class NeighboursTest {

  private static final int NEIGHBOURS = 100;
  private static final String PREFIX = "127.77.0.";
  private static final String OVERRIDES = "beethoven.discovery.subnet = \"" + PREFIX + "0/25\"";
  private static final Pattern PEER = Pattern.compile("event=refused peer=\"(.*)\" key=");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Network network = Network.create();
  private final ActorTestKit kit = ActorTestKit.create("neighbours");
  private final TestProbe<BeaconServer.ProbeResult> answers = kit.createTestProbe();
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<ActorRef<BeaconServer.Command>> neighbours = new ArrayList<>();
  private final Logger log =
      (Logger) LoggerFactory.getLogger("io.beethoven.actors.beacon.RefusalLog");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void closeAll() {
    log.detachAppender(lines);
    nodes.forEach(TestNode::close);
    kit.shutdownTestKit();
  }

  @Test
  void shouldSettleAsIfAloneAmongAHundredNeighboursOfOtherNames() {
    Duration alone = formationOf(PREFIX + 1, PREFIX + 2);
    nodes.forEach(TestNode::close);
    nodes.clear();
    for (int i = 0; i < NEIGHBOURS; i++) {
      neighbours.add(neighbour(i));
    }

    Duration among = formationOf(PREFIX + 3, PREFIX + 4);

    long atMost = 2L * (Refusals.MOST_AT_ONCE + 1 + among.toSeconds());
    List<String> ours = linesOfNodes();
    System.out.printf(
        "two nodes formed in %d ms alone, %d ms among %d neighbours; %d lines by the nodes%n",
        alone.toMillis(), among.toMillis(), NEIGHBOURS, ours.size());
    assertThat(among).isLessThan(alone.multipliedBy(10));
    assertThat(nodes)
        .allSatisfy(
            node ->
                assertThat(node.snapshot().activeNodes())
                    .containsExactlyElementsOf(
                        nodes.stream().map(TestNode::node).sorted().toList()));
    assertThat(ours.size()).isBetween(NEIGHBOURS / 2, (int) atMost);
    // Two nodes, so that each neighbour is named twice at most, however often they met.
    new HashSet<>(ours)
        .forEach(
            peer -> assertThat(ours.stream().filter(peer::equals).count()).isLessThanOrEqualTo(2));
  }

  /** Starts two nodes together and returns how long it took until both were clustered. */
  private Duration formationOf(String... hosts) {
    long began = System.nanoTime();
    for (String host : hosts) {
      nodes.add(network.start(host, Map.of("single", 1), OVERRIDES));
    }
    Predicate<TestNode> settled =
        node ->
            node.isReady()
                && node.snapshot().mode() == ClusterMode.CLUSTERED
                && node.snapshot().activeNodes().size() == hosts.length;
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              sweepByNeighbours(hosts);
              return nodes.stream().allMatch(settled);
            });
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * Each neighbour probes each node, twice in a second: as often as a node that has just started.
   */
  private void sweepByNeighbours(String... hosts) {
    for (ActorRef<BeaconServer.Command> neighbour : neighbours) {
      for (String host : hosts) {
        neighbour.tell(
            new BeaconServer.Probe(
                new Endpoint(host, network.beaconPort()), PATIENCE, PATIENCE, answers.getRef()));
      }
    }
  }

  private ActorRef<BeaconServer.Command> neighbour(int number) {
    Endpoint at = new Endpoint(PREFIX + (10 + number), network.beaconPort());
    BeaconSettings settings =
        new BeaconSettings(at, 64, 16, Duration.ofSeconds(3), Duration.ofMillis(100));
    return kit.spawn(
        BeaconServer.create(
            new BeaconServer.Setup(
                new Identity(
                    "neighbour-" + number,
                    "beethoven",
                    new Incarnation(new NodeId(at.host(), 25_520), number + 1),
                    at,
                    Agreement.NONE),
                settings,
                new Standing(Phase.CLUSTERED, number + 1, 3),
                TcpBeaconTransport.bind(settings),
                Runnable::run,
                kit.<BeaconServer.BeaconFailed>createTestProbe().getRef(),
                kit.system().ignoreRef())));
  }

  /** Whom the nodes named: the neighbours; what neighbours log names the nodes. */
  private List<String> linesOfNodes() {
    List<String> peers = new ArrayList<>();
    for (ILoggingEvent event : List.copyOf(lines.list)) {
      Matcher matcher = PEER.matcher(event.getFormattedMessage());
      if (matcher.lookingAt() && nodes.stream().noneMatch(node -> isOf(node, matcher.group(1)))) {
        peers.add(hostOf(matcher.group(1)));
      }
    }
    return peers;
  }

  private static boolean isOf(TestNode node, String peer) {
    return hostOf(peer).equals(node.node().host());
  }

  private static String hostOf(String peer) {
    Matcher matcher = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+").matcher(peer);
    return matcher.find() ? matcher.group() : peer;
  }
}
