package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.protocol.RoleServerMessage.Contacted;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.actors.settings.RoleSettings.RunAlone;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Standing;
import io.beethoven.grant.Shared;
import io.beethoven.grant.Timing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoleServerTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Incarnation SELF = new Incarnation(new NodeId("127.0.0.1", 25520), 11);
  private static final Epoch EPOCH = new Epoch(100, 1);
  private static final RoleName WORK = new RoleName("work");
  private static final RoleName OTHER = new RoleName("other");
  private static final Slot SLOT = new Slot(WORK, 0);
  private static final Timing TIMING =
      new Timing(
          Duration.ofMillis(200),
          Duration.ofMillis(900),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(60),
          Duration.ofMinutes(1));

  private static ActorTestKit kit;

  private final TestProbe<AllocatorMessage> allocator = kit.createTestProbe();
  private final BlockingQueue<RoleContext> contexts = new LinkedBlockingQueue<>();
  private final RolesRunning running = new RolesRunning();
  private long session;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            "RoleServerTest",
            ConfigFactory.parseString("pekko.actor.testkit.typed.single-expect-default = 20s")
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldPromiseAndReportWhenPrepared() {
    ActorRef<RoleServer.Command> server = server(Map.of(WORK, waiting()), spec(WORK));

    prepare(server, EPOCH);

    Answer.Promised promised = (Answer.Promised) answerIn(allocator.receiveMessage(LONG));
    assertThat(promised.report().promised()).isEqualTo(EPOCH);
    assertThat(promised.report().held()).isEmpty();
    assertThat(promised.testimony().catalog().implementations()).containsExactly(WORK);
    assertThat(promised.testimony().catalog().definitions()).containsExactly(spec(WORK));
  }

  @Test
  void shouldRefuseLowerEpochsWhenAHigherOneWasPromised() {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    TestProbe<AllocatorMessage> rival = kit.createTestProbe();

    server.tell(new Ordered(question(new Epoch(99, 9)), rival.ref()));

    assertThat(answerIn(rival.receiveMessage(LONG))).isEqualTo(new Answer.Nacked(SELF, EPOCH, 1));
  }

  @Test
  void shouldReportRunningAndHandTheContextWhenATaskIsGranted() throws Exception {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));

    grant(server, SLOT, token(1), spec(WORK));

    awaitReport(report -> states(report).equals(List.of(InstanceState.RUNNING)));
    RoleContext context = contexts.take();
    assertThat(context.role()).isEqualTo(WORK);
    assertThat(context.slot()).isZero();
    assertThat(context.token()).isEqualTo(token(1));
    assertThat(context.node()).isEqualTo(SELF.node());
    assertThat(context.arguments()).containsExactly(Map.entry("key", "value"));
    assertThat(context.isGranted()).isTrue();
    assertThat(context.isStopping()).isFalse();
  }

  @Test
  void shouldRunOnANamedThreadWhenATaskIsGranted() {
    AtomicReference<String> thread = new AtomicReference<>();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                task(
                    context -> {
                      thread.set(Thread.currentThread().getName());
                      new CountDownLatch(1).await();
                    })));

    grant(server, SLOT, token(1), spec(WORK));

    await().atMost(LONG).untilAsserted(() -> assertThat(thread).hasValue("beethoven-role-work-0"));
  }

  @Test
  void shouldRaiseTheTokenInPlaceWhenTheSlotIsGrantedAgain() throws Exception {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    grant(server, SLOT, token(5), spec(WORK));

    awaitReport(report -> report.held().stream().anyMatch(h -> h.token().equals(token(5))));
    assertThat(context.token()).isEqualTo(token(5));
    assertThat(context.isGranted()).isTrue();
    assertThat(contexts).isEmpty();
  }

  @Test
  void shouldAcknowledgeARevokeOnlyAfterTheTaskHasReallyStopped() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger revoked = new AtomicInteger();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                task(
                    context -> {
                      context.onRevoked(revoked::incrementAndGet);
                      contexts.add(context);
                      awaitStubbornly(mayEnd);
                    })));
    grant(server, SLOT, token(1), spec(WORK, Duration.ofMillis(100)));
    RoleContext context = contexts.take();

    LoggingTestKit.warn("role does not stop")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              revoke(server, token(1));
              awaitReport(report -> states(report).equals(List.of(InstanceState.STOPPING)));
              return context;
            });

    assertThat(context.isGranted()).isFalse();
    assertThat(context.isStopping()).isTrue();
    revoke(server, token(1));
    awaitReport(report -> states(report).equals(List.of(InstanceState.STOPPING)));
    mayEnd.countDown();
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
    await().atMost(LONG).untilAsserted(() -> assertThat(revoked).hasValue(1));
    AtomicInteger late = new AtomicInteger();
    context.onRevoked(late::incrementAndGet);
    await().atMost(LONG).untilAsserted(() -> assertThat(late).hasValue(1));
    assertThat(revoked).hasValue(1);
  }

  @Test
  void shouldInterruptTheTaskWhenItIsRevoked() {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));

    revoke(server, token(1));

    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
    awaitReport(report -> report.held().isEmpty());
  }

  @Test
  void shouldWaitForReadyWhenReadinessIsExplicit() throws Exception {
    TestProbe<LocalRolesChanged> running = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    server.tell(new RoleServer.WatchReady(running.ref()));
    assertThat(running.receiveMessage(LONG).ready()).isTrue();

    grant(server, SLOT, token(1), explicit(LONG));

    assertThat(running.receiveMessage(LONG).ready()).isFalse();
    awaitReport(report -> states(report).equals(List.of(InstanceState.STARTING)));
    RoleContext context = contexts.take();
    context.ready();
    context.ready();
    assertThat(running.receiveMessage(LONG).ready()).isTrue();
    awaitReport(report -> states(report).equals(List.of(InstanceState.RUNNING)));
  }

  @Test
  void shouldStartAnewWhenATaskIsNotReadyInTime() throws Exception {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));

    grant(server, SLOT, token(1), explicit(Duration.ofMillis(50)));

    RoleContext first = contexts.take();
    contexts.take().ready();
    assertThat(first.isGranted()).isFalse();
    awaitReport(report -> states(report).equals(List.of(InstanceState.RUNNING)));
  }

  @Test
  void shouldGiveUpAndReportTheReasonWhenATaskKeepsFailing() {
    AtomicInteger runs = new AtomicInteger();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                task(
                    context -> {
                      throw new IllegalStateException("boom " + runs.incrementAndGet());
                    })));

    grant(server, SLOT, token(1), spec(WORK));

    Report report = awaitReport(r -> !r.released().isEmpty());
    assertThat(report.held()).isEmpty();
    assertThat(report.released())
        .containsExactly(
            new Report.Released(SLOT, token(1), "java.lang.IllegalStateException: boom 3"));
    assertThat(runs).hasValue(3);
  }

  @Test
  void shouldFailWhenATaskReturnsOrThrowsAnError() {
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                task(context -> {}),
                OTHER,
                task(
                    context -> {
                      throw new AssertionError("no exception");
                    })));

    grant(server, SLOT, token(1), spec(WORK));
    grant(server, new Slot(OTHER, 0), token(2), spec(OTHER));

    Report report = awaitReport(r -> r.released().size() == 2);
    assertThat(report.released())
        .extracting(Report.Released::reason)
        .containsExactly("java.lang.AssertionError: no exception", "it returned");
  }

  @Test
  void shouldKeepItsSlotWhenAOneShotTaskReturns() {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, task(context -> {})));

    grant(server, SLOT, token(1), oneShot());

    awaitReport(report -> states(report).equals(List.of(InstanceState.COMPLETED)));
    revoke(server, token(1));
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
  }

  @Test
  void shouldLeaveOtherRolesAloneWhenOneCrashesAndOneHangs() throws Exception {
    RoleName hanging = new RoleName("hanging");
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                waiting(),
                OTHER,
                task(
                    context -> {
                      throw new IllegalStateException("boom");
                    }),
                hanging,
                task(context -> awaitStubbornly(new CountDownLatch(1)))));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    grant(server, new Slot(OTHER, 0), token(2), spec(OTHER));
    grant(server, new Slot(hanging, 0), token(3), spec(hanging));
    awaitReport(report -> !report.released().isEmpty());
    server.tell(revocation(new Slot(hanging, 0), token(3)));

    Report report =
        awaitReport(r -> states(r).equals(List.of(InstanceState.STOPPING, InstanceState.RUNNING)));
    assertThat(report.held()).extracting(Held::slot).containsExactly(new Slot(hanging, 0), SLOT);
    assertThat(context.isGranted()).isTrue();
  }

  @Test
  void shouldRunTwoRolesOfOneClassBesideEachOther() throws Exception {
    RoleImplementation shared = waiting();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, shared, OTHER, shared));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext first = contexts.take();
    grant(server, new Slot(OTHER, 0), token(2), spec(OTHER));
    awaitReport(r -> states(r).equals(List.of(InstanceState.RUNNING, InstanceState.RUNNING)));
    RoleContext second = contexts.take();
    assertThat(List.of(first.role(), second.role())).containsExactly(WORK, OTHER);

    revoke(server, token(1));

    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
    assertThat(second.isGranted()).isTrue();
    assertThat(second.isStopping()).isFalse();
    awaitReport(
        r -> r.held().stream().map(Held::slot).toList().equals(List.of(new Slot(OTHER, 0))));
  }

  @Test
  void shouldStartAndStopALifecycleOnOneThread() {
    BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                RoleImplementation.lifecycle(
                    () ->
                        new RoleLifecycle() {
                          @Override
                          public void start(RoleContext context) {
                            calls.add("start on " + Thread.currentThread().getName());
                          }

                          @Override
                          public void stop() {
                            calls.add("stop on " + Thread.currentThread().getName());
                          }
                        })));

    grant(server, SLOT, token(1), spec(WORK));
    awaitReport(report -> states(report).equals(List.of(InstanceState.RUNNING)));
    revoke(server, token(1));
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));

    assertThat(calls)
        .containsExactly("start on beethoven-role-work-0", "stop on beethoven-role-work-0");
  }

  @Test
  void shouldRunAnActorAndAskItToStopWhenItHasAStopMessage() {
    TestProbe<String> events = kit.createTestProbe();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                RoleImplementation.behavior(context -> actor(context, events.ref()), "please")));

    grant(server, SLOT, token(1), spec(WORK));
    assertThat(events.receiveMessage(LONG)).isEqualTo("started");
    awaitReport(report -> states(report).equals(List.of(InstanceState.RUNNING)));
    revoke(server, token(1));

    assertThat(events.receiveMessage(LONG)).isEqualTo("asked, granted=false");
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
  }

  @Test
  void shouldStopAnActorWithoutAskingWhenItHasNoStopMessage() {
    TestProbe<String> events = kit.createTestProbe();
    ActorRef<RoleServer.Command> server =
        prepared(Map.of(WORK, RoleImplementation.behavior(c -> actor(c, events.ref()))));

    grant(server, SLOT, token(1), spec(WORK));
    assertThat(events.receiveMessage(LONG)).isEqualTo("started");
    revoke(server, token(1));

    assertThat(events.receiveMessage(LONG)).isEqualTo("stopped");
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
  }

  @Test
  void shouldStartAnewWhenAnActorFails() {
    AtomicInteger runs = new AtomicInteger();
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                RoleImplementation.behavior(
                    context ->
                        Behaviors.setup(
                            c -> {
                              if (runs.incrementAndGet() == 1) {
                                throw new IllegalStateException("first");
                              }
                              return Behaviors.empty();
                            }))));

    grant(server, SLOT, token(1), spec(WORK));

    awaitReport(r -> runs.get() == 2 && states(r).equals(List.of(InstanceState.RUNNING)));
  }

  @Test
  void shouldDropEverythingAndRefuseUntilResumedWhenAllIsStopped() throws Exception {
    TestProbe<RoleServer.AllStopped> stopped = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));
    contexts.take();

    server.tell(new RoleServer.StopAll(stopped.ref()));
    stopped.receiveMessage(LONG);
    Report report = awaitReport(r -> r.held().isEmpty() && r.session() > session);
    assertThat(report.standing()).isEqualTo(Standing.CLOSED);

    grant(server, SLOT, token(2), spec(WORK));
    awaitAnswer(new Answer.Refused(SELF, SLOT, token(2), Answer.Reason.SESSION));
    session = report.session();
    grant(server, SLOT, token(3), spec(WORK));
    awaitAnswer(new Answer.Refused(SELF, SLOT, token(3), Answer.Reason.CLOSED));

    server.tell(RoleServer.Resume.INSTANCE);
    awaitReport(r -> r.standing() == Standing.WITHOUT_LEASE);
    server.tell(new RoleServer.Found(2, false));
    session = awaitReport(r -> r.standing() == Standing.OPEN).session();
    grant(server, SLOT, token(4), spec(WORK));
    assertThat(contexts.take().token()).isEqualTo(token(4));
  }

  @Test
  void shouldAnswerAtOnceWhenNothingRunsAndNoAllocatorWasHeard() {
    TestProbe<RoleServer.AllStopped> stopped = kit.createTestProbe();
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();
    TestProbe<LocalRolesChanged> running = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = server(Map.of());

    server.tell(new RoleServer.WatchReady(running.ref()));
    server.tell(new RoleServer.StopAll(stopped.ref()));
    server.tell(RoleServer.Resume.INSTANCE);
    server.tell(new RoleServer.Drain(LONG, drained.ref()));

    assertThat(running.receiveMessage(LONG).ready()).as("it has no part yet").isFalse();
    stopped.receiveMessage(LONG);
    drained.receiveMessage(LONG);
  }

  @Test
  void shouldWaitForTheAllocatorWhenDraining() throws Exception {
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    server.tell(new RoleServer.Drain(LONG, drained.ref()));
    awaitReport(report -> report.standing() == Standing.LEAVING);
    assertThat(context.isGranted()).isTrue();
    drained.expectNoMessage(Duration.ofMillis(50));
    revoke(server, token(1));

    drained.receiveMessage(LONG);
    assertThat(context.isGranted()).isFalse();
  }

  @Test
  void shouldStopByItselfWhenTheAllocatorDoesNotTakeOverInTime() throws Exception {
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    server.tell(new RoleServer.Drain(Duration.ofMillis(50), drained.ref()));

    drained.receiveMessage(LONG);
    assertThat(context.isGranted()).isFalse();
  }

  @Test
  void shouldWarnOnceWhenItsDefinitionsDiffer() {
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    Order differ =
        new Order.Differ(EPOCH, List.of(new Order.Difference(WORK, "count is 1, valid is 2")));

    LoggingTestKit.warn("count is 1, valid is 2")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              server.tell(new Ordered(differ, allocator.ref()));
              server.tell(new Ordered(differ, allocator.ref()));
              return server;
            });
  }

  @Test
  void shouldGiveUpAndReportWhenATaskThrowsWhatCannotBeDescribed() {
    ActorRef<RoleServer.Command> server =
        prepared(
            Map.of(
                WORK,
                task(
                    context -> {
                      throw new Indescribable();
                    })));

    grant(server, SLOT, token(1), spec(WORK));

    Report report = awaitReport(r -> !r.released().isEmpty());
    assertThat(report.released())
        .containsExactly(new Report.Released(SLOT, token(1), Indescribable.class.getName()));
    assertThat(report.held()).isEmpty();
  }

  @Test
  void shouldHoldTheSlotOfALostInstanceUntilItsThreadEndsAndThenReportIt() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, stubborn(mayEnd)));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    loseInstance(server);

    awaitReport(report -> states(report).equals(List.of(InstanceState.RESTARTING)));
    assertThat(context.isGranted()).isFalse();
    mayEnd.countDown();
    Report report = awaitReport(r -> r.held().isEmpty());
    assertThat(report.released())
        .containsExactly(new Report.Released(SLOT, token(1), "its instance was lost"));
    awaitAnswer(new Answer.Stopped(SELF, SLOT, token(1)));
    grant(server, SLOT, token(2), spec(WORK));
    awaitReport(r -> states(r).equals(List.of(InstanceState.RUNNING)));
  }

  @Test
  void shouldStopAllAndDrainWhenTheThreadOfALostInstanceEnds() throws Exception {
    TestProbe<RoleServer.AllStopped> stopped = kit.createTestProbe();
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();
    CountDownLatch mayEnd = new CountDownLatch(1);
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, stubborn(mayEnd)));
    grant(server, SLOT, token(1), spec(WORK));
    contexts.take();
    loseInstance(server);
    awaitReport(report -> states(report).equals(List.of(InstanceState.RESTARTING)));

    server.tell(new RoleServer.StopAll(stopped.ref()));
    server.tell(new RoleServer.Drain(Duration.ofMillis(50), drained.ref()));

    drained.expectNoMessage(Duration.ofMillis(200));
    mayEnd.countDown();
    stopped.receiveMessage(LONG);
    drained.receiveMessage(LONG);
  }

  @Test
  void shouldCountAsRunningUntilItsThreadsEndWhenItIsStoppedUnasked() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch none = new CountDownLatch(1);
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, stubborn(mayEnd)));
    grant(server, SLOT, token(1), spec(WORK));
    contexts.take();
    running.whenNone(none::countDown);

    kit.stop(server);

    assertThat(none.await(50, TimeUnit.MILLISECONDS)).isFalse();
    mayEnd.countDown();
    assertThat(none.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldTakeNoPartOnlyWhenWhatRunsHasStopped() throws Exception {
    TestProbe<RoleServer.TakesNoPart> departed = kit.createTestProbe();
    CountDownLatch mayEnd = new CountDownLatch(1);
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, stubborn(mayEnd)));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();

    server.tell(new RoleServer.Depart(departed.ref()));

    awaitReport(report -> states(report).equals(List.of(InstanceState.STOPPING)));
    assertThat(context.isGranted()).isFalse();
    departed.expectNoMessage(Duration.ofMillis(50));
    mayEnd.countDown();
    departed.receiveMessage(LONG);
  }

  @Test
  void shouldSayNothingMoreWhenItTakesNoPart() {
    TestProbe<RoleServer.TakesNoPart> departed = kit.createTestProbe();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));

    server.tell(new RoleServer.Depart(departed.ref()));
    departed.receiveMessage(LONG);
    allocator.expectNoMessage(TIMING.contact().multipliedBy(2));
    prepare(server, new Epoch(200, 2));
    grant(server, SLOT, token(1), spec(WORK));

    allocator.expectNoMessage(TIMING.contact().multipliedBy(2));
    assertThat(contexts).isEmpty();
  }

  @Test
  void shouldEndTheLeaseAndTheInstancesWhenItIsStoppedUnasked() throws Exception {
    BlockingQueue<String> revoked = new LinkedBlockingQueue<>();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    grant(server, SLOT, token(1), spec(WORK));
    RoleContext context = contexts.take();
    context.onRevoked(() -> revoked.add("revoked"));

    kit.stop(server);

    assertThat(context.isGranted()).isFalse();
    assertThat(revoked.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("revoked");
  }

  @Test
  void shouldTakeEveryMessageOfItsProtocol() {
    UnhandledMessages unhandled = UnhandledMessages.of(kit);
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));
    Incarnation peer = new Incarnation(new NodeId("127.0.0.9", 25520), 99);
    TestProbe<QuorumForcedReply> forced = kit.createTestProbe();
    TestProbe<RoleServer.TakesNoPart> departed = kit.createTestProbe();
    TestProbe<SetCountReply> setCount = kit.createTestProbe();
    Moment sent = LeaseClock.SYSTEM.now();
    Shared nothing = new Shared(Voters.NONE, List.of());
    Instant start = Instant.now();
    List<RoleServer.Command> all =
        List.of(
            new Contacted(
                new Contact.CreditRequest(peer, sent, TIMING.leaseTerm(), nothing, List.of(), 0)),
            new Contacted(new Contact.Credit(peer, sent, nothing, EPOCH, List.of(), 0)),
            new Ordered(new Order.Unblock(EPOCH, peer, 1), allocator.ref()),
            new RoleServerMessage.AllocatorSettled(),
            new RoleInstance.Changed(SLOT, InstanceState.RUNNING),
            new RoleInstance.Stopped(SLOT),
            new RoleInstance.GaveUp(SLOT, "it failed"),
            new RoleServer.MembersChanged(Set.of(SELF, peer), List.of()),
            new RoleServer.Proved(peer),
            new RoleServer.Voted(peer, List.of(), List.of()),
            new RoleServer.Departed(peer),
            new RoleServer.WatchReady(kit.<LocalRolesChanged>createTestProbe().ref()),
            new RoleServer.WatchEvidence(kit.<RoleServer.EvidenceNews>createTestProbe().ref()),
            new RoleServer.WatchAllocator(kit.<RoleServer.StandInWanted>createTestProbe().ref()),
            new RoleServer.Found(1, true),
            new RoleServer.ForceQuorum(forced.ref()),
            new RoleServer.SetCount(WORK, 2, setCount.ref()),
            new RoleServer.StopAll(kit.<RoleServer.AllStopped>createTestProbe().ref()),
            RoleServer.Resume.INSTANCE,
            new RoleServer.Drain(
                Duration.ofMillis(1), kit.<RoleServer.Drained>createTestProbe().ref()),
            new RoleServer.Depart(departed.ref()));

    all.forEach(server::tell);

    assertThat(forced.receiveMessage(LONG).declaredDead()).isEmpty();
    departed.receiveMessage(LONG);
    assertThat(all.stream().map(Object::getClass).collect(Collectors.<Class<?>>toSet()))
        .containsAll(commands());
    await().atMost(LONG).until(() -> start.plus(TIMING.contact()).isBefore(Instant.now()));
    unhandled.assertNone();
  }

  /** The messages that others can send. */
  private static Set<Class<?>> commands() {
    return Stream.of(
            Arrays.stream(RoleServer.class.getDeclaredClasses())
                .filter(RoleServer.Command.class::isAssignableFrom)
                .filter(type -> !type.isInterface() && !Modifier.isPrivate(type.getModifiers())),
            Arrays.stream(RoleServerMessage.class.getPermittedSubclasses()),
            Arrays.stream(RoleInstance.Event.class.getPermittedSubclasses()))
        .flatMap(types -> types)
        .collect(Collectors.toSet());
  }

  @Test
  void shouldHandAChangeOfACountToItsAllocatorAndSayWhenItHasNone() {
    TestProbe<SetCountReply> reply = kit.createTestProbe();
    ActorRef<RoleServer.Command> alone = server(Map.of());
    alone.tell(new RoleServer.SetCount(WORK, 3, reply.ref()));
    assertThat(reply.receiveMessage(LONG).refusal()).isPresent();
    ActorRef<RoleServer.Command> server = prepared(Map.of(WORK, waiting()));

    server.tell(new RoleServer.SetCount(WORK, 3, reply.ref()));

    AllocatorMessage.SetCount wanted = new AllocatorMessage.SetCount(WORK, 3, reply.ref());
    allocator.fishForMessage(
        LONG,
        message ->
            message.equals(wanted)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    reply.expectNoMessage(Duration.ofMillis(50));
  }

  /** Thrown by a role whose author made a mistake. */
  private static final class Indescribable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  /** Ends the actor of the only instance that was started, as a defect of it would. */
  private static void loseInstance(ActorRef<RoleServer.Command> server) {
    Adapter.toClassic(kit.system())
        .actorSelection(server.path().child("instance-" + WORK + "-0-1"))
        .tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
  }

  /** A task that hands its context out and heeds no interrupt. */
  private RoleImplementation stubborn(CountDownLatch mayEnd) {
    return task(
        context -> {
          contexts.add(context);
          awaitStubbornly(mayEnd);
        });
  }

  private static Behavior<String> actor(RoleContext role, ActorRef<String> events) {
    return Behaviors.setup(
        context -> {
          events.tell("started");
          return Behaviors.receive(String.class)
              .onMessage(
                  String.class,
                  message -> {
                    events.tell("asked, granted=" + role.isGranted());
                    return Behaviors.stopped();
                  })
              .onSignal(
                  PostStop.class,
                  signal -> {
                    events.tell("stopped");
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** A task that hands its context out and waits until it is interrupted. */
  private RoleImplementation waiting() {
    return task(
        context -> {
          contexts.add(context);
          new CountDownLatch(1).await();
        });
  }

  private static RoleImplementation task(RoleTask task) {
    return RoleImplementation.task(() -> task);
  }

  private static void awaitStubbornly(CountDownLatch latch) {
    boolean over = false;
    while (!over) {
      try {
        latch.await();
        over = true;
      } catch (InterruptedException e) {
        over = false;
      }
    }
  }

  private ActorRef<RoleServer.Command> prepared(Map<RoleName, RoleImplementation> registry) {
    ActorRef<RoleServer.Command> server = server(registry);
    server.tell(new RoleServer.Found(1, false));
    prepare(server, EPOCH);
    session = ((Answer.Promised) answerIn(allocator.receiveMessage(LONG))).report().session();
    return server;
  }

  private ActorRef<RoleServer.Command> server(
      Map<RoleName, RoleImplementation> registry, RoleSpec... definitions) {
    return kit.spawn(RoleServer.create(setup(registry, definitions)));
  }

  private RoleServer.Setup setup(
      Map<RoleName, RoleImplementation> registry, RoleSpec... definitions) {
    RoleSettings settings =
        new RoleSettings(
            Duration.ofSeconds(1),
            Duration.ofMillis(60),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            3,
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            RunAlone.WHEN_SAFE);
    return new RoleServer.Setup(
        SELF,
        RoleRegistry.of(registry),
        List.of(definitions),
        settings,
        TIMING,
        running,
        new OutlookHolder(),
        new RoleServer.Memory(
            Durable.NOTHING, state -> CompletableFuture.completedFuture(Done.getInstance())),
        LeaseClock.SYSTEM);
  }

  private void prepare(ActorRef<RoleServer.Command> server, Epoch epoch) {
    server.tell(new Ordered(question(epoch), allocator.ref()));
  }

  private static Order question(Epoch epoch) {
    return new Order.Prepare(epoch, 1, 1, new Shared(Voters.NONE, List.of()), List.of());
  }

  private void grant(ActorRef<RoleServer.Command> server, Slot slot, Token token, RoleSpec spec) {
    server.tell(new Ordered(new Order.Grant(EPOCH, session, slot, token, spec), allocator.ref()));
  }

  private void revoke(ActorRef<RoleServer.Command> server, Token token) {
    server.tell(revocation(SLOT, token));
  }

  private RoleServerMessage revocation(Slot slot, Token token) {
    return new Ordered(new Order.Revoke(EPOCH, session, slot, token), allocator.ref());
  }

  private Report awaitReport(Predicate<Report> wanted) {
    return allocator
        .fishForMessage(
            LONG,
            message -> {
              Optional<Report> report = reportIn(message);
              return report.filter(wanted).isPresent()
                  ? FishingOutcomes.complete()
                  : FishingOutcomes.continueAndIgnore();
            })
        .stream()
        .flatMap(message -> reportIn(message).stream())
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private static Answer answerIn(AllocatorMessage message) {
    return ((Answered) message).answer();
  }

  private static Optional<Report> reportIn(AllocatorMessage message) {
    return message instanceof Answered answered
            && answered.answer() instanceof Answer.Reported reported
        ? Optional.of(reported.report())
        : Optional.empty();
  }

  private void awaitAnswer(Answer wanted) {
    allocator.fishForMessage(
        LONG,
        message ->
            message.equals(new Answered(wanted))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private static List<InstanceState> states(Report report) {
    return report.held().stream().map(Held::state).toList();
  }

  private static Token token(long seq) {
    return new Token(EPOCH, seq);
  }

  private static RoleSpec spec(RoleName name) {
    return spec(name, Duration.ofSeconds(10));
  }

  private static RoleSpec spec(RoleName name, Duration stopDeadline) {
    return new RoleSpec(
        name,
        1,
        Map.of("key", "value"),
        Readiness.ON_START,
        false,
        LONG,
        stopDeadline,
        HandOver.STOP_FIRST,
        true);
  }

  private static RoleSpec explicit(Duration readyDeadline) {
    return new RoleSpec(
        WORK,
        1,
        Map.of(),
        Readiness.EXPLICIT,
        false,
        readyDeadline,
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }

  private static RoleSpec oneShot() {
    return new RoleSpec(
        WORK,
        1,
        Map.of(),
        Readiness.ON_START,
        true,
        LONG,
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }
}
