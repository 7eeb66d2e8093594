package io.beethoven.actors.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.Announce;
import io.beethoven.actors.beacon.BeaconServer.Announced;
import io.beethoven.actors.beacon.BeaconServer.Shutdown;
import io.beethoven.actors.discovery.Envoy;
import io.beethoven.actors.discovery.Locator;
import io.beethoven.actors.discovery.Locator.Alone;
import io.beethoven.actors.discovery.Locator.Decision;
import io.beethoven.actors.discovery.Locator.FormCluster;
import io.beethoven.actors.discovery.Locator.IslandSeen;
import io.beethoven.actors.discovery.Locator.JoinCluster;
import io.beethoven.actors.discovery.Locator.JoinFailed;
import io.beethoven.actors.discovery.Locator.Joined;
import io.beethoven.actors.discovery.Locator.Left;
import io.beethoven.actors.discovery.Locator.StayStandalone;
import io.beethoven.actors.lifecycle.NodeLifecycle.Accredited;
import io.beethoven.actors.lifecycle.NodeLifecycle.Decided;
import io.beethoven.actors.lifecycle.NodeLifecycle.Depart;
import io.beethoven.actors.lifecycle.NodeLifecycle.Dropped;
import io.beethoven.actors.lifecycle.NodeLifecycle.Identified;
import io.beethoven.actors.lifecycle.NodeLifecycle.Located;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.Settled;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.membership.Snapshots;
import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.role.RoleServer.AllStopped;
import io.beethoven.actors.role.RoleServer.Drain;
import io.beethoven.actors.role.RoleServer.Drained;
import io.beethoven.actors.role.RoleServer.Found;
import io.beethoven.actors.role.RoleServer.Resume;
import io.beethoven.actors.role.RoleServer.StandInWanted;
import io.beethoven.actors.role.RoleServer.StopAll;
import io.beethoven.actors.role.RoleServer.TakesNoPart;
import io.beethoven.actors.role.RoleServer.WatchAllocator;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeLifecycleTest {

  private static final long CLUSTER = 77;
  private static final Instant NOW = Instant.EPOCH;
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final BeethovenSettings SETTINGS =
      BeethovenSettings.parse(
          TestCluster.config(
              "beethoven.discovery.join-timeout = 1s\nbeethoven.role.drain-timeout = 1s"));

  private final ActorTestKit kit = TestCluster.kit();
  private final UnhandledMessages unhandled = UnhandledMessages.of(kit);
  private final Incarnation self = TestCluster.self(kit.system());
  private final NodeId other = new NodeId("127.0.0.2", 1);
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final TestProbe<BeaconServer.Command> beacon =
      kit.createTestProbe(BeaconServer.Command.class);
  private final TestProbe<CoreServer.Command> core = kit.createTestProbe(CoreServer.Command.class);
  private final TestProbe<RoleServer.Command> roles = kit.createTestProbe(RoleServer.Command.class);
  private final TestProbe<Locator.Command> locator = kit.createTestProbe(Locator.Command.class);
  private final TestProbe<Envoy.Command> envoy = kit.createTestProbe(Envoy.Command.class);
  private final Legacy legacy = new Legacy();
  private final TestProbe<Done> caller = kit.createTestProbe(Done.class);

  /** Told "started" and "stopped" with its kind and its parent's name by each allocator. */
  private final TestProbe<String> allocators = kit.createTestProbe(String.class);

  private ActorRef<NodeLifecycle.Command> lifecycle;
  private ActorRef<ClusterEvent> happened;
  private ActorRef<StandInWanted> standInWanted;

  /** Ends an allocator of this test by itself, as a stand-in does. */
  private record NoLongerNeeded() implements RoleAllocator.Command {}

  @BeforeEach
  void startLifecycle() {
    online(List.of());
    lifecycle =
        kit.spawn(
            NodeLifecycle.create(
                new NodeLifecycle.Setup(
                    self,
                    SETTINGS,
                    new NodeLifecycle.Allocators(
                        allocator("allocator", allocators.ref()),
                        allocator("stand-in", allocators.ref())),
                    new NodeLifecycle.Actors(beacon.ref(), core.ref(), roles.ref()),
                    snapshots,
                    legacy,
                    Clock.fixed(NOW, ZoneOffset.UTC))),
            "lifecycle");
    lifecycle.tell(new Located(locator.ref()));
    lifecycle.tell(new Accredited(envoy.ref()));
    happened = core.expectMessageClass(CoreServer.Subscribe.class).subscriber();
    standInWanted = roles.expectMessageClass(WatchAllocator.class).watcher();
    TestCluster.awaitSubscriptions(kit);
  }

  @AfterEach
  void stopSystem() {
    unhandled.assertNone();
    kit.shutdownTestKit();
  }

  private static Behavior<RoleAllocator.Command> allocator(String what, ActorRef<String> told) {
    return Behaviors.setup(
        context -> {
          String where = what + " in " + context.getSelf().path().parent().name();
          told.tell("started " + where);
          return Behaviors.receive(RoleAllocator.Command.class)
              .onMessage(NoLongerNeeded.class, message -> Behaviors.stopped())
              .onSignal(
                  PostStop.class,
                  stopped -> {
                    told.tell("stopped " + where);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private void online(List<NodeId> nodes) {
    ClusterMode mode = nodes.isEmpty() ? ClusterMode.STANDALONE : ClusterMode.CLUSTERED;
    Snapshots.publish(
        snapshots,
        new ClusterSnapshot(
            self.node(), mode, List.of(), nodes, List.of(), Optional.empty(), false));
  }

  private void decide(Decision decision) {
    lifecycle.tell(new Decided(decision));
  }

  private static Hello hello(Incarnation node) {
    Endpoint endpoint = new Endpoint(node.node().host(), 33000);
    return new Hello(
        Purpose.TALK,
        BeaconMessage.PROTOCOL_VERSION,
        "test",
        "beethoven",
        Agreement.NONE,
        node,
        endpoint,
        new Standing(Phase.CLUSTERED, CLUSTER, 1),
        endpoint,
        endpoint);
  }

  private void standAlone() {
    decide(new StayStandalone());
    roles.expectMessage(new Found(self.uid(), false));
    core.expectMessage(new Settled(true));
    allocators.expectMessage("started allocator in lifecycle");
  }

  private void form() {
    decide(new FormCluster(CLUSTER));
    roles.expectMessage(new Found(self.uid(), false));
    expectClustered(CLUSTER, 1);
  }

  private void expectClustered(long cluster, int size) {
    assertThat(roles.receiveMessage(TestCluster.PATIENCE)).isEqualTo(Resume.INSTANCE);
    locator.expectMessage(new Joined(cluster));
    locator.expectMessage(new Alone(size == 1));
    assertThat(announced()).isEqualTo(new Standing(Phase.CLUSTERED, cluster, size));
    core.expectMessage(new Settled(true));
    envoy.expectMessage(new Envoy.Clustered(new ClusterIdentity(cluster, NOW)));
  }

  private Standing announced() {
    Announce announce = beacon.expectMessageClass(Announce.class);
    announce.replyTo().tell(new Announced(announce.standing()));
    return announce.standing();
  }

  private StopAll expectStopAll() {
    core.expectMessage(new Settled(false));
    return roles.expectMessageClass(StopAll.class);
  }

  private void answer(StopAll stopAll) {
    stopAll.replyTo().tell(new AllStopped());
    core.expectMessage(CoreServer.RolesStopped.INSTANCE);
  }

  private void depart() {
    lifecycle.tell(new Depart(caller.ref()));
    locator.expectMessage(new Left());
    assertThat(announced().phase()).isEqualTo(Phase.LEAVING);
  }

  private void expectEnd() {
    Shutdown shutdown = expectShutdown();
    caller.expectNoMessage(Duration.ofMillis(50));
    shutdown.replyTo().tell(Done.getInstance());
    caller.expectMessage(Done.getInstance());
  }

  /** Goodbye is said only when the node takes no more part. */
  private Shutdown expectShutdown() {
    RoleServer.Depart last = roles.expectMessageClass(RoleServer.Depart.class);
    beacon.expectNoMessage(Duration.ofMillis(50));
    last.replyTo().tell(new TakesNoPart());
    return beacon.expectMessageClass(Shutdown.class);
  }

  // decisions

  @Test
  void shouldAllocateHereWhenItStaysStandalone() {
    standAlone();

    decide(new StayStandalone());

    roles.expectMessage(new Found(self.uid(), false));
    core.expectMessage(new Settled(true));
    allocators.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldKeepRolesRunningWhenItFormsACluster() {
    standAlone();

    form();

    allocators.expectMessage("stopped allocator in lifecycle");
    assertThat(allocators.receiveMessage(TestCluster.PATIENCE))
        .startsWith("started allocator in ")
        .isNotEqualTo("started allocator in lifecycle");
    roles.expectNoMessage(Duration.ZERO);
    TestCluster.awaitStatus(kit.system(), MemberStatus.up());
  }

  @Test
  void shouldJoinOnlyWhenAllRolesHaveStopped() {
    ActorTestKit target = TestCluster.kit();
    try {
      TestCluster.joinSelf(target.system());
      standAlone();

      decide(new JoinCluster(hello(TestCluster.self(target.system()))));
      StopAll stopAll = expectStopAll();
      allocators.expectMessage("stopped allocator in lifecycle");
      await()
          .during(PAUSE)
          .atMost(TestCluster.PATIENCE)
          .until(() -> TestCluster.memberCount(target.system()) == 1);
      online(List.of(self.node(), other));
      answer(stopAll);

      expectClustered(CLUSTER, 2);
      assertThat(TestCluster.memberCount(target.system())).isEqualTo(2);
    } finally {
      target.shutdownTestKit();
    }
  }

  @Test
  void shouldCompleteAJoinOnlyWhenAllRolesHaveStopped() {
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));
    StopAll stopAll = expectStopAll();

    TestCluster.joinSelf(kit.system());
    roles.expectNoMessage(PAUSE);
    answer(stopAll);

    expectClustered(CLUSTER, 1);
  }

  @Test
  void shouldGoOnWhenAJoinFails() {
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));
    answer(expectStopAll());

    roles.expectMessage(Resume.INSTANCE);
    locator.expectMessageClass(JoinFailed.class);
    standAlone();
  }

  @Test
  void shouldGoOnWhenARoleDoesNotStopForAJoin() {
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));
    StopAll stopAll = expectStopAll();

    assertThat(roles.receiveMessage(TestCluster.PATIENCE)).isEqualTo(Resume.INSTANCE);
    locator.expectMessageClass(JoinFailed.class);
    standAlone();
    stopAll.replyTo().tell(new AllStopped());

    core.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldIgnoreDecisionsWhenItIsAMemberAlready() {
    form();
    TestCluster.awaitStatus(kit.system(), MemberStatus.up());

    decide(new StayStandalone());
    decide(new FormCluster(CLUSTER + 1));
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));

    core.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldStopRolesWhenItBecomesAMemberLate() {
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));
    answer(expectStopAll());
    roles.expectMessage(Resume.INSTANCE);
    locator.expectMessageClass(JoinFailed.class);
    standAlone();

    TestCluster.joinSelf(kit.system());
    StopAll stopAll = expectStopAll();
    allocators.expectMessage("stopped allocator in lifecycle");
    answer(stopAll);

    expectMemberOfAnUnknownCluster();
  }

  @Test
  void shouldTellTheClusterOnlyOnceItIsKnownWhenSomebodyElseMadeItAMember() {
    TestCluster.joinSelf(kit.system());
    roles.expectMessage(new Found(self.uid(), false));
    expectMemberOfAnUnknownCluster();
    ClusterIdentity called = new ClusterIdentity(CLUSTER, NOW);

    lifecycle.tell(new Identified(called));

    locator.expectMessage(new Locator.Clustered(CLUSTER));
    locator.expectMessage(new Alone(true));
    assertThat(announced()).isEqualTo(called.clustered(1));
  }

  @Test
  void shouldFoundNothingWhenSomebodyElsesClusterBeganWithAnotherNode() {
    ActorTestKit target = TestCluster.kit();
    try {
      TestCluster.joinSelf(target.system());

      Cluster.get(kit.system())
          .manager()
          .tell(Join.create(Cluster.get(target.system()).selfMember().address()));

      expectMemberOfAnUnknownCluster();
    } finally {
      target.shutdownTestKit();
    }
  }

  private void expectMemberOfAnUnknownCluster() {
    assertThat(roles.receiveMessage(TestCluster.PATIENCE)).isEqualTo(Resume.INSTANCE);
    locator.expectMessage(new Joined(0));
    locator.expectMessage(new Alone(true));
    envoy.expectMessage(new Envoy.Clustered(ClusterIdentity.NONE));
    beacon.expectNoMessage(PAUSE);
  }

  @Test
  void shouldLeaveOtherClustersToTheEnvoy() {
    form();

    Hello other = hello(TestCluster.invent("127.0.0.1", 1));
    decide(new IslandSeen(other));

    envoy.expectMessage(new Envoy.Noticed(Sighting.of(other)));
    roles.expectNoMessage(PAUSE);
    beacon.expectNoMessage(Duration.ZERO);
  }

  // standing in

  @Test
  void shouldStandInOnceForASilentAllocatorWhenItIsInACluster() {
    form();
    allocators.receiveMessage(TestCluster.PATIENCE);

    standInWanted.tell(new StandInWanted());
    standInWanted.tell(new StandInWanted());

    allocators.expectMessage("started stand-in in lifecycle");
    allocators.expectNoMessage(PAUSE);
  }

  @Test
  void shouldStandInAgainWhenTheLastStandInHasEnded() {
    form();
    allocators.receiveMessage(TestCluster.PATIENCE);
    standInWanted.tell(new StandInWanted());
    allocators.expectMessage("started stand-in in lifecycle");

    ActorRef<RoleAllocator.Command> first = standIn();
    first.tell(new NoLongerNeeded());
    allocators.expectMessage("stopped stand-in in lifecycle");
    caller.expectTerminated(first);
    standInWanted.tell(new StandInWanted());

    allocators.expectMessage("started stand-in in lifecycle");
  }

  private ActorRef<RoleAllocator.Command> standIn() {
    return ActorRefResolver.get(kit.system())
        .resolveActorRef(lifecycle.path().child("stand-in").toSerializationFormat());
  }

  @Test
  void shouldNotStandInWhenItIsInNoCluster() {
    standInWanted.tell(new StandInWanted());
    standAlone();

    standInWanted.tell(new StandInWanted());

    allocators.expectNoMessage(PAUSE);
  }

  @Test
  void shouldNotStandInWhenItIsLeaving() {
    form();
    allocators.receiveMessage(TestCluster.PATIENCE);
    depart();
    roles.expectMessageClass(Drain.class);

    standInWanted.tell(new StandInWanted());

    allocators.expectNoMessage(PAUSE);
  }

  // islands

  @Test
  void shouldAnnounceHowTheLeaderCallsTheCluster() {
    form();
    ClusterIdentity called = new ClusterIdentity(5, Instant.ofEpochMilli(9));

    lifecycle.tell(new Identified(called));

    locator.expectMessage(new Locator.Clustered(5));
    locator.expectMessage(new Alone(true));
    assertThat(announced()).isEqualTo(called.clustered(1));
  }

  @Test
  void shouldDropOutWithoutHandingRolesOverWhenItsClusterEnds() {
    form();
    Yielded yielded = new Yielded(CLUSTER, new Endpoint("127.0.0.9", 33000));

    lifecycle.tell(new NodeLifecycle.Yield(yielded, false));
    lifecycle.tell(new NodeLifecycle.Yield(yielded, false));

    locator.expectMessage(new Left());
    envoy.expectMessage(Envoy.Left.INSTANCE);
    assertThat(announced().phase()).isEqualTo(Phase.LEAVING);
    StopAll stopAll = expectStopAll();
    beacon.expectNoMessage(Duration.ofMillis(50));
    assertThat(Cluster.get(kit.system()).isTerminated()).isFalse();
    answer(stopAll);
    Shutdown shutdown = expectShutdown();
    assertThat(Cluster.get(kit.system()).selfMember().status()).isEqualTo(MemberStatus.up());
    shutdown.replyTo().tell(Done.getInstance());
    await().atMost(TestCluster.PATIENCE).until(() -> Cluster.get(kit.system()).isTerminated());
    assertThat(legacy.take()).contains(yielded);
    assertThat(legacy.take()).isEmpty();
    roles.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldSayGoodbyeAfterTheOthersWhenItLedTheClusterThatEnds() {
    form();

    lifecycle.tell(
        new NodeLifecycle.Yield(new Yielded(CLUSTER, new Endpoint("127.0.0.9", 33000)), true));
    locator.expectMessage(new Left());
    assertThat(announced().phase()).isEqualTo(Phase.LEAVING);
    answer(expectStopAll());
    beacon.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
    lifecycle.tell(NodeLifecycle.LetGo.INSTANCE);

    expectShutdown();
  }

  @Test
  void shouldIgnoreThatItsClusterEndsWhenItIsLeaving() {
    form();
    depart();
    Drain drain = roles.expectMessageClass(Drain.class);

    lifecycle.tell(
        new NodeLifecycle.Yield(new Yielded(CLUSTER, new Endpoint("127.0.0.9", 33000)), false));

    roles.expectNoMessage(PAUSE);
    drain.replyTo().tell(new Drained());
    expectEnd();
    assertThat(legacy.take()).isEmpty();
  }

  // what others are told

  @Test
  void shouldAnnounceHowManyNodesThereAreWhenThatChanges() {
    form();

    online(List.of(self.node(), other));
    happened.tell(new NodeOnline(other, NOW));
    assertThat(announced()).isEqualTo(new Standing(Phase.CLUSTERED, CLUSTER, 2));
    happened.tell(new ModeChanged(ClusterMode.CLUSTERED, NOW));
    locator.expectMessage(new Alone(false));
    online(List.of());
    happened.tell(new NodeOffline(other, OfflineCause.REMOVED, NOW));
    assertThat(announced()).isEqualTo(new Standing(Phase.CLUSTERED, CLUSTER, 1));
    happened.tell(new ModeChanged(ClusterMode.STANDALONE, NOW));
    locator.expectMessage(new Alone(true));
  }

  @Test
  void shouldAnnounceNothingOfOtherNodesWhenItIsInNoCluster() {
    standAlone();

    happened.tell(new NodeOnline(other, NOW));
    happened.tell(new ModeChanged(ClusterMode.CLUSTERED, NOW));

    beacon.expectNoMessage(PAUSE);
    locator.expectNoMessage(Duration.ZERO);
  }

  // leaving

  @Test
  void shouldStopRolesAndThenTheBeaconWhenItDepartsWhileSeeking() {
    depart();
    StopAll stopAll = expectStopAll();
    beacon.expectNoMessage(Duration.ofMillis(50));
    answer(stopAll);

    expectEnd();
  }

  @Test
  void shouldStopRolesWhenItDepartsWhileStandalone() {
    standAlone();

    depart();
    answer(expectStopAll());

    allocators.expectMessage("stopped allocator in lifecycle");
    expectEnd();
  }

  @Test
  void shouldNotJoinWhenItDepartsWhileJoining() {
    ActorTestKit target = TestCluster.kit();
    try {
      TestCluster.joinSelf(target.system());
      decide(new JoinCluster(hello(TestCluster.self(target.system()))));
      StopAll toJoin = expectStopAll();

      depart();
      StopAll toLeave = expectStopAll();
      answer(toJoin);
      answer(toLeave);

      expectEnd();
      await()
          .during(PAUSE)
          .atMost(TestCluster.PATIENCE)
          .until(() -> TestCluster.memberCount(target.system()) == 1);
    } finally {
      target.shutdownTestKit();
    }
  }

  @Test
  void shouldNotBecomeClusteredWhenAJoinSucceedsWhileItIsLeaving() {
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));
    answer(expectStopAll());

    depart();
    StopAll stopAll = expectStopAll();
    TestCluster.joinSelf(kit.system());
    answer(stopAll);

    expectEnd();
    locator.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldHandRolesOverBeforeTheBeaconGoesWhenItDepartsFromACluster() {
    form();
    TestProbe<Done> second = kit.createTestProbe(Done.class);

    depart();
    Drain drain = roles.expectMessageClass(Drain.class);
    assertThat(drain.timeout()).isEqualTo(SETTINGS.role().drainTimeout());
    lifecycle.tell(new Depart(second.ref()));
    beacon.expectNoMessage(PAUSE);
    roles.expectNoMessage(Duration.ZERO);
    drain.replyTo().tell(new Drained());

    expectEnd();
    second.expectMessage(Done.getInstance());
    lifecycle.tell(new Depart(second.ref()));
    second.expectMessage(Done.getInstance());
    beacon.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldIgnoreDecisionsWhenItIsLeaving() {
    depart();
    answer(expectStopAll());

    decide(new StayStandalone());
    decide(new FormCluster(CLUSTER));
    decide(new JoinCluster(hello(TestCluster.invent("127.0.0.1", 1))));

    expectEnd();
    allocators.expectNoMessage(PAUSE);
    core.expectNoMessage(Duration.ZERO);
  }

  @Test
  void shouldStopRolesAtOnceWhenItDepartsWhileDown() {
    form();
    TestCluster.say(kit.system(), self, MemberStatus.down());
    TestCluster.awaitStatus(kit.system(), MemberStatus.down());

    depart();

    answer(expectStopAll());
    expectEnd();
  }

  @Test
  void shouldStopRolesAndTheBeaconWhenTheClusterRemovesIt() {
    form();

    TestCluster.say(kit.system(), self, MemberStatus.removed());

    answer(expectStopAll());
    Shutdown shutdown = expectShutdown();
    lifecycle.tell(new Depart(caller.ref()));
    roles.expectNoMessage(PAUSE);
    shutdown.replyTo().tell(Done.getInstance());
    caller.expectMessage(Done.getInstance());
  }

  @Test
  void shouldStopDrainingWhenTheClusterRemovesIt() {
    form();
    depart();
    roles.expectMessageClass(Drain.class);

    TestCluster.say(kit.system(), self, MemberStatus.removed());

    answer(expectStopAll());
    expectEnd();
  }

  @Test
  void shouldStopRolesAndDropOutWhenOthersHoldItForDead() {
    form();

    lifecycle.tell(Dropped.INSTANCE);

    StopAll first = expectStopAll();
    await().atMost(TestCluster.PATIENCE).until(() -> Cluster.get(kit.system()).isTerminated());
    StopAll second = expectStopAll();
    beacon.expectNoMessage(Duration.ofMillis(50));
    answer(first);
    answer(second);
    expectShutdown();
    beacon.expectNoMessage(PAUSE);
  }

  @Test
  void shouldIgnoreThatOthersHoldItForDeadWhenItIsLeaving() {
    form();
    depart();
    Drain drain = roles.expectMessageClass(Drain.class);

    lifecycle.tell(Dropped.INSTANCE);

    roles.expectNoMessage(PAUSE);
    drain.replyTo().tell(new Drained());
    expectEnd();
  }
}
