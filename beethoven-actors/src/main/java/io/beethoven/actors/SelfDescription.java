package io.beethoven.actors;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.discovery.CandidateSource;
import io.beethoven.actors.discovery.CandidateSources;
import io.beethoven.actors.evidence.NodeTracker;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.membership.PeerRegistry.PeerDescription;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.ComparedSettings;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.diagnosis.PeerFacts.Evidence;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.ClusterSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** What this node can say of its place in the cluster; asks whoever holds the lines to peers. */
final class SelfDescription {

  /** The most peers that are described. */
  static final int MAX_PEERS = 256;

  private final BeethovenSettings settings;
  private final Endpoint beacon;
  private final ActorSystem<?> system;
  private final ActorRef<CoreServer.Command> core;
  private final ActorRef<BeaconServer.Command> beaconServer;

  SelfDescription(
      BeethovenSettings settings,
      Endpoint beacon,
      ActorSystem<?> system,
      ActorRef<CoreServer.Command> core,
      ActorRef<BeaconServer.Command> beaconServer) {
    this.settings = settings;
    this.beacon = beacon;
    this.system = system;
    this.core = core;
    this.beaconServer = beaconServer;
  }

  /** Describes this node; completed in any case, soon after the time to answer. */
  CompletionStage<NodeFacts> facts(ClusterSnapshot snapshot) {
    CompletionStage<List<RefusedPeer>> refusals =
        AskPattern.ask(beaconServer, BeaconServer.GetRefusals::new, patience(), system.scheduler())
            .thenApply(BeaconServer.RefusalsReply::refusals)
            .exceptionally(late -> List.of());
    return AskPattern.ask(core, CoreServer.DescribePeers::new, patience(), system.scheduler())
        .thenCompose(this::withLines)
        .thenCombine(refusals, (peers, refused) -> facts(snapshot, peers, refused));
  }

  private Duration patience() {
    return settings.control().answerTimeout().dividedBy(3);
  }

  /** The peers, and how many were left out. */
  private record Peers(List<PeerFacts> described, int leftOut) {}

  private CompletionStage<Peers> withLines(PeerRegistry.Described described) {
    int count = Math.min(described.peers().size(), MAX_PEERS);
    CompletableFuture<List<PeerFacts>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (PeerDescription peer : described.peers().subList(0, count)) {
      all =
          all.thenCombine(
              withLines(peer).toCompletableFuture(),
              (sofar, one) -> {
                sofar.add(one);
                return sofar;
              });
    }
    return all.thenApply(peers -> new Peers(peers, described.peers().size() - count));
  }

  private CompletionStage<PeerFacts> withLines(PeerDescription peer) {
    CompletionStage<Evidence> evidence =
        peer.tracker()
            .map(
                tracker ->
                    AskPattern.ask(
                            tracker, NodeTracker.Describe::new, patience(), system.scheduler())
                        .thenApply(NodeTracker.Described::evidence)
                        .exceptionally(gone -> Evidence.NO_LINE))
            .orElseGet(() -> CompletableFuture.completedStage(Evidence.NO_LINE));
    return evidence.thenApply(
        lines -> new PeerFacts(peer.node().node(), peer.beacon(), peer.voting(), lines));
  }

  private NodeFacts facts(ClusterSnapshot snapshot, Peers peers, List<RefusedPeer> refusals) {
    return new NodeFacts(
        snapshot.self(),
        settings.clusterName(),
        ProcessHandle.current().pid(),
        settings.node().host(),
        settings.node().hostReason(),
        beacon,
        snapshot.mode(),
        snapshot.ready(),
        CandidateSources.of(settings.discovery(), Runnable::run).stream()
            .map(CandidateSource::describe)
            .toList(),
        ComparedSettings.of(system.settings().config()),
        peers.described(),
        peers.leftOut(),
        refusals);
  }
}
