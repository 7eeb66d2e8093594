package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.WatchMembers;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.discovery.Endpoint;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleAllocatorTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Duration RESEND = Duration.ofMillis(500);
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
  private final SteppedClock clock = new SteppedClock();
  private TestProbe<CoreServer.Command> core;
  private ActorRef<RoleAllocator.Command> allocator;
  private ActorRef<Members> members;

  /** A member played by the test. */
  private static final class Node {
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

    <T extends Order> T expect(Class<T> type) {
      Order order = roles.receiveMessage(LONG).order();
      assertThat(order).isInstanceOf(type);
      return type.cast(order);
    }

    Report report(Epoch promised, Held... held) {
      version++;
      return new Report(id, promised, 1, version, true, false, Arrays.asList(held), List.of());
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
    RoleSettings settings =
        new RoleSettings(
            TICK,
            RESEND,
            Duration.ofMillis(60),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            3,
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10));
    allocator =
        kit.spawn(
            RoleAllocator.create(new RoleAllocator.Setup(first.id, core.ref(), settings, clock)));
    members = ((WatchMembers) core.receiveMessage(LONG)).watcher();
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
  void shouldGrantElsewhereAtOnceWhenAHolderIsDead() {
    running(first, reign());

    tell(Set.of(first.id), second);

    Order.Grant grant = second.expect(Order.Grant.class);
    assertThat(grant.slot()).isEqualTo(SLOT);
    assertThat(grant.token().seq()).isGreaterThan(1);
  }

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
    tell(Set.of(), first);
    Order.Prepare asked = first.expect(Order.Prepare.class);
    Epoch former = new Epoch(asked.epoch().counter() + 1_000_000, first.id.uid());

    LoggingTestKit.warn("higher epoch met")
        .expect(
            kit.system(),
            () -> {
              answer(new Answer.Nacked(first.id, former, 3));
              return allocator;
            });

    Order.Prepare higher = first.expect(Order.Prepare.class);
    assertThat(higher.epoch()).isGreaterThan(former);
    assertThat(higher.epoch().allocatorUid()).isEqualTo(first.id.uid());
  }

  @Test
  void shouldBeSilentForAWhileWhenARivalReigns() {
    reign();
    Epoch rival = new Epoch(Long.MAX_VALUE / 2, second.id.uid());
    LoggingTestKit.warn("higher epoch met")
        .expect(
            kit.system(),
            () -> {
              answer(new Answer.Nacked(second.id, rival, 3));
              return allocator;
            });
    first.roles.expectNoMessage(Duration.ofMillis(50));

    pass(TICK.plusMillis(1));

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
              promise(second, second.expect(Order.Prepare.class), SPEC.withCount(4));
              return allocator;
            });

    assertThat(second.expect(Order.Differ.class).differences())
        .containsExactly(new Order.Difference(WORK, "count is 4, valid is 1"));
    assertThat(first.expectTable().rows().get(0).differing())
        .containsExactly(new RoleTable.Differing(second.id.node(), "count is 4, valid is 1"));
  }

  @Test
  void shouldTakeEveryMessageOfItsProtocol() {
    LoggingTestKit.warn("unhandled")
        .withOccurrences(0)
        .expect(
            kit.system(),
            () -> {
              Stream.of(
                      new Answer.Promised(first.report(Epoch.NONE), Catalog.EMPTY, 1),
                      new Answer.Reported(first.report(Epoch.NONE)),
                      new Answer.Stopped(first.id, SLOT, Token.NONE),
                      new Answer.Refused(first.id, SLOT, Token.NONE, Answer.Reason.HELD),
                      new Answer.Nacked(first.id, Epoch.NONE, 0))
                  .forEach(this::answer);
              tell(Set.of(), first);
              return first.expect(Order.Prepare.class);
            });
  }

  /** Lets both members report; returns the first grant, which goes to the first member. */
  private Order.Grant reign() {
    tell(Set.of(), first, second);
    promise(first, first.expect(Order.Prepare.class));
    promise(second, second.expect(Order.Prepare.class));
    return first.expect(Order.Grant.class);
  }

  private void tell(Set<Incarnation> dead, Node... present) {
    members.tell(
        new Members(first.id, Stream.of(present).map(Node::introduction).toList(), Set.of(), dead));
  }

  private void promise(Node node, Order.Prepare asked) {
    promise(node, asked, SPEC);
  }

  private void promise(Node node, Order.Prepare asked, RoleSpec spec) {
    answer(
        new Answer.Promised(
            node.report(asked.epoch()),
            new Catalog(List.of(WORK), List.of(spec), List.of()),
            asked.round()));
  }

  private void running(Node node, Order.Grant grant) {
    answer(
        new Answer.Reported(
            node.report(
                grant.epoch(), new Held(grant.slot(), grant.token(), InstanceState.RUNNING))));
  }

  private void answer(Answer answer) {
    allocator.tell(AllocatorMessage.of(answer));
  }

  private void passUntilRepeated(Node node, Order wanted) {
    pass(RESEND);
    assertThat(node.roles.receiveMessage(LONG).order()).isEqualTo(wanted);
  }

  private void pass(Duration duration) {
    clock.now = clock.now.plus(duration);
    time.timePasses(duration);
  }

  /** A clock that the test sets. */
  private static final class SteppedClock extends Clock {
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
