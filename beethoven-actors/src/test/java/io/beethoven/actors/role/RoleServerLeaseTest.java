package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.AllocatorMessage.TellWhenSettled;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.protocol.RoleServerMessage.AllocatorSettled;
import io.beethoven.actors.protocol.RoleServerMessage.Contacted;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.actors.role.RoleServer.EvidenceChanged;
import io.beethoven.actors.role.RoleServer.EvidenceNews;
import io.beethoven.actors.role.RoleServer.SelfHeldForDead;
import io.beethoven.actors.role.RoleServer.StandInWanted;
import io.beethoven.actors.role.RoleServer.VotesToTell;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.actors.settings.RoleSettings.RunAlone;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Contact.Credit;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of three voters; the two others and the allocator are played by the test, which has time. */
class RoleServerLeaseTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration CONTACT = Duration.ofMillis(400);
  private static final Duration SUSPECT = Duration.ofMillis(1500);
  private static final Duration TERM = Duration.ofSeconds(2);
  private static final Duration KEEP_PAUSE = Duration.ofSeconds(1);
  private static final Timing TIMING =
      new Timing(
          CONTACT,
          SUSPECT,
          TERM,
          Duration.ofSeconds(1),
          Duration.ofMillis(60),
          Duration.ofMinutes(1));
  private static final Incarnation SELF = node(1);
  private static final RoleName WORK = new RoleName("work");
  private static final Slot SLOT = new Slot(WORK, 0);
  private static final RoleSpec SPEC =
      new RoleSpec(
          WORK, 2, Map.of(), Readiness.ON_START, false, LONG, LONG, HandOver.STOP_FIRST, true);

  private static ActorTestKit kit;
  private static ManualTime time;
  private static UnhandledMessages unhandled;

  private final Peer second = new Peer(2);
  private final Peer third = new Peer(3);
  private final Voters voters =
      new Voters(
          5, 3, Epoch.NONE, new VoterSet(List.of(SELF, second.id, third.id)), Optional.empty());
  private final Shared shared = new Shared(voters, List.of());
  // The allocator is at the second node.
  private final Epoch epoch = new Epoch(100, second.id.uid());
  private final SteppedClock clock = new SteppedClock();
  private final TestProbe<AllocatorMessage> allocator = kit.createTestProbe();
  private final TestProbe<EvidenceNews> news = kit.createTestProbe();
  private final TestProbe<StandInWanted> standIn = kit.createTestProbe();
  private final BlockingQueue<RoleContext> contexts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Durable> keeps = new LinkedBlockingQueue<>();

  /** What the memory answers; replaced by some tests. */
  private volatile Keeper keeper = state -> CompletableFuture.completedFuture(Done.getInstance());

  private ActorRef<RoleServer.Command> server;
  private long session;

  private interface Keeper {
    CompletableFuture<Done> keep(Durable state);
  }

  /** Another voter. */
  private final class Peer {
    final Incarnation id;
    final TestProbe<RoleServerMessage> roles = kit.createTestProbe();

    Peer(int index) {
      id = node(index);
    }

    Introduction introduction() {
      return new Introduction(
          id,
          new Endpoint(id.node().host(), 33000),
          kit.<CoreMessage>createTestProbe().ref(),
          roles.ref());
    }

    Contact receive() {
      return ((Contacted) roles.receiveMessage(LONG)).contact();
    }

    /** Gives the credit that is asked for next. */
    void credit() {
      CreditRequest request = (CreditRequest) receive();
      server.tell(
          new Contacted(new Credit(id, request.sent(), shared, epoch, List.of(), epoch.counter())));
    }
  }

  private static Incarnation node(int index) {
    return new Incarnation(new NodeId("127.0.0." + index, 25520), 10L + index);
  }

  @BeforeAll
  static void startSystem() {
    kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    time = ManualTime.get(kit.system());
    unhandled = UnhandledMessages.of(kit);
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void start() {
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
    RoleImplementation work =
        RoleImplementation.task(
            () ->
                context -> {
                  contexts.add(context);
                  new CountDownLatch(1).await();
                });
    server =
        kit.spawn(
            RoleServer.create(
                new RoleServer.Setup(
                    SELF,
                    RoleRegistry.of(Map.of(WORK, work)),
                    List.of(SPEC),
                    settings,
                    TIMING,
                    new RolesRunning(),
                    new OutlookHolder(),
                    new RoleServer.Memory(
                        Durable.NOTHING,
                        state -> {
                          keeps.add(state);
                          return keeper.keep(state);
                        }),
                    clock)));
    server.tell(new RoleServer.WatchAllocator(standIn.ref()));
    server.tell(
        new RoleServer.MembersChanged(
            Set.of(SELF, second.id, third.id),
            List.of(second.introduction(), third.introduction())));
    prepare(epoch);
    assertThat(awaitPromise().report().standing()).isEqualTo(Standing.WITHOUT_LEASE);
    server.tell(new RoleServer.WatchEvidence(news.ref()));
    assertThat(news.expectMessageClass(EvidenceChanged.class).evidence().voters())
        .isEqualTo(voters);
  }

  @AfterEach
  void stopServer() {
    kit.stop(server);
    unhandled.assertNone();
  }

  private void prepare(Epoch by) {
    server.tell(
        new Ordered(
            new Order.Prepare(by, by.allocatorUid(), 1, shared, List.of()), allocator.ref()));
  }

  private void pass(Duration duration) {
    clock.pass(duration);
    time.timePasses(duration);
  }

  private void lease() {
    pass(CONTACT);
    second.credit();
    session = awaitReport(report -> report.standing() == Standing.OPEN).session();
  }

  private RoleContext running() throws InterruptedException {
    lease();
    grant(token(1));
    awaitReport(report -> report.held().stream().anyMatch(h -> h.state() == InstanceState.RUNNING));
    return contexts.take();
  }

  private void grant(Token token) {
    order(new Order.Grant(epoch, session, SLOT, token, SPEC));
  }

  private void order(Order order) {
    server.tell(new Ordered(order, allocator.ref()));
  }

  private Token token(long seq) {
    return new Token(epoch, seq);
  }

  private Report awaitReport(Predicate<Report> wanted) {
    while (true) {
      Answer answer = receiveAnswer();
      if (answer instanceof Answer.Reported reported && wanted.test(reported.report())) {
        return reported.report();
      }
    }
  }

  private Answer.Promised awaitPromise() {
    Answer answer = receiveAnswer();
    while (!(answer instanceof Answer.Promised)) {
      answer = receiveAnswer();
    }
    return (Answer.Promised) answer;
  }

  private void awaitAnswer(Answer wanted) {
    Answer answer = receiveAnswer();
    while (!answer.equals(wanted)) {
      answer = receiveAnswer();
    }
  }

  private Answer receiveAnswer() {
    return ((Answered) allocator.receiveMessage(LONG)).answer();
  }

  // 4.2 leases

  @Test
  void shouldAskVotersForCreditAtEachPauseOfContact() {
    pass(CONTACT);

    CreditRequest asked = (CreditRequest) second.receive();
    assertThat(asked)
        .isEqualTo(new CreditRequest(SELF, clock.now(), TERM, shared, List.of(), epoch.counter()));
    assertThat(third.receive()).isEqualTo(asked);
    second.roles.expectNoMessage(SHORT);
    pass(CONTACT);
    assertThat(((CreditRequest) second.receive()).sent()).isEqualTo(clock.now());
  }

  @Test
  void shouldTakeNoRoleBeforeAQuorumGivesCredit() {
    grant(token(1));
    awaitAnswer(new Answer.Refused(SELF, SLOT, token(1), Reason.SESSION));
    session = awaitReport(report -> true).session();
    grant(token(1));

    awaitAnswer(new Answer.Refused(SELF, SLOT, token(1), Reason.LEASE));
    assertThat(contexts).isEmpty();
  }

  @Test
  void shouldRunWhatIsGrantedOnceAQuorumGivesCredit() throws Exception {
    assertThat(running().isGranted()).isTrue();
  }

  @Test
  void shouldKeepItsRolesWhileAQuorumGivesCredit() throws Exception {
    RoleContext context = running();

    for (int i = 0; i < 10; i++) {
      pass(CONTACT);
      second.credit();
      assertThat(context.isGranted()).isTrue();
    }
    assertThat(contexts).isEmpty();
  }

  @Test
  void shouldHoldNoRightAtTheMomentWhenTheLeaseEndsThoughNothingIsHandled() throws Exception {
    BlockingQueue<String> revoked = new LinkedBlockingQueue<>();
    RoleContext context = running();
    context.onRevoked(() -> revoked.add(Thread.currentThread().getName()));

    // No timer fires, so the role server sees nothing of this.
    clock.pass(TERM.minusMillis(1));
    assertThat(context.isGranted()).isTrue();
    clock.pass(Duration.ofMillis(1));

    assertThat(context.isGranted()).isFalse();
    assertThat(context.isStopping()).isTrue();
    assertThat(revoked.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void shouldTellInstancesThatTheLeaseHasEndedThoughItIsBlocked() throws Exception {
    RoleContext context = running();
    CountDownLatch revoked = new CountDownLatch(1);
    context.onRevoked(revoked::countDown);
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    keeper =
        state -> {
          blocked.countDown();
          try {
            mayGoOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return CompletableFuture.completedFuture(Done.getInstance());
        };

    prepare(new Epoch(101, second.id.uid()));
    assertThat(blocked.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(context.isGranted()).isTrue();
    clock.pass(TERM);

    assertThat(context.isGranted()).isFalse();
    assertThat(revoked.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    mayGoOn.countDown();
  }

  @Test
  void shouldForfeitWhenVotersFallSilentAndNeverHoldThatRightAgain() throws Exception {
    RoleContext context = running();

    for (Duration silent = Duration.ZERO; silent.compareTo(TERM) < 0; ) {
      pass(CONTACT);
      silent = silent.plus(CONTACT);
    }

    awaitReport(r -> r.standing() == Standing.WITHOUT_LEASE);
    assertThat(context.isGranted()).isFalse();
    awaitReport(r -> r.held().isEmpty());

    pass(CONTACT);
    creditNewest();
    Report back = awaitReport(r -> r.standing() == Standing.OPEN);
    assertThat(back.session()).isGreaterThan(session);
    assertThat(back.held()).isEmpty();
    assertThat(context.isGranted()).isFalse();
    grant(token(2));
    awaitAnswer(new Answer.Refused(SELF, SLOT, token(2), Reason.SESSION));
    session = back.session();
    grant(token(3));
    assertThat(contexts.take().token()).isEqualTo(token(3));
  }

  /** Gives credit for the request that was made now. */
  private void creditNewest() {
    Contact contact = second.receive();
    while (!(contact instanceof CreditRequest request) || !request.sent().equals(clock.now())) {
      contact = second.receive();
    }
    server.tell(
        new Contacted(
            new Credit(second.id, clock.now(), shared, epoch, List.of(), epoch.counter())));
  }

  @Test
  void shouldForfeitBeforeItCountsACreditThatComesAfterTheLeaseHasEnded() throws Exception {
    RoleContext context = running();
    pass(CONTACT);
    CreditRequest late = (CreditRequest) second.receive();
    // As when the process was frozen, and the credit is the first it finds after the thaw.
    clock.pass(TERM.minusMillis(1));
    server.tell(new Contacted(new Credit(second.id, late.sent(), shared, epoch, List.of(), 0)));

    awaitReport(report -> report.session() > session);
    assertThat(context.isGranted()).isFalse();
    awaitReport(report -> report.held().isEmpty());
  }

  @Test
  void shouldGiveCreditToMembersOnly() {
    Peer stranger = new Peer(9);
    CreditRequest request =
        new CreditRequest(second.id, clock.now(), TERM, shared, List.of(), epoch.counter());
    CreditRequest strange =
        new CreditRequest(stranger.id, clock.now(), TERM, shared, List.of(), epoch.counter());

    server.tell(new Contacted(strange));
    server.tell(new Contacted(request));

    assertThat(second.receive())
        .isEqualTo(new Credit(SELF, request.sent(), shared, epoch, List.of(), epoch.counter()));
    stranger.roles.expectNoMessage(SHORT);
  }

  @Test
  void shouldGiveNoCreditToWhomTheAllocatorBlocks() {
    CreditRequest request =
        new CreditRequest(third.id, clock.now(), TERM, shared, List.of(), epoch.counter());
    order(new Order.Block(epoch, third.id, 1, 1, Duration.ofSeconds(6)));
    awaitAnswer(new Answer.Blocked(SELF, epoch, third.id, 1, 1, Duration.ZERO));

    server.tell(new Contacted(request));
    third.roles.expectNoMessage(SHORT);
    order(new Order.Unblock(epoch, third.id, 1));
    server.tell(new Contacted(request));

    assertThat(third.receive()).isInstanceOf(Credit.class);
  }

  // 3.6, 4.4 evidence and succession

  @Test
  void shouldStartWhatItReservedAtOnceWhenTheConditionIsDead() throws Exception {
    lease();
    reserve(third.id);

    server.tell(new RoleServer.Proved(third.id));

    // No time passes, and no allocator is asked.
    RoleContext context = contexts.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(context).isNotNull();
    assertThat(context.token()).isEqualTo(token(1));
    assertThat(context.isGranted()).isTrue();
    Report report = awaitReport(r -> !r.held().isEmpty());
    assertThat(report.reserved()).isEmpty();
    assertThat(report.held().get(0).token()).isEqualTo(token(1));
    EvidenceChanged changed = awaitNews(EvidenceChanged.class);
    assertThat(changed.dead()).containsExactly(third.id);
    assertThat(changed.evidence().dead()).containsExactly(third.id);
  }

  @Test
  void shouldStartWhatItReservedWhenOthersVotedForTheDeath() throws Exception {
    lease();
    reserve(third.id);

    server.tell(new RoleServer.Voted(second.id, List.of(), List.of(third.id)));

    assertThat(contexts.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void shouldStartWhatItReservedWhenItsHolderSaysGoodbye() throws Exception {
    lease();
    reserve(third.id);

    server.tell(new RoleServer.Departed(third.id));

    assertThat(contexts.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void shouldNotStartWhatItReservedWhileOneOfTheConditionLives() {
    lease();
    reserve(second.id, third.id);

    server.tell(new RoleServer.Proved(third.id));

    awaitNews(EvidenceChanged.class);
    pass(CONTACT);
    order(new Order.Withdraw(epoch, session, new Slot(WORK, 1), token(1)));
    awaitReport(report -> !report.reserved().isEmpty() && report.held().isEmpty());
    assertThat(contexts).isEmpty();
  }

  @Test
  void shouldDropReservationsWhenTheLeaseEnds() {
    lease();
    reserve(third.id);

    pass(TERM);
    awaitReport(report -> report.reserved().isEmpty());
    server.tell(new RoleServer.Proved(third.id));

    awaitNews(EvidenceChanged.class);
    assertThat(contexts).isEmpty();
  }

  private void reserve(Incarnation... condition) {
    order(new Order.Reserve(epoch, session, SLOT, token(1), List.of(condition), SPEC));
    awaitReport(report -> !report.reserved().isEmpty());
  }

  private <T extends EvidenceNews> T awaitNews(Class<T> type) {
    EvidenceNews next = news.receiveMessage(LONG);
    while (!type.isInstance(next)) {
      next = news.receiveMessage(LONG);
    }
    return type.cast(next);
  }

  @Test
  void shouldHaveItsVotesToldAndAskForCreditWithThem() {
    // Of the voters that are left it is one of two, and not the lowest: a stranger is.
    Incarnation lowest = new Incarnation(new NodeId("127.0.0.0", 1), 1);
    Voters others =
        new Voters(5, 4, epoch, new VoterSet(List.of(lowest, SELF, third.id)), Optional.empty());
    server.tell(
        new Contacted(
            new Credit(
                second.id, clock.now(), new Shared(others, List.of()), epoch, List.of(), 0)));
    assertThat(awaitNews(EvidenceChanged.class).evidence().voters()).isEqualTo(others);

    server.tell(new RoleServer.Proved(third.id));

    assertThat(awaitNews(VotesToTell.class).proved()).containsExactly(third.id);
    pass(CONTACT);
    assertThat(third.receive().proved()).containsExactly(third.id);
  }

  @Test
  void shouldSayOnceThatOthersHoldItForDead() {
    server.tell(new RoleServer.Voted(second.id, List.of(), List.of(SELF)));
    server.tell(new RoleServer.Voted(second.id, List.of(), List.of(SELF)));

    server.tell(new RoleServer.Departed(third.id));

    awaitNews(SelfHeldForDead.class);
    EvidenceNews next = news.receiveMessage(LONG);
    while (!(next instanceof EvidenceChanged changed) || changed.dead().isEmpty()) {
      assertThat(next).isNotInstanceOf(SelfHeldForDead.class);
      next = news.receiveMessage(LONG);
    }
  }

  @Test
  void shouldDeclareSilentVotersDeadWhenAnOperatorForcesAQuorum() {
    TestProbe<QuorumForcedReply> forced = kit.createTestProbe();
    pass(SUSPECT.plusMillis(1));
    second.receive();

    server.tell(new RoleServer.ForceQuorum(forced.ref()));

    assertThat(forced.receiveMessage(LONG).declaredDead())
        .containsExactly(second.id.node(), third.id.node());
    awaitReport(report -> report.standing() == Standing.OPEN);
    assertThat(awaitNews(EvidenceChanged.class).dead()).containsExactly(second.id, third.id);
  }

  // 4.6 standing in

  @Test
  void shouldAskForAStandInOnceWhenTheAllocatorIsSilent() {
    for (Duration silent = Duration.ZERO; silent.compareTo(SUSPECT) < 0; ) {
      standIn.expectNoMessage(Duration.ZERO);
      pass(CONTACT);
      third.credit();
      silent = silent.plus(CONTACT);
    }
    pass(CONTACT);

    standIn.receiveMessage(LONG);
    third.credit();
    pass(CONTACT);
    third.credit();
    standIn.expectNoMessage(SHORT);
  }

  // what is kept first

  @Test
  void shouldKeepWhatItPromisedAndStoredBeforeItSaysSo() {
    assertThat(keeps).contains(new Durable(voters, epoch, Edits.NONE, TIMING.leaseTerm()));
    CompletableFuture<Done> kept = new CompletableFuture<>();
    keeper = state -> kept;
    Epoch higher = new Epoch(101, second.id.uid());

    prepare(higher);
    assertThat(receiveNewestKeep(higher))
        .isEqualTo(new Durable(voters, higher, Edits.NONE, TIMING.leaseTerm()));
    allocator.expectNoMessage(SHORT);
    kept.complete(Done.getInstance());

    assertThat(awaitPromise().report().promised()).isEqualTo(higher);
  }

  private Durable receiveNewestKeep(Epoch promised) {
    try {
      Durable next = keeps.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      while (next != null && !next.promised().equals(promised)) {
        next = keeps.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      }
      assertThat(next).isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldSayNothingWhileItCannotKeepButForfeitAndStop() throws Exception {
    RoleContext context = running();
    CountDownLatch revoked = new CountDownLatch(1);
    context.onRevoked(revoked::countDown);
    keeper = state -> CompletableFuture.failedFuture(new IllegalStateException("disk full"));
    Epoch higher = new Epoch(101, second.id.uid());
    LoggingTestKit.error("disk full")
        .expect(
            kit.system(),
            () -> {
              prepare(higher);
              return server;
            });
    receiveNewestKeep(higher);
    server.tell(
        new Contacted(new CreditRequest(third.id, clock.now(), TERM, shared, List.of(), 0)));
    // From before.
    assertThat(third.receive()).isInstanceOf(CreditRequest.class);

    pass(CONTACT);
    pass(CONTACT);
    second.roles.expectNoMessage(SHORT);
    third.roles.expectNoMessage(Duration.ZERO);
    allocator.expectNoMessage(Duration.ZERO);
    pass(TERM);

    assertThat(context.isGranted()).isFalse();
    assertThat(revoked.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    allocator.expectNoMessage(SHORT);
    // It has tried again meanwhile; the next time it can.
    receiveNewestKeep(higher);
    keeper = state -> CompletableFuture.completedFuture(Done.getInstance());
    pass(KEEP_PAUSE);
    assertThat(awaitPromise().report().promised()).isEqualTo(higher);
    awaitReport(report -> report.held().isEmpty());
  }

  @Test
  void shouldLetTheAllocatorHandOverWhatWasFreedWhenTheNodeItRunsOnDrains() {
    lease();
    prepare(new Epoch(epoch.counter() + 1, SELF.uid()));
    awaitPromise();
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();

    server.tell(new RoleServer.Drain(LONG, drained.ref()));
    awaitReport(report -> report.standing() == Report.Standing.LEAVING);
    TellWhenSettled asked = allocator.expectMessageClass(TellWhenSettled.class, LONG);
    drained.expectNoMessage(SHORT);
    asked.replyTo().tell(new AllocatorSettled());

    drained.receiveMessage(LONG);
  }

  @Test
  void shouldWaitNoLongerThanASecondForTheAllocatorToHandOver() {
    lease();
    prepare(new Epoch(epoch.counter() + 1, SELF.uid()));
    awaitPromise();
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();

    server.tell(new RoleServer.Drain(LONG, drained.ref()));
    allocator.fishForMessage(
        LONG,
        message ->
            message instanceof TellWhenSettled
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    time.timePasses(Duration.ofMillis(999));
    drained.expectNoMessage(SHORT);
    time.timePasses(Duration.ofMillis(1));

    drained.receiveMessage(LONG);
  }

  @Test
  void shouldKeepOneStateAtATimeAndThenTheNewest() {
    Epoch first = new Epoch(101, second.id.uid());
    Epoch last = new Epoch(103, second.id.uid());
    CompletableFuture<Done> slow = new CompletableFuture<>();
    keeper = state -> slow;
    prepare(first);
    receiveNewestKeep(first);
    prepare(new Epoch(102, second.id.uid()));
    prepare(last);
    allocator.expectNoMessage(SHORT);
    assertThat(keeps).isEmpty();
    keeper = state -> CompletableFuture.completedFuture(Done.getInstance());

    slow.complete(Done.getInstance());

    assertThat(awaitPromise().report().promised()).isEqualTo(first);
    assertThat(awaitPromise().report().promised()).isEqualTo(new Epoch(102, second.id.uid()));
    assertThat(awaitPromise().report().promised()).isEqualTo(last);
    assertThat(keeps.remove().promised()).isEqualTo(last);
    assertThat(keeps).isEmpty();
  }
}
