package io.beethoven.actors.discovery;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Endpoint;
import io.beethoven.model.Incarnation;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Finds peers and decides whether this node stays alone, forms a cluster, or joins one. The
 * guardian carries the decisions out and says what came of them.
 *
 * <p>Spawned by the guardian once the beacon listens; it begins to seek at once. The standing that
 * the beacon tells peers has one owner at a time: the locator announces SEEKING, STANDALONE,
 * FORMING and JOINING; from a {@link FormCluster} or {@link JoinCluster} decision until {@link
 * JoinFailed} it announces nothing, and the guardian announces CLUSTERED and LEAVING.
 */
public final class Locator {

  private Locator() {}

  /**
   * What it is given.
   *
   * @param self this life of this node
   * @param beacon where its beacon listens; never probed
   * @param settings how peers are found
   * @param sources who names candidates; none means that peers are met only when they call
   * @param beaconServer sends probes, announces, and tells of inbound hellos
   * @param replyTo told the decisions
   */
  public record Dependencies(
      Incarnation self,
      Endpoint beacon,
      DiscoverySettings settings,
      List<CandidateSource> sources,
      ActorRef<BeaconServer.Command> beaconServer,
      ActorRef<Decision> replyTo) {

    /** Copies the list. */
    public Dependencies {
      Objects.requireNonNull(self, "self");
      Objects.requireNonNull(beacon, "beacon");
      Objects.requireNonNull(settings, "settings");
      sources = List.copyOf(sources);
      Objects.requireNonNull(beaconServer, "beaconServer");
      Objects.requireNonNull(replyTo, "replyTo");
    }
  }

  /** What it decides; told to the guardian. */
  public sealed interface Decision {}

  /**
   * Nobody was found: run the roles alone. Told once after each time that seeking began; seeking
   * goes on slowly.
   */
  public record StayStandalone() implements Decision {}

  /**
   * Form a cluster by joining oneself; roles that run go on. FORMING is announced already. The
   * guardian answers with {@link Joined} or {@link JoinFailed}.
   *
   * @param clusterId the new cluster's id, never 0
   */
  public record FormCluster(long clusterId) implements Decision {}

  /**
   * Stop the roles and join a peer's cluster. JOINING is announced already. The guardian answers
   * with {@link Joined} or {@link JoinFailed}.
   *
   * @param target a member of the cluster
   */
  public record JoinCluster(Hello target) implements Decision {}

  /**
   * Another cluster of the same name exists. Nothing is done about it here. Told once per cluster
   * in a few minutes.
   *
   * @param other a member of that cluster
   */
  public record IslandSeen(Hello other) implements Decision {}

  /** What it understands. */
  public sealed interface Command {}

  /**
   * The decision was carried out: this node is a member.
   *
   * @param clusterId of this cluster
   */
  public record Joined(long clusterId) implements Command {}

  /**
   * The decision could not be carried out: this node is a member of no cluster. The target is left
   * alone for a while and seeking begins anew.
   *
   * @param reason for the log
   */
  public record JoinFailed(String reason) implements Command {}

  /**
   * This node has become a member by somebody else's doing.
   *
   * @param clusterId of this cluster
   */
  public record Clustered(long clusterId) implements Command {}

  /** This node is on its way out of its cluster, or ends: it seeks no more. */
  public record Left() implements Command {}

  /**
   * Whether this node is its cluster's only one, which lets it go on looking slowly. Ignored while
   * it is in no cluster.
   *
   * @param alone true if no other member is online
   */
  public record Alone(boolean alone) implements Command {}
}
