package io.beethoven.actors.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.LineEvent;
import io.beethoven.actors.beacon.LineEvent.Cause;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.evidence.DeadRegistry;
import io.beethoven.actors.evidence.NodeTracker;
import io.beethoven.actors.membership.PeerRegistry.Departed;
import io.beethoven.actors.membership.PeerRegistry.HeldForDead;
import io.beethoven.actors.membership.PeerRegistry.Introduced;
import io.beethoven.actors.membership.PeerRegistry.LinesChanged;
import io.beethoven.actors.membership.PeerRegistry.PeerJoining;
import io.beethoven.actors.membership.PeerRegistry.PeerOffline;
import io.beethoven.actors.membership.PeerRegistry.PeerOnline;
import io.beethoven.actors.membership.PeerRegistry.PeersChanged;
import io.beethoven.actors.membership.PeerRegistry.Proved;
import io.beethoven.actors.membership.PeerRegistry.VotesReceived;
import io.beethoven.actors.membership.PeerRegistry.WatchMembers;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.role.RoleServer.EvidenceChanged;
import io.beethoven.actors.role.RoleServer.EvidenceNews;
import io.beethoven.actors.role.RoleServer.SelfHeldForDead;
import io.beethoven.actors.role.RoleServer.VotesToTell;
import io.beethoven.actors.role.RoleServer.WatchEvidence;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Standing;
import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerRegistryTest {

  private static final Duration VOTE_RESEND = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final EvidenceSettings SETTINGS =
      new EvidenceSettings(
          9,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofMillis(250),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          VOTE_RESEND,
          Duration.ofMillis(500),
          Duration.ofSeconds(5));

  private static ActorTestKit kit;
  private static UnhandledMessages unhandled;

  private final Incarnation self = TestCluster.self(kit.system());
  // Their addresses are lower and higher than that of this node.
  private final Incarnation low = TestCluster.invent("127.0.0.1", 1);
  private final Incarnation lower = TestCluster.invent("127.0.0.1", 2);
  private final Incarnation high = TestCluster.invent("127.0.0.2", 1);

  private final TestProbe<BeaconServer.Command> beacon =
      kit.createTestProbe(BeaconServer.Command.class);

  /** Watches members and is the core, so that the order between the two shows. */
  private final TestProbe<Object> told = kit.createTestProbe(Object.class);

  private final TestProbe<RoleServer.Command> roles = kit.createTestProbe(RoleServer.Command.class);

  private ActorRef<PeerRegistry.Command> registry;
  private ActorRef<? super EvidenceNews> news;
  private Evidence evidence = Evidence.of(self);

  @BeforeAll
  static void startSystem() {
    kit = TestCluster.kit();
    unhandled = UnhandledMessages.of(kit);
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void startRegistry() {
    registry = kit.spawn(PeerRegistry.create(setup(kit)));
    news = roles.expectMessageClass(WatchEvidence.class).watcher();
    registry.tell(new WatchMembers(told.ref().narrow()));
    expectMembers(List.of(self), Set.of(), Set.of());
    vote(self);
    TestCluster.awaitSubscriptions(kit);
  }

  @AfterEach
  void stopRegistry() {
    kit.stop(registry);
    List.of(low, lower, high).forEach(peer -> say(peer, MemberStatus.removed()));
    unhandled.assertNone();
  }

  private PeerRegistry.Setup setup(ActorTestKit of) {
    return new PeerRegistry.Setup(
        introduction(TestCluster.self(of.system())),
        SETTINGS,
        beacon.ref(),
        roles.ref(),
        told.ref());
  }

  // the role server is played by the test, with evidence of its own

  /** Has only these vote from now on. */
  private void vote(Incarnation... voters) {
    tell(
        evidence.withVoters(
            new Voters(
                1,
                evidence.voters().version() + 1,
                Epoch.NONE,
                new VoterSet(List.of(voters)),
                Optional.empty())));
  }

  private void tell(Evidence.Step step) {
    evidence = step.evidence();
    news.tell(new EvidenceChanged(evidence, List.copyOf(step.newlyDead())));
    for (Evidence.Effect effect : step.effects()) {
      if (effect instanceof Evidence.TellVotes votes) {
        news.tell(new VotesToTell(votes.proved(), votes.dead()));
      }
    }
  }

  private static Introduction introduction(Incarnation of) {
    return new Introduction(
        of,
        new Endpoint(of.node().host(), 33000),
        kit.<CoreMessage>createTestProbe().ref(),
        kit.<RoleServerMessage>createTestProbe().ref());
  }

  private void say(Incarnation who, MemberStatus status) {
    TestCluster.say(kit.system(), who, status);
  }

  /** Takes a peer in that is introduced; returns who owns its lines. */
  private ActorRef<LineEvent> takeIn(Incarnation peer) {
    bringUp(peer);
    registry.tell(new Introduced(introduction(peer)));
    BeaconServer.Own own = fishOwn();
    assertThat(own.peer()).isEqualTo(peer);
    told.expectMessageClass(Members.class);
    told.expectMessageClass(PeersChanged.class);
    return own.owner();
  }

  private BeaconServer.Own fishOwn() {
    BeaconServer.Command next = beacon.receiveMessage();
    while (!(next instanceof BeaconServer.Own)) {
      next = beacon.receiveMessage();
    }
    return (BeaconServer.Own) next;
  }

  private void bringUp(Incarnation peer) {
    say(peer, MemberStatus.up());
    told.expectMessage(new PeerOnline(peer));
    Members members = told.expectMessageClass(Members.class);
    assertThat(members.pending()).contains(peer);
  }

  private void expectMembers(
      List<Incarnation> members, Set<Incarnation> pending, Set<Incarnation> dead) {
    Members next = told.expectMessageClass(Members.class);
    assertThat(next.self()).isEqualTo(self);
    assertThat(next.members()).extracting(Introduction::node).isEqualTo(members);
    assertThat(next.pending()).isEqualTo(pending);
    assertThat(next.dead()).isEqualTo(dead);
  }

  // members

  @Test
  void shouldListAMemberAsPendingWhenItIsJoining() {
    say(high, MemberStatus.joining());
    told.expectMessage(new PeerJoining(high));

    expectMembers(List.of(self), Set.of(high), Set.of());
    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldTellThatAPeerIsOnlineWhenItIsUpAndListItWhenItIsIntroduced() {
    say(high, MemberStatus.joining());
    told.expectMessage(new PeerJoining(high));
    expectMembers(List.of(self), Set.of(high), Set.of());

    say(high, MemberStatus.up());
    told.expectMessage(new PeerOnline(high));
    Introduction introduction = introduction(high);
    registry.tell(new Introduced(introduction));

    expectMembers(List.of(self, high), Set.of(), Set.of());
    told.expectMessage(
        new PeersChanged(List.of(introduction.core()), Optional.of(introduction.core())));
  }

  @Test
  void shouldSortMembersAndCoresByAddress() {
    takeIn(high);
    bringUp(low);
    Introduction introduction = introduction(low);

    registry.tell(new Introduced(introduction));

    expectMembers(List.of(low, self, high), Set.of(), Set.of());
    PeersChanged changed = told.expectMessageClass(PeersChanged.class);
    assertThat(changed.introduced()).contains(introduction.core());
    assertThat(changed.cores()).hasSize(2).startsWith(introduction.core());
  }

  @Test
  void shouldTakeAPeerInWhenThisNodesOwnMembershipIsNotKnownHereYet() {
    // Pekko tells of the members that a joining node finds in any order, itself last as well.
    assertThat(Cluster.get(kit.system()).selfMember().status()).isEqualTo(MemberStatus.removed());

    say(high, MemberStatus.up());

    told.expectMessage(new PeerOnline(high));
  }

  @Test
  void shouldTakeAPeerInAsSoonAsItIsUpWhenItIntroducedItselfBefore() {
    say(low, MemberStatus.joining());
    told.expectMessage(new PeerJoining(low));
    expectMembers(List.of(self), Set.of(low), Set.of());
    Introduction introduction = introduction(low);
    registry.tell(new Introduced(introduction));
    told.expectNoMessage(PAUSE);

    say(low, MemberStatus.up());

    told.expectMessage(new PeerOnline(low));
    expectMembers(List.of(low, self), Set.of(), Set.of());
    told.expectMessage(
        new PeersChanged(List.of(introduction.core()), Optional.of(introduction.core())));
  }

  @Test
  void shouldTakeAPeerInThatIsFirstSeenWhenItIsLeavingAlready() {
    say(low, MemberStatus.leaving());
    told.expectMessage(new PeerOnline(low));
    expectMembers(List.of(self), Set.of(low), Set.of());
    Introduction introduction = introduction(low);

    registry.tell(new Introduced(introduction));

    expectMembers(List.of(low, self), Set.of(), Set.of());
    told.expectMessage(
        new PeersChanged(List.of(introduction.core()), Optional.of(introduction.core())));
  }

  @Test
  void shouldIgnoreAnIntroductionWhenItsNodeIsNoMemberOrIntroducedAlready() {
    registry.tell(new Introduced(introduction(lower)));
    told.expectNoMessage(PAUSE);

    takeIn(high);
    registry.tell(new Introduced(introduction(high)));

    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldIgnoreMembersThatRunNoBeethoven() {
    TestCluster.say(kit.system(), high, MemberStatus.up(), "other");

    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldAskAMemberForItsIntroductionUntilItGivesIt() {
    ActorTestKit other = TestCluster.kit();
    try {
      Incarnation peer = TestCluster.self(other.system());
      TestProbe<CoreMessage> theirs = other.createTestProbe(CoreMessage.class);
      Doorway.open(other.system(), theirs.ref());

      say(peer, MemberStatus.up());

      CoreMessage.Introduce first = theirs.expectMessageClass(CoreMessage.Introduce.class);
      assertThat(first.introduction().node()).isEqualTo(self);
      assertThat(first.answer()).isTrue();
      theirs.expectMessage(first);
      registry.tell(new Introduced(introduction(peer)));
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(() -> theirs.expectNoMessage(Duration.ofMillis(600)));
      say(peer, MemberStatus.removed());
    } finally {
      other.shutdownTestKit();
    }
  }

  @Test
  void shouldForgetAPeerWhenTheMembershipRemovesIt() {
    takeIn(high);

    say(high, MemberStatus.removed());

    told.expectMessage(new PeerOffline(high, OfflineCause.REMOVED));
    told.expectMessage(new PeersChanged(List.of(), Optional.empty()));
    expectMembers(List.of(self), Set.of(), Set.of());
    expectBeacon(new BeaconServer.Release(high));
  }

  @Test
  void shouldTakeInTheNextLifeOfAPeerWhenTheFormerIsRemoved() {
    takeIn(high);
    say(high, MemberStatus.removed());
    told.expectMessageClass(PeerOffline.class);
    told.expectMessageClass(PeersChanged.class);
    told.expectMessageClass(Members.class);
    Incarnation next = TestCluster.invent(high.node().host(), high.node().port());

    say(next, MemberStatus.up());

    told.expectMessage(new PeerOnline(next));
    expectMembers(List.of(self), Set.of(next), Set.of());
    say(next, MemberStatus.removed());
  }

  @Test
  void shouldTellAWatcherNoMoreWhenItEnds() {
    TestProbe<Members> watcher = kit.createTestProbe(Members.class);
    var deadLetters = kit.createDeadLetterProbe();
    registry.tell(new WatchMembers(watcher.ref()));
    watcher.expectMessageClass(Members.class);

    watcher.stop();
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(
            () -> {
              say(TestCluster.invent("127.0.0.3", 1), MemberStatus.joining());
              told.expectMessageClass(Members.class);
              deadLetters.expectNoMessage(Duration.ofMillis(50));
            });
  }

  // evidence

  @Test
  void shouldTellTheAllocatorBeforeAllOthersWhenAPeerIsConfirmedDead() {
    takeIn(high);
    await().atMost(TestCluster.PATIENCE).until(() -> seesMember(high));

    tell(evidence.prove(high));

    expectMembers(List.of(self), Set.of(), Set.of(high));
    told.expectMessage(new PeerOffline(high, OfflineCause.CONFIRMED_DEAD));
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> DeadRegistry.of(kit.system()).isFlagged(high.node()));
  }

  private static boolean seesMember(Incarnation who) {
    return StreamSupport.stream(Cluster.get(kit.system()).state().getMembers().spliterator(), false)
        .anyMatch(member -> member.uniqueAddress().longUid() == who.uid());
  }

  @Test
  void shouldLeaveItToTheRoleServerToDecideOnDeaths() {
    takeIn(high);
    takeIn(low);
    RoleServer.MembersChanged last = roles.expectMessageClass(RoleServer.MembersChanged.class);
    while (last.reachable().size() < 2) {
      last = roles.expectMessageClass(RoleServer.MembersChanged.class);
    }
    assertThat(last.members()).containsExactlyInAnyOrder(low, self, high);
    assertThat(last.reachable()).extracting(Introduction::node).containsExactly(low, high);

    registry.tell(new Proved(high));
    roles.expectMessage(new RoleServer.Proved(high));
    registry.tell(new VotesReceived(low, new Votes(List.of(high), List.of(lower))));
    roles.expectMessage(new RoleServer.Voted(low, List.of(high), List.of(lower)));
    registry.tell(new Departed(high));
    roles.expectMessage(new RoleServer.Departed(high));

    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldTellTheRoleServerOfMembersInWhateverStateTheyAre() {
    say(high, MemberStatus.joining());
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of()));
    Introduction introduction = introduction(high);
    registry.tell(new Introduced(introduction));
    say(high, MemberStatus.up());
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of(introduction)));
    say(high, MemberStatus.leaving());
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of(introduction)));
    say(high, MemberStatus.down());
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of(introduction)));
    say(high, MemberStatus.removed());
    expectRoles(new RoleServer.MembersChanged(Set.of(self), List.of()));
    say(high, MemberStatus.up());
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of()));
    registry.tell(new Introduced(introduction));
    expectRoles(new RoleServer.MembersChanged(Set.of(self, high), List.of(introduction)));
  }

  private void expectRoles(RoleServer.Command expected) {
    RoleServer.Command next = roles.receiveMessage();
    while (!next.equals(expected)) {
      next = roles.receiveMessage();
    }
  }

  @Test
  void shouldConfirmADeathThatOnlyOthersProved() {
    takeIn(low);
    takeIn(high);
    vote(low, self, high);

    tell(evidence.vote(low, List.of(high), List.of()));

    expectMembers(List.of(low, self), Set.of(), Set.of(high));
    told.expectMessage(new PeerOffline(high, OfflineCause.CONFIRMED_DEAD));
  }

  @Test
  void shouldSayNothingWhenVotesAreNoQuorum() {
    takeIn(low);
    takeIn(lower);
    vote(low, lower, self);

    // Of the voters that are left this node is one of two, and not the lowest.
    tell(evidence.prove(lower));

    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldRepeatVotesWhileTheyAreNotConfirmed() {
    ActorRef<LineEvent> owner = takeIn(low);
    takeIn(lower);
    vote(low, lower, self);
    owner.tell(new LineOpened(5, Kind.TALK, true, Optional.of(hello(low)), true));
    expectBeacon(new BeaconServer.Send(5, new Votes(List.of(), List.of())));
    Votes open = new Votes(List.of(lower), List.of());

    tell(evidence.prove(lower));

    expectBeacon(new BeaconServer.Send(5, open));
    expectBeacon(new BeaconServer.Send(5, open));
    expectBeacon(new BeaconServer.Send(5, open));
    tell(evidence.vote(low, List.of(lower), List.of()));
    expectBeacon(new BeaconServer.Send(5, new Votes(List.of(lower), List.of(lower))));
    beacon.expectNoMessage(VOTE_RESEND.multipliedBy(3));
  }

  @Test
  void shouldTellVotesToAPeerWhoseLinesHaveChanged() {
    ActorRef<LineEvent> owner = takeIn(high);
    owner.tell(new LineOpened(5, Kind.TALK, true, Optional.of(hello(high)), true));
    Votes nothing = new Votes(List.of(), List.of());
    expectBeacon(new BeaconServer.Send(5, nothing));

    registry.tell(new LinesChanged(high, true));

    expectBeacon(new BeaconServer.Send(5, nothing));
  }

  @Test
  void shouldDescribeTheMembersThatAreOnline() {
    takeIn(high);
    bringUp(low);
    takeIn(lower);
    tell(evidence.depart(lower));
    told.expectMessageClass(Members.class);

    TestProbe<PeerRegistry.Described> probe = kit.createTestProbe(PeerRegistry.Described.class);
    registry.tell(new PeerRegistry.Describe(probe.ref()));

    List<PeerRegistry.PeerDescription> peers = probe.receiveMessage().peers();
    assertThat(peers)
        .extracting(PeerRegistry.PeerDescription::node)
        .containsExactlyInAnyOrder(low, high);
    assertThat(peers)
        .filteredOn(peer -> peer.node().equals(high))
        .allSatisfy(
            peer -> {
              assertThat(peer.beacon()).contains(introduction(high).beacon());
              assertThat(peer.voting()).isTrue();
              assertThat(peer.tracker()).isPresent();
            });
    assertThat(peers)
        .filteredOn(peer -> peer.node().equals(low))
        .allSatisfy(
            peer -> {
              assertThat(peer.beacon()).isEmpty();
              assertThat(peer.tracker()).isEmpty();
            });
  }

  @Test
  void shouldCountAPeerAsDepartedWhenItSaysGoodbye() {
    takeIn(high);

    tell(evidence.depart(high));

    expectMembers(List.of(self), Set.of(), Set.of(high));
    told.expectMessage(new PeerOffline(high, OfflineCause.DEPARTED));
    assertThat(DeadRegistry.of(kit.system()).isFlagged(high.node())).isFalse();
  }

  @Test
  void shouldHaveAPeerRemovedAtOnceThatIsDownWhenItSaysGoodbye() {
    takeIn(high);
    say(high, MemberStatus.down());
    await().atMost(TestCluster.PATIENCE).until(() -> seesMember(high));

    tell(evidence.depart(high));

    awaitFlagged(high);
  }

  @Test
  void shouldHaveAPeerRemovedAtOnceThatSaidGoodbyeWhenItIsDown() {
    takeIn(high);
    tell(evidence.depart(high));
    expectMembers(List.of(self), Set.of(), Set.of(high));
    await().atMost(TestCluster.PATIENCE).until(() -> seesMember(high));

    say(high, MemberStatus.down());

    awaitFlagged(high);
  }

  /** So Pekko takes it for unreachable, and removes it. */
  private static void awaitFlagged(Incarnation who) {
    await()
        .atMost(Duration.ofSeconds(4))
        .until(() -> DeadRegistry.of(kit.system()).isFlagged(who.node()));
  }

  @Test
  void shouldSayThatOthersHoldThisNodeForDead() {
    news.tell(new SelfHeldForDead());

    told.expectMessage(new HeldForDead());
    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldTrackOnlyPeersWithWhomItSharesAVoter() {
    vote(low);
    takeIn(low);
    bringUp(high);

    // The lowest is the only voter: this node and the highest have no say on each other.
    registry.tell(new Introduced(introduction(high)));

    expectMembers(List.of(low, self, high), Set.of(), Set.of());
    told.expectMessageClass(PeersChanged.class);
    expectProtected(Map.of(low, introduction(low).beacon(), high, introduction(high).beacon()));
    beacon.expectNoMessage(PAUSE);
    vote(self);
    assertThat(fishOwn().peer()).isEqualTo(high);
  }

  @Test
  void shouldTrackAPeerThatIsAboutToVote() {
    vote(low);
    takeIn(low);
    bringUp(high);
    registry.tell(new Introduced(introduction(high)));
    expectMembers(List.of(low, self, high), Set.of(), Set.of());
    expectProtected(Map.of(low, introduction(low).beacon(), high, introduction(high).beacon()));

    tell(
        evidence.withVoters(
            evidence.voters().towards(new Epoch(7, 1), new VoterSet(List.of(low, high)))));

    assertThat(fishOwn().peer()).isEqualTo(high);
  }

  @Test
  void shouldStopTrackingAPeerWhenAnotherOneTakesItsPlaceAsAVoter() {
    vote(lower);
    takeIn(lower);
    bringUp(low);

    vote(low);

    // Neither this node nor the peer tracked so far votes any more.
    expectBeacon(new BeaconServer.Release(lower));
  }

  @Test
  void shouldProveTheDeathOfAVoterByItsNextLifeWhenTheMembershipHasRemovedIt() {
    vote(self, high);
    ActorRef<LineEvent> owner = takeIn(high);
    owner.tell(new LineOpened(5, Kind.TALK, true, Optional.of(hello(high)), true));
    owner.tell(new LineOpened(6, Kind.LIFE, true, Optional.empty(), true));
    owner.tell(new LineReceived(6, new Armed()));
    awaitArmed(high);

    say(high, MemberStatus.removed());
    told.expectMessage(new PeerOffline(high, OfflineCause.REMOVED));
    owner.tell(new LineClosed(5, Kind.TALK, Cause.BROKEN));
    owner.tell(new LineClosed(6, Kind.LIFE, Cause.BROKEN));

    BeaconServer.Probe probe = fishProbe();
    Incarnation next = new Incarnation(high.node(), high.uid() + 1);
    probe
        .replyTo()
        .tell(new BeaconServer.ProbeResult(probe.target(), new ProbeOutcome.Answered(hello(next))));
    expectRoles(new RoleServer.Proved(high));
    tell(evidence.prove(high));
    expectBeacon(new BeaconServer.Release(high));
  }

  @Test
  void shouldOpenNoLineToAVoterThatTheMembershipHasRemoved() {
    vote(self, high);
    ActorRef<LineEvent> owner = takeIn(high);
    expectBeacon(new BeaconServer.DialTalk(high, introduction(high).beacon()));
    owner.tell(new LineOpened(5, Kind.TALK, false, Optional.of(hello(high)), true));
    expectBeacon(new BeaconServer.Send(5, new Votes(List.of(), List.of())));

    say(high, MemberStatus.removed());
    told.expectMessage(new PeerOffline(high, OfflineCause.REMOVED));
    told.expectMessageClass(PeersChanged.class);
    told.expectMessageClass(Members.class);
    owner.tell(new LineClosed(5, Kind.TALK, Cause.BROKEN));

    // It is neither dialled nor given up.
    expectProtected(Map.of());
    beacon.expectNoMessage(PAUSE.multipliedBy(2));
  }

  private void awaitArmed(Incarnation peer) {
    TestProbe<PeerRegistry.Described> probe = kit.createTestProbe(PeerRegistry.Described.class);
    registry.tell(new PeerRegistry.Describe(probe.ref()));
    ActorRef<NodeTracker.Command> tracker =
        probe.receiveMessage().peers().stream()
            .filter(description -> description.node().equals(peer))
            .findFirst()
            .flatMap(PeerRegistry.PeerDescription::tracker)
            .orElseThrow();
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () -> {
              TestProbe<NodeTracker.Described> lines =
                  kit.createTestProbe(NodeTracker.Described.class);
              tracker.tell(new NodeTracker.Describe(lines.ref()));
              return lines.receiveMessage().evidence() == PeerFacts.Evidence.ARMED;
            });
  }

  private BeaconServer.Probe fishProbe() {
    BeaconServer.Command next = beacon.receiveMessage();
    while (!(next instanceof BeaconServer.Probe)) {
      next = beacon.receiveMessage();
    }
    return (BeaconServer.Probe) next;
  }

  @Test
  void shouldHaveTheAddressesOfPeersProtectedUntilTheyAreDead() {
    bringUp(high);
    registry.tell(new Introduced(introduction(high)));
    expectProtected(Map.of(high, introduction(high).beacon()));

    tell(evidence.prove(high));

    expectProtected(Map.of());
  }

  private void expectProtected(Map<Incarnation, Endpoint> members) {
    expectBeacon(new BeaconServer.Protect(members, Duration.ofSeconds(1)));
  }

  // the end of this node's own membership

  @Test
  void shouldSayNothingOfPeersWhenThisNodeIsDownItself() {
    takeIn(high);

    say(self, MemberStatus.down());
    say(high, MemberStatus.removed());

    told.expectNoMessage(PAUSE);
  }

  @Test
  void shouldSayNothingOfPeersWhenThisNodesMembershipHasEnded() {
    ActorTestKit other = TestCluster.kit();
    try {
      TestCluster.joinSelf(other.system());
      Incarnation peer = TestCluster.invent("127.0.0.2", 1);
      ActorRef<PeerRegistry.Command> theirs = other.spawn(PeerRegistry.create(setup(other)));
      theirs.tell(new WatchMembers(told.ref().narrow()));
      told.expectMessageClass(Members.class);
      TestCluster.awaitSubscriptions(other);
      TestCluster.say(other.system(), peer, MemberStatus.up());
      told.expectMessage(new PeerOnline(peer));
      told.expectMessageClass(Members.class);

      Cluster cluster = Cluster.get(other.system());
      cluster.manager().tell(new Down(cluster.selfMember().address()));
      await().atMost(TestCluster.PATIENCE).until(cluster::isTerminated);
      TestCluster.say(other.system(), peer, MemberStatus.removed());

      told.expectNoMessage(PAUSE);
    } finally {
      other.shutdownTestKit();
    }
  }

  private void expectBeacon(BeaconServer.Command expected) {
    BeaconServer.Command next = beacon.receiveMessage();
    while (!next.equals(expected)) {
      next = beacon.receiveMessage();
    }
  }

  private static Hello hello(Incarnation node) {
    Endpoint beacon = new Endpoint(node.node().host(), 33000);
    return new Hello(
        Purpose.TALK,
        BeaconMessage.PROTOCOL_VERSION,
        "test",
        "beethoven",
        Agreement.NONE,
        node,
        beacon,
        Standing.SEEKING,
        beacon,
        new Endpoint("127.0.0.1", 40000));
  }
}
