package io.beethoven.actors.evidence;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A process with a beacon and one tracker, to be killed. Arguments: its own host and uid, its
 * peer's host and uid, the ports of both beacons (0 for any). Prints {@code beacon=PORT}, then
 * {@code armed} when its life-line is. Says goodbye and ends when its input ends.
 */
final class PeerProcess {

  static final EvidenceSettings SETTINGS =
      new EvidenceSettings(
          9,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofMillis(250),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(5));

  private PeerProcess() {}

  /** Runs the process. */
  public static void main(String[] args) throws IOException {
    Incarnation self = node(args[0], Long.parseLong(args[1]));
    Incarnation peer = node(args[2], Long.parseLong(args[3]));
    Endpoint peerBeacon = new Endpoint(args[2], Integer.parseInt(args[5]));
    TcpBeaconTransport transport =
        TcpBeaconTransport.bind(beaconSettings(args[0], Integer.parseInt(args[4])));
    ActorSystem<PeerRegistry.Command> system =
        ActorSystem.create(
            Behaviors.receiveMessage(
                message -> {
                  if (message instanceof PeerRegistry.LinesChanged changed && changed.armed()) {
                    System.out.println("armed");
                  }
                  return Behaviors.same();
                }),
            "peer",
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    ActorRef<BeaconServer.Command> beacon =
        system.systemActorOf(
            BeaconServer.create(
                new BeaconServer.Setup(
                    identity(self, transport.local()),
                    beaconSettings(args[0], 0),
                    Standing.SEEKING,
                    transport,
                    Runnable::run,
                    system.ignoreRef(),
                    system.ignoreRef())),
            "beacon",
            Props.empty());
    system.systemActorOf(
        NodeTracker.create(
            new NodeTracker.Peering(self, peer, peerBeacon), SETTINGS, beacon, system),
        "tracker",
        Props.empty());
    System.out.println("beacon=" + transport.local().port());
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (input.readLine() != null) {
      // Only the end of the input means something.
    }
    AskPattern.ask(beacon, BeaconServer.Shutdown::new, Duration.ofSeconds(10), system.scheduler())
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
    system.terminate();
  }

  static Incarnation node(String host, long uid) {
    return new Incarnation(new NodeId(host, 25520), uid);
  }

  static Identity identity(Incarnation node, Endpoint beacon) {
    return new Identity("evidence", "peer", node, beacon, Agreement.NONE);
  }

  static BeaconSettings beaconSettings(String host, int port) {
    return new BeaconSettings(
        new Endpoint(host, port), 256, 32, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }
}
