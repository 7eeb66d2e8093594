package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.actors.evidence.NodeTracker;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.membership.PeerRegistry.PeerDescription;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.membership.Snapshots;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.actors.protocol.GuardianRequest.Leave;
import io.beethoven.actors.protocol.GuardianRequest.Subscribe;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.diagnosis.PeerFacts.Evidence;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardianControlTest {

  private static final NodeId NODE = new NodeId("127.0.0.1", 25520);
  private static final Endpoint BEACON = new Endpoint("127.0.0.1", 33000);

  private static final RefusedPeer REFUSED =
      new RefusedPeer(
          "127.0.0.9:33000", RefusalReason.OTHER_SETTING, "a.key", "1", "2", Instant.EPOCH);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<BeethovenGuardian.Command> guardian =
      kit.createTestProbe(BeethovenGuardian.Command.class);
  private final TestProbe<BeaconServer.Command> beacon =
      kit.createTestProbe(BeaconServer.Command.class);
  private final TestProbe<CoreServer.Command> core = kit.createTestProbe(CoreServer.Command.class);
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final GuardianControl control =
      new GuardianControl(
          "here",
          snapshots,
          kit.system(),
          guardian.ref(),
          new SelfDescription(
              BeethovenSettings.parse(ConfigFactory.empty()),
              BEACON,
              kit.system(),
              core.ref(),
              beacon.ref()),
          Duration.ofSeconds(5));

  @AfterEach
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldReportTheNewestSnapshot() {
    ClusterSnapshot snapshot =
        new ClusterSnapshot(
            NODE, ClusterMode.STANDALONE, List.of(), List.of(), List.of(), Optional.empty(), true);
    Snapshots.publish(snapshots, snapshot);

    assertThat(control.report().toCompletableFuture().join())
        .isEqualTo(new NodeReport("here", ProcessHandle.current().pid(), snapshot));
  }

  @Test
  void shouldDescribeTheLinesToEachPeer() {
    Snapshots.publish(
        snapshots,
        new ClusterSnapshot(
            NODE, ClusterMode.CLUSTERED, List.of(), List.of(), List.of(), Optional.empty(), true));
    TestProbe<NodeTracker.Command> tracker = kit.createTestProbe(NodeTracker.Command.class);
    CompletableFuture<NodeFacts> facts = control.facts().toCompletableFuture();

    core.expectMessageClass(CoreServer.DescribePeers.class)
        .replyTo()
        .tell(
            new PeerRegistry.Described(
                List.of(
                    new PeerDescription(
                        incarnation(2), Optional.of(BEACON), true, Optional.of(tracker.ref())),
                    new PeerDescription(
                        incarnation(3), Optional.empty(), true, Optional.empty()))));
    beacon
        .expectMessageClass(BeaconServer.GetRefusals.class)
        .replyTo()
        .tell(new BeaconServer.RefusalsReply(List.of(REFUSED)));
    tracker
        .expectMessageClass(NodeTracker.Describe.class)
        .replyTo()
        .tell(new NodeTracker.Described(Evidence.ARMED));

    assertThat(facts.join().peers())
        .containsExactly(
            new PeerFacts(incarnation(2).node(), Optional.of(BEACON), true, Evidence.ARMED),
            new PeerFacts(incarnation(3).node(), Optional.empty(), true, Evidence.NO_LINE));
    assertThat(facts.join().refusals()).containsExactly(REFUSED);
    assertThat(facts.join().mode()).isEqualTo(ClusterMode.CLUSTERED);
    assertThat(facts.join().beacon()).isEqualTo(BEACON);
  }

  @Test
  void shouldDescribeABoundedNumberOfPeers() {
    Snapshots.publish(
        snapshots,
        new ClusterSnapshot(
            NODE, ClusterMode.CLUSTERED, List.of(), List.of(), List.of(), Optional.empty(), true));
    CompletableFuture<NodeFacts> facts = control.facts().toCompletableFuture();

    core.expectMessageClass(CoreServer.DescribePeers.class)
        .replyTo()
        .tell(
            new PeerRegistry.Described(
                Collections.nCopies(
                    SelfDescription.MAX_PEERS + 5,
                    new PeerDescription(
                        incarnation(2), Optional.empty(), false, Optional.empty()))));

    beacon
        .expectMessageClass(BeaconServer.GetRefusals.class)
        .replyTo()
        .tell(new BeaconServer.RefusalsReply(List.of()));
    assertThat(facts.join().peers()).hasSize(SelfDescription.MAX_PEERS);
    assertThat(facts.join().peersLeftOut()).isEqualTo(5);
  }

  private static Incarnation incarnation(int last) {
    return new Incarnation(new NodeId("127.0.0." + last, 25520), last);
  }

  @Test
  void shouldAskTheGuardianToLeave() {
    var counted = control.setCount(new RoleName("ticker"), 3).toCompletableFuture();
    GuardianRequest.SetCount asked = guardian.expectMessageClass(GuardianRequest.SetCount.class);
    assertThat(asked.role().value() + asked.count()).isEqualTo("ticker3");
    asked.replyTo().tell(new GuardianRequest.SetCountReply(Optional.of("too late")));
    assertThat(counted.join()).contains("too late");
    var forced = control.forceQuorum().toCompletableFuture();
    guardian
        .expectMessageClass(GuardianRequest.ForceQuorum.class)
        .replyTo()
        .tell(new GuardianRequest.QuorumForcedReply(List.of(new NodeId("10.0.0.9", 1))));
    assertThat(forced.join()).containsExactly(new NodeId("10.0.0.9", 1));

    assertThat(control.leave().toCompletableFuture().join()).isEqualTo(Done.getInstance());

    guardian.expectMessageClass(Leave.class);
  }

  @Test
  void shouldHandEventsToTheListenerUntilClosed() throws InterruptedException {
    BlockingQueue<ClusterEvent> heard = new LinkedBlockingQueue<>();
    ClusterEvent event = new NodeOnline(NODE, Instant.EPOCH);

    Subscription first = control.subscribe(heard::add);
    ActorRef<ClusterEvent> subscriber = guardian.expectMessageClass(Subscribe.class).subscriber();
    subscriber.tell(event);
    assertThat(heard.poll(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(event);

    first.close();
    first.close();
    guardian.expectTerminated(subscriber);
    try (Subscription second = control.subscribe(heard::add)) {
      assertThat(guardian.expectMessageClass(Subscribe.class).subscriber())
          .isNotEqualTo(subscriber);
      assertThat(second).isNotNull();
    }
  }
}
