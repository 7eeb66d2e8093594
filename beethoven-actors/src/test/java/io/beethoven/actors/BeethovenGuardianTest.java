package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.BeethovenGuardian.ShutdownReason;
import io.beethoven.actors.beacon.BeaconTransport;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.actors.protocol.GuardianRequest.ActiveNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ClusterNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.Forget;
import io.beethoven.actors.protocol.GuardianRequest.ForgetReply;
import io.beethoven.actors.protocol.GuardianRequest.GetActiveNodes;
import io.beethoven.actors.protocol.GuardianRequest.GetClusterNodes;
import io.beethoven.actors.protocol.GuardianRequest.GetNodeStatus;
import io.beethoven.actors.protocol.GuardianRequest.GetRoles;
import io.beethoven.actors.protocol.GuardianRequest.GetSnapshot;
import io.beethoven.actors.protocol.GuardianRequest.HostingReply;
import io.beethoven.actors.protocol.GuardianRequest.Leave;
import io.beethoven.actors.protocol.GuardianRequest.LeaveReply;
import io.beethoven.actors.protocol.GuardianRequest.NodeStatusReply;
import io.beethoven.actors.protocol.GuardianRequest.RolesReply;
import io.beethoven.actors.protocol.GuardianRequest.SnapshotReply;
import io.beethoven.actors.protocol.GuardianRequest.Subscribe;
import io.beethoven.actors.protocol.GuardianRequest.Unsubscribe;
import io.beethoven.actors.protocol.GuardianRequest.WhoIsHosting;
import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.actors.role.RoleRegistry;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import io.beethoven.role.RoleContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that looks for nobody, so that it is alone at once. */
class BeethovenGuardianTest {

  private static final RoleName ROLE = new RoleName("ticker");
  private static final String ALONE =
      """
      beethoven {
        cluster-name = guardian
        beacon.port = 0
        control.enabled = off
        role.drain-timeout = 1s
        role.defaults.stop-deadline = 500ms
        lifecycle.leave-timeout = 2s
      }
      """;

  private final ActorTestKit kit = TestCluster.kit();
  private final UnhandledMessages unhandled = UnhandledMessages.of(kit);
  private final NodeId self = TestCluster.self(kit.system()).node();
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final CountDownLatch mayStop = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private volatile boolean stopsAtOnce = true;
  private ActorRef<BeethovenGuardian.Command> guardian;

  @BeforeEach
  void startGuardian() {
    guardian = kit.spawn(BeethovenGuardian.create(setup(snapshots, ALONE)), "node");
  }

  @AfterEach
  void stopSystem() {
    mayStop.countDown();
    unhandled.assertNone();
    kit.shutdownTestKit();
  }

  private BeethovenGuardian.Setup setup(SnapshotHolder holder, String... config) {
    BeethovenSettings settings = BeethovenSettings.parse(TestCluster.config(config));
    return setup(holder, settings, () -> TcpBeaconTransport.bind(settings.beacon()));
  }

  private BeethovenGuardian.Setup setup(
      SnapshotHolder holder, BeethovenSettings settings, Supplier<BeaconTransport> beacon) {
    return new BeethovenGuardian.Setup(
        settings,
        RoleRegistry.of(Map.of(ROLE, new RoleImplementation.Task(() -> this::run))),
        List.of(settings.roleDefaults().define(ROLE)),
        beacon,
        holder,
        Clock.systemUTC());
  }

  private void run(RoleContext context) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      if (!stopsAtOnce) {
        mayStop.await();
      }
      throw e;
    }
  }

  private void awaitReady() {
    await()
        .atMost(TestCluster.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> snapshots.isPublished() && snapshots.latest().ready());
  }

  private <T> T ask(Function<ActorRef<T>, GuardianRequest> request) {
    TestProbe<T> probe = kit.createTestProbe();
    guardian.tell(request.apply(probe.ref()));
    return probe.receiveMessage(TestCluster.PATIENCE);
  }

  private void awaitEnd(ShutdownReason reason) throws Exception {
    kit.system()
        .getWhenTerminated()
        .toCompletableFuture()
        .get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(CoordinatedShutdown.get(kit.system()).getShutdownReason())
        .isEqualTo(Optional.of(reason));
  }

  private void kill(String part) {
    Adapter.toClassic(kit.system())
        .actorSelection(guardian.path().child(part))
        .tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
  }

  // queries

  @Test
  void shouldAnswerEachQueryWithWhatTheSnapshotSays() {
    awaitReady();
    ClusterSnapshot snapshot = snapshots.latest();

    assertThat(this.<SnapshotReply>ask(GetSnapshot::new).snapshot()).isEqualTo(snapshot);
    assertThat(this.<ActiveNodesReply>ask(GetActiveNodes::new).nodes())
        .isEqualTo(snapshot.activeNodes());
    assertThat(this.<ClusterNodesReply>ask(GetClusterNodes::new).nodes())
        .isEqualTo(snapshot.clusterNodes());
    assertThat(this.<NodeStatusReply>ask(GetNodeStatus::new).mode())
        .isEqualTo(ClusterMode.STANDALONE);
    assertThat(this.<RolesReply>ask(GetRoles::new).roles())
        .containsExactly(new RoleStatus(ROLE, 1, 1, List.of(self)));
    assertThat(this.<HostingReply>ask(to -> new WhoIsHosting(ROLE, to)).nodes())
        .containsExactly(self);
    assertThat(this.<HostingReply>ask(to -> new WhoIsHosting(new RoleName("other"), to)).nodes())
        .isEmpty();
  }

  @Test
  void shouldForgetOnlyNodesThatAreOffline() {
    assertThat(this.<ForgetReply>ask(to -> new Forget(self, to)).refusal()).isPresent();
    assertThat(this.<ForgetReply>ask(to -> new Forget(new NodeId("127.0.0.9", 1), to)).refusal())
        .isEmpty();
  }

  @Test
  void shouldTellEventsUntilUnsubscribed() {
    awaitReady();
    TestProbe<ClusterEvent> stays = kit.createTestProbe(ClusterEvent.class);
    TestProbe<ClusterEvent> goes = kit.createTestProbe(ClusterEvent.class);
    guardian.tell(new Subscribe(stays.ref()));
    guardian.tell(new Subscribe(goes.ref()));
    guardian.tell(new Unsubscribe(goes.ref()));
    this.<ForgetReply>ask(to -> new Forget(self, to));
    Incarnation peer = TestCluster.invent("127.0.0.2", 1);

    TestCluster.say(kit.system(), peer, MemberStatus.up());

    // The node's role may start in between, so that other events can come first.
    assertThat(
            stays.fishForMessage(
                TestCluster.PATIENCE,
                event ->
                    event instanceof NodeOnline
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore()))
        .last()
        .isInstanceOfSatisfying(
            NodeOnline.class, online -> assertThat(online.node()).isEqualTo(peer.node()));
    // What it is sent here by hand is the first of its kind that it hears.
    goes.ref().tell(new NodeOnline(self, Instant.EPOCH));
    assertThat(
            goes.fishForMessage(
                TestCluster.PATIENCE,
                event ->
                    event instanceof NodeOnline
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore()))
        .containsExactly(new NodeOnline(self, Instant.EPOCH));
  }

  // the end

  @Test
  void shouldAnswerAllThatAskedItToLeaveAndEndItsSystem() throws Exception {
    awaitReady();
    TestProbe<LeaveReply> first = kit.createTestProbe(LeaveReply.class);
    TestProbe<LeaveReply> second = kit.createTestProbe(LeaveReply.class);

    guardian.tell(new Leave(first.ref()));
    guardian.tell(new Leave(second.ref()));

    first.expectMessage(new LeaveReply(self));
    second.expectMessage(new LeaveReply(self));
    // The system ends by itself, with whoever would watch in it.
    awaitEnd(ShutdownReason.LEFT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"beacon", "roles", "core", "lifecycle", "locator"})
  void shouldEndItsSystemWhenAPartEnds(String part) throws Exception {
    awaitReady();

    kill(part);

    awaitEnd(ShutdownReason.FAILED);
  }

  @Test
  void shouldEndItsSystemWhenAPartEndsWhileItLeaves() throws Exception {
    awaitReady();
    stopsAtOnce = false;
    TestProbe<LeaveReply> caller = kit.createTestProbe(LeaveReply.class);
    guardian.tell(new Leave(caller.ref()));
    caller.expectNoMessage();

    kill("roles");

    awaitEnd(ShutdownReason.FAILED);
  }

  @Test
  void shouldRefuseToStartWhenItsSystemHasAGuardian() {
    awaitReady();
    TestProbe<Void> watcher = kit.createTestProbe();

    var second = kit.spawn(BeethovenGuardian.create(setup(new SnapshotHolder(), ALONE)));

    watcher.expectTerminated(second);
    assertThat(this.<SnapshotReply>ask(GetSnapshot::new).snapshot().ready()).isTrue();
    assertThat(CoordinatedShutdown.get(kit.system()).getShutdownReason()).isEmpty();
  }

  @Test
  void shouldKeepItsBeaconOpenUntilItsRolesEndWhenItIsStoppedUnasked() throws Exception {
    ActorTestKit other = TestCluster.kit();
    try {
      BeethovenSettings settings = BeethovenSettings.parse(TestCluster.config(ALONE));
      BreakableTransport transport =
          new BreakableTransport(TcpBeaconTransport.bind(settings.beacon()));
      SnapshotHolder holder = new SnapshotHolder();
      stopsAtOnce = false;
      var node = other.spawn(BeethovenGuardian.create(setup(holder, settings, () -> transport)));
      await().atMost(TestCluster.PATIENCE).until(() -> hosts(holder, ROLE));

      other.stop(node, TestCluster.PATIENCE);

      assertThat(interrupted.await(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(transport.stopped.await(100, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(isListening(transport.local())).isTrue();
      mayStop.countDown();
      await().atMost(TestCluster.PATIENCE).until(() -> !isListening(transport.local()));
    } finally {
      other.shutdownTestKit();
    }
  }

  private static boolean hosts(SnapshotHolder holder, RoleName role) {
    return holder.isPublished()
        && holder.latest().roles().stream()
            .anyMatch(each -> each.role().equals(role) && !each.nodes().isEmpty());
  }

  private static boolean isListening(Endpoint endpoint) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), 5_000);
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  @Test
  void shouldEndItsSystemWhenItsBeaconFails() throws Exception {
    ActorTestKit other = TestCluster.kit();
    try {
      BeethovenSettings settings = BeethovenSettings.parse(TestCluster.config(ALONE));
      BreakableTransport transport =
          new BreakableTransport(TcpBeaconTransport.bind(settings.beacon()));
      SnapshotHolder holder = new SnapshotHolder();
      other.spawn(BeethovenGuardian.create(setup(holder, settings, () -> transport)));
      await().atMost(TestCluster.PATIENCE).until(holder::isPublished);

      transport.listener.onEvent(new LoopFailed("broken by the test"));

      other
          .system()
          .getWhenTerminated()
          .toCompletableFuture()
          .get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(CoordinatedShutdown.get(other.system()).getShutdownReason())
          .isEqualTo(Optional.of(ShutdownReason.FAILED));
    } finally {
      other.shutdownTestKit();
    }
  }

  @Test
  void shouldOpenAControlEndpointAndCloseItWhenItEnds(@TempDir Path directory) {
    ActorTestKit other = TestCluster.kit();
    try {
      BeethovenSettings settings =
          BeethovenSettings.parse(
              TestCluster.config(
                  ALONE,
                  "beethoven.control.enabled = on",
                  "beethoven.control.directory = \"" + directory + "\""));
      SnapshotHolder holder = new SnapshotHolder();
      var node =
          other.spawn(
              BeethovenGuardian.create(
                  setup(holder, settings, () -> TcpBeaconTransport.bind(settings.beacon()))));
      Path socket =
          ControlSocket.path(
              settings.control().directory(), "guardian", TestCluster.self(other.system()).node());
      await().atMost(TestCluster.PATIENCE).until(() -> Files.exists(socket));

      other.stop(node);

      await().atMost(TestCluster.PATIENCE).until(() -> !Files.exists(socket));
    } finally {
      other.shutdownTestKit();
    }
  }

  /** Hands everything on, and can fail. */
  private static final class BreakableTransport implements BeaconTransport {

    private final BeaconTransport real;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Listener listener = event -> {};

    private BreakableTransport(BeaconTransport real) {
      this.real = real;
    }

    @Override
    public Endpoint local() {
      return real.local();
    }

    @Override
    public Endpoint closedPort() {
      return real.closedPort();
    }

    @Override
    public void start(Listener told) {
      listener = told;
      real.start(told);
    }

    @Override
    public long dial(Endpoint target, Duration connectTimeout, Duration frameTimeout) {
      return real.dial(target, connectTimeout, frameTimeout);
    }

    @Override
    public void send(long connection, BeaconMessage message) {
      real.send(connection, message);
    }

    @Override
    public void hold(long connection) {
      real.hold(connection);
    }

    @Override
    public void keep(long connection) {
      real.keep(connection);
    }

    @Override
    public void close(long connection) {
      real.close(connection);
    }

    @Override
    public void finish(long connection) {
      real.finish(connection);
    }

    @Override
    public void abandon(String reason) {
      real.abandon(reason);
    }

    @Override
    public void stop() {
      stopped.countDown();
      real.stop();
    }
  }
}
