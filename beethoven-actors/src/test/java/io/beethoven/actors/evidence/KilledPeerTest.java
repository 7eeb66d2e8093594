package io.beethoven.actors.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.BeaconFailed;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tracker and a beacon against those of another process, over TCP, until that process is killed.
 */
@EnabledOnOs(OS.LINUX)
@Tag("slow")
class KilledPeerTest {

  private static final Logger LOG = LoggerFactory.getLogger(KilledPeerTest.class);
  private static final String HERE = "127.0.0.2";
  private static final String BELOW = "127.0.0.1";
  private static final String ABOVE = "127.0.0.3";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit testKit = ActorTestKit.create();
  private final TestProbe<PeerRegistry.Command> core =
      testKit.createTestProbe(PeerRegistry.Command.class);
  private final TestProbe<BeaconFailed> failed = testKit.createTestProbe(BeaconFailed.class);
  private final Incarnation self = PeerProcess.node(HERE, 1);
  private final List<Process> processes = new ArrayList<>();
  private TcpBeaconTransport transport;
  private ActorRef<BeaconServer.Command> beacon;
  private ActorRef<NodeTracker.Command> tracker;
  private Endpoint peerBeacon;

  @BeforeEach
  void startBeacon() {
    transport = TcpBeaconTransport.bind(PeerProcess.beaconSettings(HERE, 0));
    beacon =
        testKit.spawn(
            BeaconServer.create(
                new BeaconServer.Setup(
                    PeerProcess.identity(self, transport.local()),
                    PeerProcess.beaconSettings(HERE, 0),
                    Standing.SEEKING,
                    transport,
                    Runnable::run,
                    failed.getRef(),
                    testKit.system().ignoreRef())));
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    testKit.shutdownTestKit();
  }

  /** Starts a process; returns what it prints. */
  private BufferedReader startPeer(String host) throws IOException {
    Process process =
        new ProcessBuilder(
                new File(System.getProperty("java.home"), "bin/java").getPath(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PeerProcess.class.getName(),
                host,
                "2",
                HERE,
                "1",
                "0",
                Integer.toString(transport.local().port()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Returns what follows a prefix in the first line that has it. */
  private static String await(String prefix, BufferedReader output) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith(prefix)) {
      line = output.readLine();
    }
    assertThat(line).isNotNull();
    return line.substring(prefix.length());
  }

  private Incarnation startArmedPeer(String host) throws IOException {
    Incarnation peer = PeerProcess.node(host, 2);
    BufferedReader output = startPeer(host);
    peerBeacon = new Endpoint(host, Integer.parseInt(await("beacon=", output)));
    track(peer);
    expect(new PeerRegistry.LinesChanged(peer, true));
    // A process that dies with our last byte unread ends the line with a reset, which is no proof.
    await("armed", output);
    return peer;
  }

  private void track(Incarnation peer) {
    tracker =
        testKit.spawn(
            NodeTracker.create(
                new NodeTracker.Peering(self, peer, peerBeacon),
                PeerProcess.SETTINGS,
                beacon,
                core.getRef()));
  }

  /** Waits for a message; others about the lines may come before it, but no proof. */
  private void expect(PeerRegistry.Command expected) {
    PeerRegistry.Command message = core.receiveMessage(PATIENCE);
    while (!message.equals(expected)) {
      assertThat(message).isInstanceOf(PeerRegistry.LinesChanged.class);
      message = core.receiveMessage(PATIENCE);
    }
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {BELOW, ABOVE})
  void shouldProveTheDeathWhenThePeerIsKilled(String host) throws IOException {
    Incarnation peer = startArmedPeer(host);
    long killedNanos = System.nanoTime();

    processes.get(0).destroyForcibly();

    expect(new PeerRegistry.Proved(peer));
    LOG.info("provedMillis={}", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNanos));
  }

  @Test
  void shouldProveTheDeathOnlyWhenAFrozenPeerIsKilled() throws IOException, InterruptedException {
    Incarnation peer = startArmedPeer(ABOVE);

    signal(processes.get(0), "STOP");
    core.expectNoMessage(Duration.ofSeconds(1));
    signal(processes.get(0), "KILL");

    expect(new PeerRegistry.Proved(peer));
  }

  @Test
  void shouldHearTheGoodbyeAndProveNothingWhenThePeerEndsInGoodOrder()
      throws IOException, InterruptedException {
    Incarnation peer = startArmedPeer(ABOVE);

    processes.get(0).getOutputStream().close();

    expect(new PeerRegistry.Departed(peer));
    assertThat(processes.get(0).waitFor(10, TimeUnit.SECONDS)).isTrue();
    expect(new PeerRegistry.LinesChanged(peer, false));
    core.expectNoMessage(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {BELOW, ABOVE})
  void shouldArmAgainAndStayArmedWhenThisSideClosedItsLines(String host) throws IOException {
    Incarnation peer = startArmedPeer(host);

    tracker.tell(new NodeTracker.Stop());
    core.expectTerminated(tracker);
    track(peer);

    expect(new PeerRegistry.LinesChanged(peer, true));
    core.expectNoMessage(Duration.ofSeconds(1));
  }
}
