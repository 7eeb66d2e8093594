package io.beethoven.actors.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.PromptScheduler;
import io.beethoven.actors.TestCluster;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.beacon.AddressClaimed;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.membership.CoreServer.AddressConflictSeen;
import io.beethoven.actors.membership.CoreServer.Forget;
import io.beethoven.actors.membership.CoreServer.HandOn;
import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.membership.CoreServer.RolesStopped;
import io.beethoven.actors.membership.CoreServer.Settled;
import io.beethoven.actors.membership.CoreServer.Subscribe;
import io.beethoven.actors.membership.CoreServer.TellIsland;
import io.beethoven.actors.membership.CoreServer.Unsubscribe;
import io.beethoven.actors.membership.CoreServer.WatchMembers;
import io.beethoven.actors.membership.PeerRegistry.HeldForDead;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.AddressRefused;
import io.beethoven.actors.protocol.CoreMessage.CompareRows;
import io.beethoven.actors.protocol.CoreMessage.Introduce;
import io.beethoven.actors.protocol.CoreMessage.RowsChanged;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.GuardianRequest.ForgetReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.IslandMessage;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.role.RoleServer.SelfHeldForDead;
import io.beethoven.actors.role.RoleServer.WatchEvidence;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.MembershipSettings;
import io.beethoven.discovery.Endpoint;
import io.beethoven.membership.NodeRow;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.AddressConflict;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.ClusterEvent.RoleStarted;
import io.beethoven.model.ClusterEvent.RoleStopped;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import io.beethoven.model.RoleTable;
import io.beethoven.model.RoleTable.Placement;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoreServerTest {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration FORGET_AFTER = Duration.ofHours(24);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Endpoint BEACON = new Endpoint("127.0.0.1", 33000);
  private static final Epoch EPOCH = new Epoch(3, 7);
  private static final RoleName ROLE = new RoleName("ticker");
  private static final Slot SLOT = new Slot(ROLE, 0);
  private static final Token TOKEN = new Token(EPOCH, 1);
  private static final RoleTable DEFINITIONS =
      new RoleTable(Epoch.NONE, 0, List.of(row(Optional.empty())));

  /** Invented peers refuse connections, and manual time lets that happen in no time. */
  private static final String PATIENT_REMOTING =
      "pekko.remote.artery.advanced.outbound-max-restarts = 1000000";

  private static final IslandDetected ISLAND = new IslandDetected("127.0.0.9:33000", 3, false, NOW);

  private static ActorTestKit kit;
  private static ManualTime time;
  private static UnhandledMessages unhandled;

  private final Incarnation self = TestCluster.self(kit.system());
  private final Incarnation peer = TestCluster.invent("127.0.0.2", 1);
  private final Incarnation third = TestCluster.invent("127.0.0.3", 1);
  private final TestProbe<BeaconServer.Command> beacon =
      kit.createTestProbe(BeaconServer.Command.class);
  private final TestProbe<HeldForDead> guardian = kit.createTestProbe(HeldForDead.class);
  private final TestProbe<RoleServer.Command> roles = kit.createTestProbe(RoleServer.Command.class);
  private final TestProbe<IslandMessage> envoy = kit.createTestProbe(IslandMessage.class);
  private final TestProbe<ClusterEvent> events = kit.createTestProbe(ClusterEvent.class);
  private final TestProbe<CoreMessage> peerCore = kit.createTestProbe(CoreMessage.class);
  private final SnapshotHolder holder = new SnapshotHolder();
  private final TestClock clock = new TestClock();
  private ActorRef<CoreServer.Command> core;

  private static final class TestClock extends Clock {
    private volatile Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeAll
  static void startSystem() {
    kit =
        ActorTestKit.create(
            "beethoven",
            PromptScheduler.config().withFallback(TestCluster.config(PATIENT_REMOTING)));
    time = ManualTime.get(kit.system());
    unhandled = UnhandledMessages.of(kit);
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void startCore() {
    BeethovenSettings settings = BeethovenSettings.parse(TestCluster.config());
    core =
        kit.spawn(
            CoreServer.create(
                new CoreServer.Setup(
                    self,
                    BEACON,
                    beacon.ref(),
                    roles.ref(),
                    guardian.ref(),
                    DEFINITIONS,
                    new CoreServer.Settings(
                        new MembershipSettings(FORGET_AFTER, TICK),
                        settings.evidence(),
                        settings.bounds(List.of())),
                    holder,
                    clock)));
    core.tell(new Subscribe(events.ref()));
    TestProbe<Members> members = kit.createTestProbe(Members.class);
    core.tell(new WatchMembers(members.ref()));
    assertThat(members.receiveMessage().members()).extracting(Introduction::node).contains(self);
    members.stop();
    TestCluster.awaitSubscriptions(kit);
  }

  @AfterEach
  void stopCore() {
    kit.stop(core);
    List.of(peer, third).forEach(who -> say(who, MemberStatus.removed()));
    unhandled.assertNone();
  }

  private void say(Incarnation who, MemberStatus status) {
    TestCluster.say(kit.system(), who, status);
  }

  /** Waits until the core has done everything that it was told. */
  private ClusterSnapshot settled() {
    TestProbe<ForgetReply> probe = kit.createTestProbe(ForgetReply.class);
    core.tell(new Forget(self.node(), probe.ref()));
    probe.receiveMessage();
    return holder.latest();
  }

  @Test
  void shouldWarnOnceAndTellAllPeersWhenItRefusesAnotherLifeOfAMember() {
    takeInPeer();
    AddressClaimed claim = new AddressClaimed(peer, "the peer", third, "another", false);
    AddressRefused told = new AddressRefused(peer, "the peer", third, "another");

    LoggingTestKit.warn("holder=\"the peer\" claimant=\"another\"")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              core.tell(new AddressConflictSeen(claim));
              core.tell(new AddressConflictSeen(claim));
              core.tell(told);
              settled();
              return null;
            });

    peerCore.expectMessage(told);
    peerCore.expectNoMessage(Duration.ofMillis(20));
    events.expectMessage(new AddressConflict(peer.node(), "the peer", "another", NOW));
    events.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void shouldWarnWhenAPeerHasRefusedAnotherLifeOfThisNode() {
    LoggingTestKit.warn("holder=\"here\" claimant=\"another\"")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              core.tell(new AddressRefused(self, "here", third, "another"));
              settled();
              return null;
            });

    events.expectMessage(new AddressConflict(self.node(), "here", "another", NOW));
  }

  /** Makes a node a member that is introduced; it has been told all rows. */
  private List<NodeRow> takeIn(Incarnation who, TestProbe<CoreMessage> theirs) {
    say(who, MemberStatus.up());
    assertThat(events.expectMessageClass(NodeOnline.class).node()).isEqualTo(who.node());
    core.tell(new Introduce(introduction(who, theirs), false));
    return rowsAtIntroduction(theirs);
  }

  private List<NodeRow> rowsAtIntroduction(TestProbe<CoreMessage> theirs) {
    return theirs.expectMessageClass(RowsChanged.class).rows();
  }

  private void takeInPeer() {
    takeIn(peer, peerCore);
    events.expectMessage(new ModeChanged(ClusterMode.CLUSTERED, NOW));
  }

  private Introduction introduction(Incarnation of, TestProbe<CoreMessage> theirs) {
    return new Introduction(of, BEACON, theirs.ref(), roles.ref().narrow());
  }

  private static NodeRow online(Incarnation who) {
    return new NodeRow(who, NOW, Optional.empty(), NOW, false);
  }

  private static NodeRow offline(Incarnation who, OfflineCause cause, Instant at) {
    return new NodeRow(who, NOW, Optional.of(cause), at, false);
  }

  private static RoleTable.Row row(Optional<Placement> placement) {
    return new RoleTable.Row(
        ROLE, 1, placement.stream().toList(), Optional.empty(), Optional.empty(), List.of());
  }

  private static RoleTable table(long version, Incarnation holder, boolean running) {
    return new RoleTable(
        EPOCH, version, List.of(row(Optional.of(new Placement(SLOT, holder, TOKEN, running)))));
  }

  // the snapshot

  @Test
  void shouldHaveThePeersDescribed() {
    takeInPeer();
    TestProbe<PeerRegistry.Described> probe = kit.createTestProbe(PeerRegistry.Described.class);

    core.tell(new CoreServer.DescribePeers(probe.ref()));

    assertThat(probe.receiveMessage().peers())
        .extracting(PeerRegistry.PeerDescription::node)
        .containsExactly(peer);
  }

  @Test
  void shouldPublishItsFirstSnapshotWhenItStarts() {
    assertThat(holder.latest())
        .isEqualTo(
            new ClusterSnapshot(
                self.node(),
                ClusterMode.STANDALONE,
                List.of(new ClusterNode(self.node(), NodeStatus.ONLINE, NOW)),
                List.of(),
                List.of(new RoleStatus(ROLE, 1, 0, List.of())),
                Optional.empty(),
                false));
    events.expectNoMessage();
  }

  @Test
  void shouldBeReadyWhenSettledAndAllRunsAndAnAllocatorHasSpoken() {
    core.tell(new Settled(true));
    assertThat(settled().ready()).isFalse();
    core.tell(new LocalRolesChanged(false));
    core.tell(new TablePublished(table(1, self, false)));
    assertThat(settled().ready()).isFalse();

    core.tell(new LocalRolesChanged(true));
    assertThat(settled().ready()).isFalse();
    core.tell(new TablePublished(table(2, self, true)));
    assertThat(settled().ready()).isTrue();

    core.tell(new Settled(false));
    assertThat(settled().ready()).isFalse();
  }

  // nodes, and events

  @Test
  void shouldTellEachEventOnceWhenAPeerComesAndGoes() {
    core.tell(new Subscribe(events.ref()));
    say(peer, MemberStatus.joining());
    say(peer, MemberStatus.up());

    events.expectMessage(new NodeOnline(peer.node(), NOW));
    events.expectMessage(new ModeChanged(ClusterMode.CLUSTERED, NOW));
    assertThat(settled().activeNodes()).containsExactly(self.node(), peer.node());

    say(peer, MemberStatus.removed());
    events.expectMessage(new NodeOffline(peer.node(), OfflineCause.REMOVED, NOW));
    events.expectMessage(new ModeChanged(ClusterMode.STANDALONE, NOW));
    assertThat(settled().activeNodes()).isEmpty();
    assertThat(holder.latest().clusterNodes())
        .contains(new ClusterNode(peer.node(), NodeStatus.OFFLINE, NOW));
    events.expectNoMessage();
  }

  @Test
  void shouldTellNoEventsToWhoUnsubscribed() {
    core.tell(new Unsubscribe(events.ref()));
    core.tell(new Unsubscribe(events.ref()));
    core.tell(new TablePublished(table(1, self, true)));

    assertThat(settled().roles()).extracting(RoleStatus::assigned).containsExactly(1);
    events.expectNoMessage();
  }

  @Test
  void shouldTellNoEventsToASubscriberThatHasEnded() {
    var deadLetters = kit.createDeadLetterProbe();
    events.stop();

    long[] version = {0};
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(
            () -> {
              version[0]++;
              core.tell(new TablePublished(table(version[0], self, version[0] % 2 == 1)));
              settled();
              deadLetters.expectNoMessage(Duration.ofMillis(50));
            });
  }

  // introductions

  @Test
  void shouldAnswerAnIntroductionWhenAsked() {
    core.tell(new Introduce(introduction(peer, peerCore), true));

    Introduction ours = peerCore.expectMessageClass(Introduce.class).introduction();
    assertThat(ours.node()).isEqualTo(self);
    assertThat(ours.beacon()).isEqualTo(BEACON);
    assertThat(ours.core()).isEqualTo(core);
    assertThat(ours.roles()).isEqualTo(roles.ref().narrow());
    core.tell(new Introduce(introduction(peer, peerCore), false));
    peerCore.expectNoMessage();
  }

  @Test
  void shouldTellThePeersTheChangeAndANewPeerEverything() {
    takeInPeer();
    TestProbe<CoreMessage> thirdCore = kit.createTestProbe(CoreMessage.class);

    List<NodeRow> all = takeIn(third, thirdCore);

    assertThat(all).extracting(NodeRow::incarnation).containsExactly(self, peer, third);
    peerCore.expectMessage(new RowsChanged(List.of(online(third))));
  }

  @Test
  void shouldPassOnThatOthersHoldThisNodeForDead() {
    WatchEvidence watch = roles.expectMessageClass(WatchEvidence.class);

    watch.watcher().tell(new SelfHeldForDead());

    guardian.expectMessageClass(HeldForDead.class);
  }

  // rows of others

  @Test
  void shouldBelieveWhatOthersTellOfNodesThatAreNoMembersHere() {
    Instant earlier = NOW.minusSeconds(60);
    core.tell(new RowsChanged(List.of(offline(third, OfflineCause.CONFIRMED_DEAD, earlier))));
    core.tell(new RowsChanged(List.of(online(peer))));

    events.expectMessage(new NodeOnline(peer.node(), NOW));
    assertThat(settled().clusterNodes())
        .contains(
            new ClusterNode(third.node(), NodeStatus.OFFLINE, earlier),
            new ClusterNode(peer.node(), NodeStatus.ONLINE, NOW));
  }

  @Test
  void shouldNotBelieveThatAPresentMemberIsOffline() {
    takeInPeer();

    core.tell(
        new RowsChanged(
            List.of(
                offline(peer, OfflineCause.REMOVED, NOW),
                offline(self, OfflineCause.REMOVED, NOW))));

    assertThat(settled().activeNodes()).containsExactly(self.node(), peer.node());
    events.expectNoMessage();
  }

  @Test
  void shouldTellItsRowsOnlyWhenTheDigestDiffers() {
    takeInPeer();
    passTicks(1);
    CompareRows asked = peerCore.expectMessageClass(CompareRows.class);
    assertThat(asked.replyTo()).isEqualTo(core);

    core.tell(new CompareRows(asked.digest(), peerCore.ref()));
    peerCore.expectNoMessage();
    core.tell(new CompareRows(asked.digest() + 1, peerCore.ref()));

    assertThat(peerCore.expectMessageClass(RowsChanged.class).rows())
        .extracting(NodeRow::incarnation)
        .containsExactly(self, peer);
  }

  @Test
  void shouldCompareRowsWithEachPeerInTurn() {
    takeInPeer();
    TestProbe<CoreMessage> thirdCore = kit.createTestProbe(CoreMessage.class);
    takeIn(third, thirdCore);
    peerCore.expectMessageClass(RowsChanged.class);

    passTicks(2);

    peerCore.expectMessageClass(CompareRows.class);
    thirdCore.expectMessageClass(CompareRows.class);
    passTicks(2);
    peerCore.expectMessageClass(CompareRows.class);
    thirdCore.expectMessageClass(CompareRows.class);
  }

  @Test
  void shouldKeepANodeKnownByHearsayHoweverLongItTakesToJoin() {
    takeInPeer();
    core.tell(new RowsChanged(List.of(online(third))));
    events.expectMessage(new NodeOnline(third.node(), NOW));
    say(third, MemberStatus.joining());
    settled();

    passTicks(100);
    say(third, MemberStatus.up());

    assertThat(settled().activeNodes()).contains(third.node());
    events.expectNoMessage();
  }

  @Test
  void shouldDropANodeKnownByHearsayThatDoesNotBecomeAMember() {
    takeInPeer();
    core.tell(new RowsChanged(List.of(online(third))));
    events.expectMessage(new NodeOnline(third.node(), NOW));

    passTicks(60);
    assertThat(settled().activeNodes()).contains(third.node());
    passTicks(1);

    events.expectMessage(new NodeOffline(third.node(), OfflineCause.REMOVED, NOW));
    NodeRow dropped = offline(third, OfflineCause.REMOVED, NOW);
    peerCore.fishForMessage(
        TestCluster.PATIENCE,
        message ->
            message.equals(new RowsChanged(List.of(dropped)))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertThat(settled().activeNodes()).containsExactly(self.node(), peer.node());
  }

  @Test
  void shouldKeepANodeKnownByHearsayWhenItBecomesAMember() {
    core.tell(new RowsChanged(List.of(online(peer))));
    events.expectMessageClass(NodeOnline.class);
    events.expectMessageClass(ModeChanged.class);
    passTicks(10);

    say(peer, MemberStatus.up());
    settled();
    passTicks(10);

    assertThat(settled().activeNodes()).containsExactly(self.node(), peer.node());
    events.expectNoMessage();
  }

  /** One after the other, since ticks that pass at once may be taken for one. */
  private void passTicks(int count) {
    for (int i = 0; i < count; i++) {
      time.timePasses(TICK);
      settled();
    }
  }

  @Test
  void shouldDropANodeWhenItHasBeenOfflineForLong() {
    core.tell(new RowsChanged(List.of(offline(third, OfflineCause.DEPARTED, NOW))));
    clock.now = NOW.plus(FORGET_AFTER).minusMillis(1);
    passTicks(1);
    assertThat(settled().clusterNodes()).hasSize(2);

    clock.now = NOW.plus(FORGET_AFTER);
    passTicks(1);

    assertThat(settled().clusterNodes()).extracting(ClusterNode::node).containsExactly(self.node());
  }

  // forgetting

  @Test
  void shouldRefuseToForgetANodeThatIsOnline() {
    takeInPeer();

    assertThat(forget(peer.node())).hasValueSatisfying(why -> assertThat(why).contains("online"));

    assertThat(settled().activeNodes()).contains(peer.node());
    peerCore.expectNoMessage();
  }

  @Test
  void shouldForgetAnOfflineNodeHereAndAtThePeers() {
    takeInPeer();
    core.tell(new RowsChanged(List.of(offline(third, OfflineCause.DEPARTED, NOW))));

    assertThat(forget(third.node())).isEmpty();

    assertThat(holder.latest().clusterNodes())
        .extracting(ClusterNode::node)
        .containsExactly(self.node(), peer.node());
    NodeRow forgotten = new NodeRow(third, NOW, Optional.of(OfflineCause.DEPARTED), NOW, true);
    peerCore.expectMessage(new RowsChanged(List.of(forgotten)));
    core.tell(new RowsChanged(List.of(offline(third, OfflineCause.DEPARTED, NOW))));
    assertThat(settled().clusterNodes()).hasSize(2);
  }

  @Test
  void shouldForgetANodeThatNobodyKnows() {
    assertThat(forget(new NodeId("127.0.0.9", 9))).isEmpty();
  }

  private Optional<String> forget(NodeId node) {
    TestProbe<ForgetReply> probe = kit.createTestProbe(ForgetReply.class);
    core.tell(new Forget(node, probe.ref()));
    return probe.receiveMessage().refusal();
  }

  // roles

  @Test
  void shouldShowTheNewestTableAndDropOlderOnes() {
    core.tell(new TablePublished(table(2, self, true)));
    events.expectMessage(new RoleStarted(ROLE, 0, self.node(), TOKEN, NOW));

    core.tell(new TablePublished(table(1, self, false)));
    core.tell(new TablePublished(table(2, self, false)));
    core.tell(new TablePublished(new RoleTable(new Epoch(2, 7), 9, List.of())));

    assertThat(settled().roles()).containsExactly(new RoleStatus(ROLE, 1, 1, List.of(self.node())));
    events.expectNoMessage();
    core.tell(new TablePublished(table(3, self, false)));
    events.expectMessage(new RoleStopped(ROLE, 0, self.node(), NOW));
  }

  @Test
  void shouldTellThatARoleMovedAlsoWhenATableInBetweenDoesNotShowIt() {
    takeInPeer();
    core.tell(new TablePublished(table(1, peer, true)));
    events.expectMessage(new RoleStarted(ROLE, 0, peer.node(), TOKEN, NOW));

    core.tell(new TablePublished(table(2, self, false)));
    events.expectMessage(new RoleStopped(ROLE, 0, peer.node(), NOW));
    core.tell(new TablePublished(table(3, self, true)));

    events.expectMessage(new RoleMoved(ROLE, 0, peer.node(), self.node(), TOKEN, NOW));
  }

  @Test
  void shouldNotCountAnInstanceOnANodeThatIsOffline() {
    takeInPeer();
    core.tell(new TablePublished(table(1, peer, true)));
    assertThat(settled().roles()).extracting(RoleStatus::assigned).containsExactly(1);

    say(peer, MemberStatus.removed());
    events.fishForMessage(
        TestCluster.PATIENCE,
        event ->
            event instanceof NodeOffline
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());

    assertThat(settled().roles()).extracting(RoleStatus::assigned).containsExactly(0);
  }

  @Test
  void shouldShowNothingPlacedWhenThisNodeHasStoppedItsRoles() {
    core.tell(new TablePublished(table(1, self, true)));
    events.expectMessageClass(RoleStarted.class);

    core.tell(RolesStopped.INSTANCE);

    events.expectMessage(new RoleStopped(ROLE, 0, self.node(), NOW));
    assertThat(settled().roles()).containsExactly(new RoleStatus(ROLE, 1, 0, List.of()));
  }

  @Test
  void shouldBelieveTheAllocatorAgainWhenItRepeatsItsTable() {
    core.tell(new TablePublished(table(1, self, true)));
    events.expectMessageClass(RoleStarted.class);
    core.tell(RolesStopped.INSTANCE);
    events.expectMessageClass(RoleStopped.class);

    core.tell(new TablePublished(table(1, self, true)));

    events.expectMessageClass(RoleStarted.class);
  }

  // its end, and its protocol

  @Test
  void shouldEndWhenThePeerRegistryEnds() {
    TestProbe<Void> watcher = kit.createTestProbe();
    Adapter.toClassic(kit.system())
        .actorSelection(core.path().child("peers"))
        .tell(PoisonPill.getInstance(), Adapter.toClassic(watcher.ref()));

    watcher.expectTerminated(core);
  }

  @Test
  void shouldHandleEveryMessageOfItsProtocol() {
    TestProbe<Members> members = kit.createTestProbe(Members.class);
    TestProbe<ForgetReply> forgotten = kit.createTestProbe(ForgetReply.class);
    List<CoreServer.Command> local =
        List.of(
            new WatchMembers(members.ref()),
            new Subscribe(events.ref()),
            new Unsubscribe(events.ref()),
            new Forget(peer.node(), forgotten.ref()),
            new LocalRolesChanged(true),
            new Settled(true),
            new AddressConflictSeen(new AddressClaimed(peer, "one", third, "another", false)),
            new HandOn(envoy.ref()),
            new TellIsland(ISLAND),
            RolesStopped.INSTANCE,
            new CoreServer.NodeExcluded(peer, TICK),
            new CoreServer.HoldingNothing(Set.of(peer)),
            new CoreServer.DescribePeers(kit.<PeerRegistry.Described>createTestProbe().ref()));
    List<CoreMessage> remote =
        List.of(
            new Introduce(introduction(peer, peerCore), true),
            new RowsChanged(List.of()),
            new CompareRows(0, peerCore.ref()),
            new AddressRefused(peer, "one", third, "another"),
            new TablePublished(DEFINITIONS),
            new IslandMessage.Promised(peer, TICK));

    local.forEach(core::tell);
    remote.forEach(core::tell);

    settled();
    unhandled.assertNone();
    assertThat(local.stream().<Class<?>>map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(publicMessages());
    assertThat(CoreMessage.class.getPermittedSubclasses())
        .allMatch(kind -> remote.stream().anyMatch(kind::isInstance));
  }

  @Test
  void shouldHandOnWhatOtherMembersSayOfIslands() {
    core.tell(new HandOn(envoy.ref()));
    IslandMessage said = new IslandMessage.Promised(peer, TICK);

    core.tell(said);

    envoy.expectMessage(said);
  }

  @Test
  void shouldTellSubscribersOfAnotherCluster() {
    core.tell(new TellIsland(ISLAND));

    events.expectMessage(ISLAND);
  }

  private static Set<Class<?>> publicMessages() {
    return Set.copyOf(
        Arrays.stream(CoreServer.class.getClasses())
            .filter(CoreServer.Command.class::isAssignableFrom)
            .filter(type -> !type.isInterface())
            .toList());
  }
}
