package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.AnswerProposal;
import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.BeaconServer.Probe;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.ProposalReceived;
import io.beethoven.actors.beacon.BeaconServer.ProposalResult;
import io.beethoven.actors.beacon.BeaconServer.Propose;
import io.beethoven.actors.beacon.BeaconServer.SubscribeProposals;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.lifecycle.NodeLifecycle;
import io.beethoven.actors.lifecycle.NodeLifecycle.Identified;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.HandOn;
import io.beethoven.actors.membership.CoreServer.TellIsland;
import io.beethoven.actors.membership.CoreServer.WatchMembers;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.membership.Snapshots;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.IslandMessage;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Proposal;
import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnvoyTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final ClusterIdentity OURS = new ClusterIdentity(100, NOW);
  private static final ClusterIdentity THEIRS = new ClusterIdentity(200, NOW);
  private static final Endpoint SELF = new Endpoint("127.0.0.1", 33_000);
  private static final Endpoint OTHER = new Endpoint("127.0.0.9", 33_000);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final ActorTestKit kit = TestCluster.kit();
  private final UnhandledMessages unhandled = UnhandledMessages.of(kit);
  private final Incarnation self = TestCluster.self(kit.system());

  /** Goes before this node, of two that are equally old. */
  private final Incarnation elder = TestCluster.invent("127.0.0.0", 1);

  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final TestProbe<BeaconServer.Command> beacon =
      kit.createTestProbe(BeaconServer.Command.class);
  private final TestProbe<CoreServer.Command> core = kit.createTestProbe(CoreServer.Command.class);
  private final TestProbe<NodeLifecycle.Command> lifecycle =
      kit.createTestProbe(NodeLifecycle.Command.class);

  private ActorRef<Envoy.Command> envoy;
  private ActorRef<PeerSeen> ear;
  private ActorRef<ProposalReceived> door;
  private ActorRef<Members> members;

  @BeforeEach
  void beAMember() {
    TestCluster.joinSelf(kit.system());
    publish(2, List.of());
  }

  @AfterEach
  void stopSystem() {
    unhandled.assertNone();
    kit.shutdownTestKit();
  }

  private void start(String... settings) {
    BeethovenSettings parsed =
        BeethovenSettings.parse(
            TestCluster.config(
                "beethoven.node.host = \"127.0.0.1\"",
                "beethoven.discovery.nodes = [\"127.0.0.7:33000\"]",
                String.join("\n", settings)));
    envoy =
        kit.spawn(
            Envoy.create(
                new Envoy.Setup(
                    self,
                    SELF,
                    parsed.discovery(),
                    parsed.islands(),
                    List.of(new FixedListSource(parsed.discovery().nodes())),
                    new Envoy.Actors(beacon.ref(), core.ref(), lifecycle.ref()),
                    snapshots,
                    Clock.fixed(NOW, ZoneOffset.UTC))));
    ear = beacon.expectMessageClass(BeaconServer.Subscribe.class).listener();
    door = beacon.expectMessageClass(SubscribeProposals.class).envoy();
    core.expectMessageClass(HandOn.class);
    members = core.expectMessageClass(WatchMembers.class).watcher();
  }

  private void lead() {
    start();
    envoy.tell(new Envoy.Clustered(OURS));
  }

  private void follow() {
    TestCluster.say(kit.system(), elder, MemberStatus.up());
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () ->
                StreamSupport.stream(
                            Cluster.get(kit.system()).state().getMembers().spliterator(), false)
                        .count()
                    == 2);
    start();
    envoy.tell(new Envoy.Clustered(OURS));
  }

  private void publish(int size, List<NodeId> lost) {
    List<NodeId> active =
        List.of(self.node(), new NodeId("127.0.0.2", 1), new NodeId("127.0.0.3", 1))
            .subList(0, size);
    Snapshots.publish(
        snapshots,
        new ClusterSnapshot(
            self.node(),
            ClusterMode.CLUSTERED,
            lost.stream().map(node -> new ClusterNode(node, NodeStatus.OFFLINE, NOW)).toList(),
            active,
            List.of(),
            Optional.empty(),
            false));
  }

  private static Hello hello(Standing standing) {
    return new Hello(
        Purpose.PROBE,
        BeaconMessage.PROTOCOL_VERSION,
        "test",
        "beethoven",
        Agreement.NONE,
        new Incarnation(new NodeId("127.0.0.9", 25_520), 9),
        OTHER,
        standing,
        OTHER,
        SELF);
  }

  private <T extends BeaconServer.Command> T fish(Class<T> wanted) {
    return wanted.cast(
        beacon
            .fishForMessage(
                TestCluster.PATIENCE,
                message ->
                    wanted.isInstance(message)
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .get(0));
  }

  private void expectIsland(int size, boolean yields) {
    core.expectMessage(new TellIsland(new IslandDetected(OTHER.toString(), size, yields, NOW)));
  }

  @Test
  void shouldProposeAndDropOutWhenALargerClusterAccepts() {
    lead();

    ear.tell(new PeerSeen(hello(THEIRS.clustered(3))));
    expectIsland(3, false);
    Propose propose = fish(Propose.class);
    assertThat(propose.target()).isEqualTo(OTHER);
    assertThat(propose.own()).isEqualTo(OURS.clustered(2));
    propose
        .replyTo()
        .tell(
            new ProposalResult(
                propose.number(),
                Optional.of(
                    new ProposalAnswer(
                        propose.number(), Verdict.ACCEPTED, THEIRS.clustered(3), OTHER))));

    lifecycle.expectMessage(new NodeLifecycle.Yield(new Yielded(OURS.id(), OTHER), true));
    expectIsland(3, true);
    lifecycle.expectMessage(NodeLifecycle.LetGo.INSTANCE);
  }

  @Test
  void shouldStayWhenItsProposalIsNotAnswered() {
    lead();

    ear.tell(new PeerSeen(hello(THEIRS.clustered(3))));
    Propose propose = fish(Propose.class);
    propose.replyTo().tell(new ProposalResult(propose.number(), Optional.empty()));

    lifecycle.expectNoMessage(PAUSE);
  }

  @Test
  void shouldAcceptASmallerCluster() {
    lead();

    door.tell(new ProposalReceived(5, new Proposal(77, hello(THEIRS.clustered(1)))));

    expectIsland(1, false);
    assertThat(fish(AnswerProposal.class))
        .isEqualTo(
            new AnswerProposal(
                5, new ProposalAnswer(77, Verdict.ACCEPTED, OURS.clustered(2), SELF)));
  }

  @Test
  void shouldSendAProposerToItsLeader() {
    follow();

    door.tell(new ProposalReceived(5, new Proposal(77, hello(THEIRS.clustered(1)))));

    ProposalAnswer answer = fish(AnswerProposal.class).answer();
    assertThat(answer.verdict()).isEqualTo(Verdict.ELSEWHERE);
    assertThat(answer.whom()).isEqualTo(new Endpoint("127.0.0.0", 33_000));
  }

  @Test
  void shouldRefuseWhenItIsInNoCluster() {
    start();

    door.tell(new ProposalReceived(5, new Proposal(77, hello(THEIRS.clustered(1)))));

    assertThat(fish(AnswerProposal.class).answer().verdict()).isEqualTo(Verdict.REFUSED);
    core.expectNoMessage(PAUSE);
  }

  @Test
  void shouldLookForLostNodesAndCandidates() {
    start();
    NodeId lost = new NodeId("127.0.0.8", 25_520);
    publish(2, List.of(lost));
    envoy.tell(new Envoy.Clustered(OURS));

    Probe first = fish(Probe.class);
    assertThat(first.target()).isEqualTo(new Endpoint("127.0.0.8", 33_000));
    Probe second = fish(Probe.class);
    while (!second.target().host().equals("127.0.0.7")) {
      second = fish(Probe.class);
    }

    first
        .replyTo()
        .tell(new ProbeResult(OTHER, new ProbeOutcome.Answered(hello(THEIRS.clustered(3)))));
    assertThat(fish(Propose.class).target()).isEqualTo(OTHER);
  }

  @Test
  void shouldAskWhereALostNodesBeaconWasWhenItWasAMember() {
    start();
    Incarnation member = TestCluster.invent("127.0.0.2", 1);
    Introduction introduction =
        new Introduction(
            member,
            new Endpoint("127.0.0.2", 4711),
            kit.<CoreMessage>createTestProbe().ref(),
            kit.<RoleServerMessage>createTestProbe().ref());
    publish(1, List.of(member.node()));
    members.tell(new Members(self, List.of(introduction), Set.of(), Set.of()));
    members.tell(new Members(self, List.of(), Set.of(), Set.of()));

    envoy.tell(new Envoy.Clustered(OURS));

    assertThat(fish(Probe.class).target()).isEqualTo(new Endpoint("127.0.0.2", 4711));
  }

  @Test
  void shouldDropOutWhenItsLeaderSaysSo() {
    follow();

    envoy.tell(new IslandMessage.End(elder, OURS.id(), OTHER, THEIRS.clustered(3)));

    lifecycle.expectMessage(new NodeLifecycle.Yield(new Yielded(OURS.id(), OTHER), false));
    expectIsland(3, true);
  }

  @Test
  void shouldDropOutWhenItsLeaderHasSaidSoAndGoodbye() {
    follow();
    members.tell(new Members(self, List.of(), Set.of(), Set.of(elder)));

    envoy.tell(new IslandMessage.End(elder, OURS.id(), OTHER, THEIRS.clustered(3)));

    lifecycle.expectMessage(new NodeLifecycle.Yield(new Yielded(OURS.id(), OTHER), false));
  }

  @Test
  void shouldStayWhenItHasPromisedToSinceItsLeaderWent() {
    follow();
    members.tell(new Members(self, List.of(), Set.of(), Set.of(elder)));
    door.tell(new ProposalReceived(5, new Proposal(77, hello(THEIRS.clustered(1)))));
    assertThat(fish(AnswerProposal.class).answer().verdict()).isEqualTo(Verdict.ACCEPTED);

    envoy.tell(new IslandMessage.End(elder, OURS.id(), OTHER, THEIRS.clustered(3)));

    lifecycle.expectNoMessage(PAUSE);
  }

  @Test
  void shouldNotDropOutWhenSomebodyElseSaysSoOrOfAnotherCluster() {
    follow();
    Incarnation other = TestCluster.invent("127.0.0.2", 1);

    envoy.tell(new IslandMessage.End(other, OURS.id(), OTHER, THEIRS.clustered(3)));
    envoy.tell(new IslandMessage.End(elder, 5, OTHER, THEIRS.clustered(3)));
    envoy.tell(new IslandMessage.Promised(other, Duration.ofSeconds(3)));

    lifecycle.expectNoMessage(PAUSE);
  }

  @Test
  void shouldProposeWhenAnotherMemberHasMetALargerCluster() {
    lead();

    envoy.tell(new IslandMessage.Met(Sighting.of(hello(THEIRS.clustered(3)))));

    assertThat(fish(Propose.class).target()).isEqualTo(OTHER);
  }

  @Test
  void shouldCallItsClusterAsItsLeaderDoes() {
    follow();
    ClusterIdentity called = new ClusterIdentity(55, NOW.minusSeconds(9));

    envoy.tell(new IslandMessage.Called(TestCluster.invent("127.0.0.2", 1), THEIRS));
    envoy.tell(new IslandMessage.Called(elder, called));

    lifecycle.expectMessage(new Identified(called));
  }

  @Test
  void shouldGiveItsClusterANameWhenItHasNone() {
    start();

    envoy.tell(new Envoy.Clustered(ClusterIdentity.NONE));

    ClusterIdentity named = lifecycle.expectMessageClass(Identified.class).identity();
    assertThat(named.isKnown()).isTrue();
    assertThat(named.formedAt()).isEqualTo(NOW);
  }

  @Test
  void shouldOnlyReportWhenHealingIsOff() {
    start("beethoven.islands.heal = off");
    envoy.tell(new Envoy.Clustered(OURS));

    ear.tell(new PeerSeen(hello(THEIRS.clustered(3))));
    expectIsland(3, false);
    door.tell(new ProposalReceived(5, new Proposal(77, hello(THEIRS.clustered(1)))));

    assertThat(fish(AnswerProposal.class).answer().verdict()).isEqualTo(Verdict.REFUSED);
    beacon.expectNoMessage(PAUSE);
    lifecycle.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldReportAClusterOnceInAWhile() {
    lead();

    ear.tell(new PeerSeen(hello(THEIRS.clustered(1))));
    ear.tell(new PeerSeen(hello(THEIRS.clustered(1))));
    ear.tell(new PeerSeen(hello(OURS.clustered(5))));
    ear.tell(new PeerSeen(hello(Standing.SEEKING)));

    expectIsland(1, false);
    core.expectNoMessage(PAUSE);
  }

  @Test
  void shouldLookOutNoMoreWhenItHasLeft() {
    lead();
    fish(Probe.class);

    envoy.tell(Envoy.Left.INSTANCE);
    ear.tell(new PeerSeen(hello(THEIRS.clustered(3))));

    beacon.expectNoMessage(Duration.ofMillis(1200));
  }
}
