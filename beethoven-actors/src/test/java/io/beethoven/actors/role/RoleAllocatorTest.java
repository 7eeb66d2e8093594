package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.WatchMembers;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.AllocatorMessage.SetCount;
import io.beethoven.actors.protocol.AllocatorMessage.TellWhenSettled;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.protocol.RoleServerMessage.AllocatorSettled;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Order;
import io.beethoven.grant.Outlook;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Reserved;
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
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleAllocatorTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofMillis(400);
  private static final Duration RESEND = Duration.ofMillis(300);
  private static final Timing TIMING =
      new Timing(
          TICK,
          Duration.ofMillis(1500),
          Duration.ofSeconds(2),
          RESEND,
          Duration.ofMillis(60),
          Duration.ofMinutes(1));
  private static final Duration LEASE = Duration.ofHours(1);
  private static final RoleName WORK = new RoleName("work");
  private static final Slot SLOT = new Slot(WORK, 0);
  private static final RoleSpec SPEC =
      new RoleSpec(
          WORK,
          1,
          Map.of(),
          Readiness.ON_START,
          false,
          LONG,
          Duration.ofSeconds(10),
          HandOver.STOP_FIRST,
          true);

  private static ActorTestKit kit;
  private static ManualTime time;

  private final Node first = new Node(1);
  private final Node second = new Node(2);
  private final Node third = new Node(3);
  private final Shared shared = new Shared(Voters.founding(5, 1, first.id), List.of());
  private final SteppedClock clock = new SteppedClock();
  private final OutlookHolder outlook = new OutlookHolder();
  private final TestProbe<SetCountReply> counted = kit.createTestProbe();
  private TestProbe<CoreServer.Command> core;
  private ActorRef<RoleAllocator.Command> allocator;
  private ActorRef<Members> members;

  /** A member played by the test. */
  private final class Node {
    final Incarnation id;
    final TestProbe<RoleServerMessage> roles = kit.createTestProbe();
    final TestProbe<CoreMessage> core = kit.createTestProbe();
    long version;

    Node(int index) {
      id = new Incarnation(new NodeId("127.0.0." + index, 25520), 10L + index);
    }

    Introduction introduction() {
      return new Introduction(
          id, new Endpoint(id.node().host(), 33000), core.getRef(), roles.getRef());
    }

    /** Receives orders until there is one of a kind. */
    <T extends Order> T fish(Class<T> type) {
      Order order = ((Ordered) roles.receiveMessage(LONG)).order();
      while (!type.isInstance(order)) {
        order = ((Ordered) roles.receiveMessage(LONG)).order();
      }
      return type.cast(order);
    }

    <T extends Order> T expect(Class<T> type) {
      Order order = ((Ordered) roles.receiveMessage(LONG)).order();
      assertThat(order).isInstanceOf(type);
      return type.cast(order);
    }

    Report report(Epoch promised, Held... held) {
      version++;
      return new Report(
          id,
          promised,
          1,
          version,
          Standing.OPEN,
          Arrays.asList(held),
          List.of(),
          List.of(),
          List.of(first.id),
          shared);
    }

    RoleTable expectTable() {
      return ((TablePublished) core.receiveMessage(LONG)).table();
    }
  }

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void spawn() {
    core = kit.createTestProbe();
    know(Set.of(), Optional.of(clock.now().plus(LEASE)));
    allocator = kit.spawn(RoleAllocator.create(setup()));
    members = ((WatchMembers) core.receiveMessage(LONG)).watcher();
  }

  @AfterEach
  void end() {
    kit.stop(allocator);
  }

  private RoleAllocator.Setup setup() {
    return new RoleAllocator.Setup(first.id, core.ref(), TIMING, 1, outlook, clock);
  }

  /** What the role server of the allocator's node knows from now on. */
  private void know(Set<Incarnation> dead, Optional<Moment> leaseUntil) {
    outlook.publish(
        new Outlook(
            shared.voters(), dead, leaseUntil, 0, Edits.NONE, List.of(first.id), Map.of(), false));
  }

  @Test
  void shouldIssueNothingUntilEveryMemberHasReported() {
    tell(Set.of(), first, second);
    promise(first, first.expect(Order.Prepare.class));
    Order.Prepare asked = second.expect(Order.Prepare.class);
    first.roles.expectNoMessage(Duration.ofMillis(50));

    promise(second, asked);

    assertThat(first.expect(Order.Grant.class).slot()).isEqualTo(SLOT);
  }

  @Test
  void shouldPublishToEveryMemberWhenAnInstanceIsReportedRunning() {
    Order.Grant grant = reign();
    RoleTable ordered = first.expectTable();
    assertThat(ordered.rows().get(0).placements().get(0).running()).isFalse();

    running(first, grant);

    RoleTable table = first.expectTable();
    assertThat(table.isNewerThan(ordered)).isTrue();
    assertThat(table.rows().get(0).placements())
        .containsExactly(new RoleTable.Placement(SLOT, first.id, grant.token(), true));
    assertThat(second.expectTable()).isEqualTo(ordered);
    assertThat(second.expectTable()).isEqualTo(table);
  }

  @Test
  void shouldGrantElsewhereWhenAHolderIsDead() {
    tell(Set.of(), first, second);
    promiseNothing(first, first.expect(Order.Prepare.class));
    promise(second, second.expect(Order.Prepare.class));
    Order.Grant before = second.expect(Order.Grant.class);
    running(second, before);

    know(Set.of(second.id), Optional.of(clock.now().plus(LEASE)));
    tell(Set.of(second.id), first, third);
    promise(third, third.expect(Order.Prepare.class));

    Order.Grant grant = third.expect(Order.Grant.class);
    assertThat(grant.slot()).isEqualTo(SLOT);
    assertThat(grant.token()).isGreaterThan(before.token());
  }

  private void promiseNothing(Node node, Order.Prepare asked) {
    promise(node, asked, Catalog.EMPTY);
  }

  @Test
  void shouldTellThatItIsSettledOnceEverythingIsAnswered() {
    Order.Grant grant = reign();
    TestProbe<AllocatorSettled> leaving = kit.createTestProbe();

    allocator.tell(new TellWhenSettled(leaving.ref()));
    running(first, grant);
    Order.Reserve reserve = second.fish(Order.Reserve.class);
    leaving.expectNoMessage(Duration.ofMillis(50));
    reserved(second, reserve);

    leaving.receiveMessage(LONG);
    allocator.tell(new TellWhenSettled(leaving.ref()));
    leaving.receiveMessage(LONG);
  }

  @Test
  void shouldSayThatItsNodeHasNoLeaseAnyMoreAndOrderNothing() {
    reign();

    LoggingTestKit.warn("lease lost, the reign ends")
        .expect(
            kit.system(),
            () -> {
              know(Set.of(), Optional.empty());
              pass(TICK);
              return allocator;
            });

    tell(Set.of(), first, second, third);
    pass(TICK);
    third.roles.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldReignAsSoonAsItsNodeHasALeaseWhenItStartsBeforeTheRoleServer() {
    OutlookHolder early = new OutlookHolder();
    ActorRef<RoleAllocator.Command> eager =
        kit.spawn(
            RoleAllocator.create(
                new RoleAllocator.Setup(first.id, core.ref(), TIMING, 1, early, clock)));
    ActorRef<Members> watcher = ((WatchMembers) core.receiveMessage(LONG)).watcher();
    watcher.tell(members(Set.of(), first));
    Order.Prepare asked = first.expect(Order.Prepare.class);
    eager.tell(
        new Answered(
            new Answer.Promised(
                first.report(asked.epoch()), testimony(catalog(SPEC)), asked.round())));
    first.roles.expectNoMessage(Duration.ofMillis(50));

    early.publish(outlook.latest());
    pass(TICK);
    Order.Prepare again = first.fish(Order.Prepare.class);
    assertThat(again.epoch()).as("a reign with a lease").isGreaterThan(asked.epoch());
    eager.tell(
        new Answered(
            new Answer.Promised(
                first.report(again.epoch()), testimony(catalog(SPEC)), again.round())));

    assertThat(first.fish(Order.Grant.class).slot()).isEqualTo(SLOT);
    kit.stop(eager);
  }

  @Test
  void shouldReignAgainWhenItsNodeHasALeaseAgain() {
    Order.Grant grant = reign();
    LoggingTestKit.warn("lease lost, the reign ends")
        .expect(
            kit.system(),
            () -> {
              know(Set.of(), Optional.empty());
              pass(TICK);
              return null;
            });

    know(Set.of(), Optional.of(clock.now().plus(LEASE)));
    pass(TICK);

    // It may have asked again under the former reign, since the grant is unanswered.
    Order.Prepare asked = first.fish(Order.Prepare.class);
    while (asked.epoch().equals(grant.epoch())) {
      asked = first.fish(Order.Prepare.class);
    }
    assertThat(asked.epoch()).isGreaterThan(grant.epoch());
  }

  @Test
  void shouldEndTheStandInWhenTheAllocatorIsBack() {
    ActorRef<RoleAllocator.Command> standIn = kit.spawn(RoleAllocator.standIn(setup()));
    ActorRef<Members> watcher = ((WatchMembers) core.receiveMessage(LONG)).watcher();
    watcher.tell(members(Set.of(), first));
    Order.Prepare asked = first.expect(Order.Prepare.class);
    Epoch higher = new Epoch(asked.epoch().counter() + 1, second.id.uid());

    standIn.tell(new Answered(new Answer.Nacked(first.id, higher, 3)));

    core.expectTerminated(standIn, LONG);
  }

  @Test
  void shouldEndTheStandInWhenANodeThatItHearsFromHasPromisedTheAllocator() {
    ActorRef<RoleAllocator.Command> standIn = kit.spawn(RoleAllocator.standIn(setup()));
    ActorRef<Members> watcher = ((WatchMembers) core.receiveMessage(LONG)).watcher();
    watcher.tell(members(Set.of(), first));
    Order.Prepare asked = first.expect(Order.Prepare.class);
    Epoch higher = new Epoch(asked.epoch().counter() + 1, second.id.uid());

    standIn.tell(new Answered(new Answer.Alive(first.id, higher, 3)));

    core.expectTerminated(standIn, LONG);
  }

  // counts

  @Test
  void shouldRefuseToChangeACountThatNobodyDefines() {
    reign();

    allocator.tell(new SetCount(new RoleName("other"), 3, counted.ref()));

    assertThat(counted.receiveMessage(LONG).refusal()).contains("no node defines it");
  }

  @Test
  void shouldRefuseToChangeACountBeforeAllHaveReported() {
    tell(Set.of(), first);

    allocator.tell(new SetCount(WORK, 3, counted.ref()));

    assertThat(counted.receiveMessage(LONG).refusal()).contains("the allocator is not ready");
  }

  @Test
  void shouldSayThatACountIsChangedWhenEveryVoterHasStoredIt() {
    reign();

    allocator.tell(new SetCount(WORK, 2, counted.ref()));
    Order.StoreEdits store = first.fish(Order.StoreEdits.class);
    assertThat(store.edits().specs()).containsExactly(SPEC.withCount(2));
    counted.expectNoMessage(Duration.ofMillis(50));
    answer(new Answer.EditsStored(first.id, store.edits().epoch(), store.edits().seq()));

    assertThat(counted.receiveMessage(LONG).refusal()).isEmpty();
    assertThat(second.fish(Order.Grant.class).slot()).isEqualTo(new Slot(WORK, 1));
  }

  @Test
  void shouldSayThatAChangedCountIsProvisionalWhenAVoterDoesNotStoreItInTime() {
    reign();
    allocator.tell(new SetCount(WORK, 2, counted.ref()));
    first.fish(Order.StoreEdits.class);

    for (int i = 0; i < 6; i++) {
      pass(TICK);
    }

    assertThat(counted.receiveMessage(LONG).refusal().orElseThrow()).startsWith("provisional");
  }

  // its protocol

  @Test
  void shouldRepeatAnOrderWhenItIsNotAnswered() {
    tell(Set.of(), first);
    Order.Prepare asked = first.expect(Order.Prepare.class);

    passUntilRepeated(first, asked);
    promise(first, asked);

    Order.Grant grant = first.expect(Order.Grant.class);
    passUntilRepeated(first, grant);
  }

  @Test
  void shouldShowTheTableToANewcomerAtOnce() {
    tell(Set.of(), first);
    promise(first, first.expect(Order.Prepare.class));
    RoleTable table = first.expectTable();

    tell(Set.of(), first, second);

    assertThat(second.expectTable()).isEqualTo(table);
  }

  @Test
  void shouldShowTheTableAgainOnTheTickAfterAChange() {
    tell(Set.of(), first);
    promise(first, first.expect(Order.Prepare.class));
    RoleTable table = first.expectTable();

    pass(TICK);

    assertThat(first.expectTable()).isEqualTo(table);
  }

  @Test
  void shouldTakeAHigherEpochWhenANodePromisedOneToItsFormerAllocator() {
    tell(Set.of(), first, second);
    Order.Prepare asked = second.expect(Order.Prepare.class);
    Epoch former = new Epoch(asked.epoch().counter() + 1_000_000, second.id.uid());

    LoggingTestKit.warn("higher epoch met")
        .expect(
            kit.system(),
            () -> {
              answer(new Answer.Nacked(second.id, former, 3));
              return allocator;
            });

    Order.Prepare higher = second.expect(Order.Prepare.class);
    assertThat(higher.epoch()).isGreaterThan(former);
    assertThat(higher.epoch().allocatorUid()).isEqualTo(first.id.uid());
  }

  @Test
  void shouldBeSilentForAWhileWhenARivalReigns() {
    reign();
    Epoch rival = new Epoch(Long.MAX_VALUE / 2, third.id.uid());
    LoggingTestKit.warn("higher epoch met")
        .expect(
            kit.system(),
            () -> {
              answer(new Answer.Nacked(second.id, rival, 3));
              return allocator;
            });
    first.roles.expectNoMessage(Duration.ofMillis(50));

    pass(TIMING.silenceMax().plusMillis(1));

    assertThat(first.expect(Order.Prepare.class).epoch()).isGreaterThan(rival);
  }

  @Test
  void shouldTellANodeAndTheLogWhenItsDefinitionDiffers() {
    tell(Set.of(), first, second);
    promise(first, first.expect(Order.Prepare.class));

    LoggingTestKit.warn("count is 4, valid is 1")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              promise(second, second.expect(Order.Prepare.class), catalog(SPEC.withCount(4)));
              return allocator;
            });

    assertThat(second.expect(Order.Differ.class).differences())
        .containsExactly(new Order.Difference(WORK, "count is 4, valid is 1"));
    assertThat(first.expectTable().rows().get(0).differing())
        .containsExactly(new RoleTable.Differing(second.id.node(), "count is 4, valid is 1"));
  }

  @Test
  void shouldTakeEveryMessageOfItsProtocol() {
    UnhandledMessages unhandled = UnhandledMessages.of(kit);
    Epoch none = Epoch.NONE;
    List<Answer> answers =
        List.of(
            new Answer.Promised(first.report(none), testimony(Catalog.EMPTY), 1),
            new Answer.Reported(first.report(none)),
            new Answer.Alive(first.id, none, 1),
            new Answer.Stopped(first.id, SLOT, Token.NONE),
            new Answer.Refused(first.id, SLOT, Token.NONE, Answer.Reason.HELD),
            new Answer.Nacked(first.id, none, 0),
            new Answer.Blocked(first.id, none, second.id, 1, 1, Duration.ofSeconds(2)),
            new Answer.VotersStored(first.id, shared.voters()),
            new Answer.EditsStored(first.id, none, 0));

    answers.forEach(this::answer);
    allocator.tell(new SetCount(WORK, 2, counted.ref()));
    allocator.tell(new TellWhenSettled(kit.<AllocatorSettled>createTestProbe().ref()));

    counted.receiveMessage(LONG);
    tell(Set.of(), first);
    first.expect(Order.Prepare.class);
    unhandled.assertNone();
    assertThat(answers.stream().<Class<?>>map(Object::getClass))
        .containsExactlyInAnyOrder(Answer.class.getPermittedSubclasses());
    assertThat(AllocatorMessage.class.getPermittedSubclasses())
        .containsExactlyInAnyOrder(Answered.class, SetCount.class, TellWhenSettled.class);
  }

  /** Lets both members report; returns the first grant, which goes to the first member. */
  private Order.Grant reign() {
    tell(Set.of(), first, second);
    promise(first, first.expect(Order.Prepare.class));
    promise(second, second.expect(Order.Prepare.class));
    return first.expect(Order.Grant.class);
  }

  private void tell(Set<Incarnation> dead, Node... present) {
    members.tell(members(dead, present));
  }

  private Members members(Set<Incarnation> dead, Node... present) {
    return new Members(
        first.id, Stream.of(present).map(Node::introduction).toList(), Set.of(), dead);
  }

  private void promise(Node node, Order.Prepare asked) {
    promise(node, asked, catalog(SPEC));
  }

  private static Catalog catalog(RoleSpec spec) {
    return new Catalog(List.of(WORK), List.of(spec), List.of());
  }

  private void promise(Node node, Order.Prepare asked, Catalog catalog) {
    answer(new Answer.Promised(node.report(asked.epoch()), testimony(catalog), asked.round()));
  }

  private static Answer.Testimony testimony(Catalog catalog) {
    return new Answer.Testimony(
        catalog, Edits.NONE, List.of(), Epoch.NONE, TIMING.leaseTerm(), TIMING.leaseTerm());
  }

  private void running(Node node, Order.Grant grant) {
    answer(
        new Answer.Reported(
            node.report(
                grant.epoch(), new Held(grant.slot(), grant.token(), InstanceState.RUNNING))));
  }

  private void reserved(Node node, Order.Reserve reserve) {
    Report nothing = node.report(reserve.epoch());
    answer(
        new Answer.Reported(
            new Report(
                nothing.node(),
                nothing.promised(),
                nothing.session(),
                nothing.version(),
                nothing.standing(),
                nothing.held(),
                List.of(new Reserved(reserve.slot(), reserve.token(), reserve.condition())),
                nothing.released(),
                nothing.creditedBy(),
                nothing.shared())));
  }

  private void answer(Answer answer) {
    allocator.tell(new Answered(answer));
  }

  private void passUntilRepeated(Node node, Order wanted) {
    pass(RESEND);
    assertThat(((Ordered) node.roles.receiveMessage(LONG)).order()).isEqualTo(wanted);
  }

  private void pass(Duration duration) {
    clock.pass(duration);
    time.timePasses(duration);
  }
}
