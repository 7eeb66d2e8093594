package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.PromptScheduler;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.Announce;
import io.beethoven.actors.beacon.BeaconServer.Announced;
import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.BeaconServer.Probe;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.Subscribe;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.discovery.Locator.AddressTaken;
import io.beethoven.actors.discovery.Locator.Decision;
import io.beethoven.actors.discovery.Locator.FormCluster;
import io.beethoven.actors.discovery.Locator.IslandSeen;
import io.beethoven.actors.discovery.Locator.JoinCluster;
import io.beethoven.actors.discovery.Locator.StayStandalone;
import io.beethoven.actors.settings.DiscoveryMode;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.ProbeLimits;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.discovery.Subnet;
import io.beethoven.discovery.Yielded;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import scala.concurrent.ExecutionContext;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocatorTest {

  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration STRIDE = Duration.ofSeconds(1);
  private static final int STEPS = 25;
  private static final int MOST_STEPS = 2000;
  private static final long PATIENCE_SECONDS = 20;
  private static final Endpoint BEACON = new Endpoint("127.0.0.3", 33000);
  private static final Incarnation SELF = new Incarnation(new NodeId("127.0.0.3", 25520), 7);
  private static final String LOWER = "127.0.0.2";
  private static final String HIGHER = "127.0.0.5";
  private static final CandidateSource SUBNET =
      new SubnetSource(Subnet.parse("127.0.0.0/29"), 33000);

  /** Runs all actors, and so knows when they have nothing left to do. */
  private final ForkJoinPool threads =
      new ForkJoinPool(2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);

  private final ActorTestKit kit =
      ActorTestKit.create(
          ActorSystem.create(
              Behaviors.empty(),
              "locator",
              BootstrapSetup.create(PromptScheduler.config().withFallback(ConfigFactory.load()))
                  .withDefaultExecutionContext(ExecutionContext.fromExecutor(threads))));
  private final ManualTime time = ManualTime.get(kit.system());
  private final Map<Endpoint, ProbeOutcome> network = new ConcurrentHashMap<>();
  private final List<Standing> announced = new CopyOnWriteArrayList<>();
  private final List<Endpoint> probed = new CopyOnWriteArrayList<>();
  private final List<Decision> decisions = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<ActorRef<PeerSeen>> listener = new AtomicReference<>();
  private final AtomicReference<Runnable> onAnnounce = new AtomicReference<>(() -> {});
  private ActorRef<Locator.Command> locator;

  @AfterEach
  void stopLocator() {
    kit.stop(locator);
    network.clear();
    announced.clear();
    probed.clear();
    decisions.clear();
    listener.set(null);
    onAnnounce.set(() -> {});
  }

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
    threads.shutdown();
  }

  private static Hello hello(String host, Standing standing) {
    Endpoint beacon = new Endpoint(host, 33000);
    Incarnation node = new Incarnation(new NodeId(host, 25520), 1);
    return new Hello(
        Purpose.PROBE, 1, "c", "s", Agreement.NONE, node, beacon, standing, beacon, beacon);
  }

  private static Hello clustered(String host, long clusterId) {
    return hello(host, new Standing(Phase.CLUSTERED, clusterId, 3));
  }

  private static DiscoverySettings settings() {
    return new DiscoverySettings(
        DiscoveryMode.SEEK,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        33000,
        new ProbeLimits(64, 1900, 128),
        Duration.ofMillis(250),
        Duration.ofSeconds(3),
        3,
        Duration.ofMillis(150),
        Duration.ofMillis(300),
        Duration.ofMillis(300),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15));
  }

  private Behavior<BeaconServer.Command> beaconServer() {
    return Behaviors.receive(BeaconServer.Command.class)
        .onMessage(
            Subscribe.class,
            subscribe -> {
              listener.set(subscribe.listener());
              return Behaviors.same();
            })
        .onMessage(
            Probe.class,
            probe -> {
              probed.add(probe.target());
              ProbeOutcome outcome =
                  network.getOrDefault(probe.target(), new ProbeOutcome.Refused());
              probe.replyTo().tell(new ProbeResult(probe.target(), outcome));
              return Behaviors.same();
            })
        .onMessage(
            Announce.class,
            announce -> {
              onAnnounce.getAndSet(() -> {}).run();
              announced.add(announce.standing());
              announce.replyTo().tell(new Announced(announce.standing()));
              return Behaviors.same();
            })
        .build();
  }

  private void start(CandidateSource... sources) {
    start(Optional.empty(), sources);
  }

  private void start(Optional<Yielded> yielded, CandidateSource... sources) {
    ActorRef<Decision> guardian =
        kit.spawn(
            Behaviors.receiveMessage(
                decision -> {
                  decisions.add(decision);
                  return Behaviors.same();
                }));
    locator =
        kit.spawn(
            Locator.create(
                new Locator.Dependencies(
                    SELF,
                    BEACON,
                    settings(),
                    List.of(sources),
                    kit.spawn(beaconServer()),
                    guardian,
                    yielded),
                now::get,
                new SplittableRandom(1)));
  }

  private void peerIs(Hello hello) {
    network.put(hello.beacon(), new ProbeOutcome.Answered(hello));
  }

  private void pass(Duration duration) {
    settle();
    now.updateAndGet(instant -> instant.plus(duration));
    time.timePasses(duration);
    settle();
  }

  /** Waits until all actors have done what they were told. */
  private void settle() {
    assertThat(threads.awaitQuiescence(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Lets virtual time pass until something is so: first in small steps, then in strides. */
  private void passUntil(BooleanSupplier condition) {
    settle();
    for (int step = 1; !condition.getAsBoolean(); step++) {
      assertThat(step).as("steps").isLessThan(MOST_STEPS);
      pass(step > STEPS ? STRIDE : STEP);
    }
  }

  private void passUntilDecided(Class<? extends Decision> kind, int times) {
    passUntil(() -> decisions.stream().filter(kind::isInstance).count() >= times);
  }

  /** Lets virtual time pass until so many more probes were sent. */
  private void passUntilProbed(int more) {
    int goal = probed.size() + more;
    passUntil(() -> probed.size() >= goal);
  }

  @Test
  void shouldStayStandaloneOnceWhenNobodyIsFound() {
    start(SUBNET);

    passUntilDecided(StayStandalone.class, 1);
    assertThat(probed).hasSize(15).doesNotContain(BEACON);
    assertThat(announced).containsExactly(new Standing(Phase.STANDALONE, 0, 0));

    passUntilProbed(10);
    assertThat(decisions).containsExactly(new StayStandalone());
  }

  @Test
  void shouldJoinWhomItsClusterEndedForAndNotTheRestOfIt() {
    peerIs(clustered(LOWER, 99));
    Hello winner = clustered("10.0.0.9", 5);
    peerIs(winner);

    start(Optional.of(new Yielded(99, winner.beacon())), SUBNET);
    passUntilDecided(JoinCluster.class, 1);

    assertThat(decisions).containsExactly(new JoinCluster(winner));
  }

  @Test
  void shouldFormWhenItIsTheLowest() {
    peerIs(hello(HIGHER, Standing.SEEKING));
    start(SUBNET);

    passUntilDecided(FormCluster.class, 1);

    assertThat(announced).containsExactly(new Standing(Phase.FORMING, 0, 0));
    assertThat(((FormCluster) decisions.get(0)).clusterId()).isNotZero();
  }

  @Test
  void shouldFollowTheLowestUntilItIsClustered() {
    peerIs(hello(LOWER, Standing.SEEKING));
    start(SUBNET);
    passUntilProbed(20);
    assertThat(decisions).isEmpty();

    peerIs(clustered(LOWER, 99));
    passUntilDecided(JoinCluster.class, 1);

    assertThat(decisions).containsExactly(new JoinCluster(clustered(LOWER, 99)));
    assertThat(announced).containsExactly(new Standing(Phase.JOINING, 0, 0));
  }

  @Test
  void shouldJoinAPeerWhenItCalls() {
    start();
    passUntil(() -> listener.get() != null);

    listener.get().tell(new PeerSeen(clustered(HIGHER, 5)));
    passUntilDecided(JoinCluster.class, 1);

    assertThat(decisions).containsExactly(new JoinCluster(clustered(HIGHER, 5)));
  }

  @Test
  void shouldWithdrawWhenALowerPeerCallsBeforeItsAnnouncementIsInForce() {
    peerIs(hello(HIGHER, Standing.SEEKING));
    onAnnounce.set(() -> listener.get().tell(new PeerSeen(hello(LOWER, Standing.SEEKING))));
    start(SUBNET);

    passUntil(() -> announced.size() >= 2);
    assertThat(announced).extracting(Standing::phase).containsExactly(Phase.FORMING, Phase.SEEKING);

    peerIs(clustered(LOWER, 8));
    passUntilDecided(JoinCluster.class, 1);
    assertThat(decisions).containsExactly(new JoinCluster(clustered(LOWER, 8)));
  }

  @Test
  void shouldSeekAnewAndSpareTheTargetWhenJoiningFailed() {
    peerIs(clustered(LOWER, 99));
    start(SUBNET);
    passUntilDecided(JoinCluster.class, 1);

    locator.tell(new Locator.JoinFailed("no answer"));
    passUntilDecided(JoinCluster.class, 2);

    assertThat(decisions).hasSize(2);
    assertThat(announced)
        .extracting(Standing::phase)
        .containsExactly(Phase.JOINING, Phase.SEEKING, Phase.JOINING);
  }

  @Test
  void shouldSeekOnlyWhileAloneWhenItHasJoined() {
    peerIs(clustered(LOWER, 99));
    start(SUBNET);
    passUntilDecided(JoinCluster.class, 1);
    locator.tell(new Locator.Joined(99));
    // One more exchange on the same mailbox shows that it has been taken in.
    locator.tell(new Locator.Alone(true));
    peerIs(clustered(HIGHER, 44));
    passUntilDecided(IslandSeen.class, 1);
    passUntilProbed(5);
    assertThat(decisions)
        .containsExactly(
            new JoinCluster(clustered(LOWER, 99)), new IslandSeen(clustered(HIGHER, 44)));

    locator.tell(new Locator.Alone(false));
    listener.get().tell(new PeerSeen(clustered(HIGHER, 45)));
    passUntilDecided(IslandSeen.class, 2);
    int before = probed.size();
    pass(Duration.ofMinutes(3));
    listener.get().tell(new PeerSeen(clustered(HIGHER, 46)));
    passUntilDecided(IslandSeen.class, 3);
    assertThat(probed).hasSize(before);
  }

  @Test
  void shouldReportAnIslandAgainWhenMinutesHavePassed() {
    start();
    locator.tell(new Locator.Clustered(1));
    passUntil(() -> listener.get() != null);
    listener.get().tell(new PeerSeen(clustered(HIGHER, 2)));
    listener.get().tell(new PeerSeen(clustered(LOWER, 2)));
    listener.get().tell(new PeerSeen(clustered(LOWER, 1)));
    passUntilDecided(IslandSeen.class, 1);
    pass(Duration.ofMinutes(6));

    listener.get().tell(new PeerSeen(clustered(LOWER, 2)));
    passUntilDecided(IslandSeen.class, 2);

    assertThat(decisions)
        .containsExactly(new IslandSeen(clustered(HIGHER, 2)), new IslandSeen(clustered(LOWER, 2)));
  }

  @Test
  void shouldSeekNoMoreWhenItHasLeft() {
    start(SUBNET);
    passUntilDecided(StayStandalone.class, 1);
    locator.tell(new Locator.Left());
    locator.tell(new Locator.Clustered(5));
    passUntil(() -> listener.get() != null);
    listener.get().tell(new PeerSeen(clustered(HIGHER, 44)));
    int before = probed.size();

    for (int minute = 0; minute < 10; minute++) {
      pass(Duration.ofMinutes(1));
    }
    kit.stop(locator);

    assertThat(probed).hasSize(before);
    assertThat(decisions).containsExactly(new StayStandalone());
  }

  @Test
  void shouldTellThatItsAddressIsTakenWhenItIsRefusedForThat() {
    network.put(
        new Endpoint(HIGHER, 33000),
        new ProbeOutcome.Rejected(new Refusal(RefusalReason.SAME_ADDRESS, "x#1", "x#2")));
    start(SUBNET);

    passUntilDecided(AddressTaken.class, 1);

    assertThat(decisions).containsExactly(new AddressTaken(new Endpoint(HIGHER, 33000), "x#1"));
  }

  @Test
  void shouldGoOnWhenItMeetsAnotherLifeOfItselfThatDoesNotRefuseIt() {
    network.put(
        new Endpoint(HIGHER, 33000),
        new ProbeOutcome.Rejected(
            new Refusal(RefusalReason.SAME_ADDRESS, "another", SELF.toString())));
    start(SUBNET);

    passUntilDecided(StayStandalone.class, 1);

    assertThat(decisions).containsExactly(new StayStandalone());
  }

  @Test
  void shouldTakeNoNoticeWhenItMeetsItselfAtAnotherAddress() {
    String self = SELF.toString();
    network.put(
        new Endpoint(HIGHER, 33000),
        new ProbeOutcome.Rejected(new Refusal(RefusalReason.SAME_ADDRESS, self, self)));
    start(SUBNET);

    passUntilDecided(StayStandalone.class, 1);

    assertThat(decisions).containsExactly(new StayStandalone());
  }

  @Test
  void shouldAskAgainWhenABeaconIsMuteOrBusy() {
    Endpoint frozen = new Endpoint("127.0.0.1", 33000);
    Endpoint full = new Endpoint(HIGHER, 33000);
    network.put(frozen, new ProbeOutcome.Mute());
    network.put(full, new ProbeOutcome.Rejected(new Refusal(RefusalReason.TOO_MANY, "1", "1")));
    network.put(new Endpoint(LOWER, 33000), new ProbeOutcome.Failed("unreachable"));
    start(SUBNET);

    passUntilDecided(StayStandalone.class, 1);

    assertThat(probed).filteredOn(full::equals).hasSize(5);
    assertThat(probed).filteredOn(frozen::equals).hasSize(5);
  }

  @Test
  void shouldUseTheOtherSourcesWhenOneFailsOrNeverAnswers() {
    peerIs(clustered(LOWER, 99));
    CandidateSource failing =
        new Answering(List.of(CompletableFuture.failedStage(new Exception())));
    CandidateSource stuck = new Answering(List.of(new CompletableFuture<>()));
    start(failing, stuck, SUBNET, new Throwing());

    passUntilDecided(JoinCluster.class, 1);
  }

  @Test
  void shouldUseAnAnswerInTheNextPassWhenItComesLate() {
    CompletableFuture<Candidates> late = new CompletableFuture<>();
    Endpoint elsewhere = new Endpoint("127.9.9.9", 33000);
    start(SUBNET, new Answering(List.of(late)));
    passUntilDecided(StayStandalone.class, 1);

    late.complete(Candidates.of(List.of(elsewhere)));
    passUntil(() -> probed.contains(elsewhere));
  }

  @Test
  void shouldLogAFailingSourceOnceUntilItAnswersAgain() {
    CompletionStage<Candidates> failed = CompletableFuture.failedStage(new Exception("down"));
    CompletionStage<Candidates> good = CompletableFuture.completedStage(Candidates.of(List.of()));
    CandidateSource source =
        new Answering(List.of(failed, failed, good, failed, failed, failed, failed));

    LoggingTestKit.warn("source-failed")
        .withOccurrences(2)
        .expect(
            kit.system(),
            () -> {
              start(SUBNET, source);
              passUntilProbed(7 * 5);
              return null;
            });
  }

  @Test
  void shouldDoNothingWhenItIsIdle() {
    locator = kit.spawn(Locator.idle());
    UnhandledMessages unhandled = UnhandledMessages.of(kit);

    locator.tell(new Locator.Joined(3));
    locator.tell(new Locator.Alone(true));
    pass(STRIDE);
    kit.stop(locator);

    assertThat(probed).isEmpty();
    unhandled.assertNone();
  }

  @Test
  void shouldUseTheLastAnswerWhenASourceFailsLater() {
    Candidates once = Candidates.of(List.of(new Endpoint(HIGHER, 33000)));
    start(
        new Answering(
            List.of(
                CompletableFuture.completedStage(once),
                CompletableFuture.failedStage(new IllegalStateException("gone")))));

    passUntilProbed(3);

    assertThat(probed).containsOnly(new Endpoint(HIGHER, 33000));
  }

  private static final class Throwing implements CandidateSource {

    @Override
    public String describe() {
      return "throwing";
    }

    @Override
    public CompletionStage<Candidates> candidates() {
      throw new IllegalStateException("breach of the contract");
    }
  }

  /** Gives one answer after the other, the last one for ever. */
  private static final class Answering implements CandidateSource {
    private final List<CompletionStage<Candidates>> answers;
    private final AtomicInteger next = new AtomicInteger();

    Answering(List<CompletionStage<Candidates>> answers) {
      this.answers = answers;
    }

    @Override
    public String describe() {
      return "scripted";
    }

    @Override
    public CompletionStage<Candidates> candidates() {
      return answers.get(Math.min(next.getAndIncrement(), answers.size() - 1));
    }
  }
}
