package io.beethoven.actors.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.discovery.Endpoint;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoleMessagesTest {

  private static final String CONFIG =
      "pekko.actor.serialization-bindings"
          + " { \"io.beethoven.actors.protocol.WireMessage\" = jackson-cbor }";
  private static final Incarnation NODE =
      new Incarnation(new NodeId("127.0.0.1", 25520), Long.MIN_VALUE);
  private static final Epoch EPOCH = new Epoch(7, -1);
  private static final Slot SLOT = new Slot(new RoleName("ticker"), 2);
  private static final Token TOKEN = new Token(EPOCH, 42);
  private static final RoleSpec SPEC =
      new RoleSpec(
          SLOT.role(),
          3,
          Map.of("interval", "1s", "a", "b"),
          Readiness.EXPLICIT,
          true,
          Duration.ofMillis(1500),
          Duration.ofSeconds(5),
          HandOver.STOP_FIRST,
          true);
  private static final Report REPORT =
      new Report(
          NODE,
          EPOCH,
          5,
          9,
          true,
          false,
          Arrays.stream(InstanceState.values()).map(s -> new Held(SLOT, TOKEN, s)).toList(),
          List.of(new Released(SLOT, TOKEN, "boom \u00fc")));

  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            "RoleMessages", ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldComeBackEqualWhenAnOrderCrossesNodes() {
    ActorRef<AllocatorMessage> allocator = kit.<AllocatorMessage>createTestProbe().ref();

    roundTrips(
        RoleServerMessage.class,
        Stream.of(
                new Order.Prepare(EPOCH, -3, 4),
                new Order.Grant(EPOCH, 5, SLOT, TOKEN, SPEC),
                new Order.Revoke(EPOCH, 5, SLOT, TOKEN),
                new Order.Differ(EPOCH, List.of(new Order.Difference(SLOT.role(), "count is 1"))))
            .map(order -> RoleServerMessage.of(order, allocator))
            .toList());
  }

  @Test
  void shouldComeBackEqualWhenAnAnswerCrossesNodes() {
    roundTrips(
        AllocatorMessage.class,
        Stream.of(
                new Answer.Promised(
                    REPORT, new Catalog(List.of(SLOT.role()), List.of(SPEC), List.of(SPEC)), 4),
                new Answer.Reported(REPORT),
                new Answer.Stopped(NODE, SLOT, TOKEN),
                new Answer.Refused(NODE, SLOT, TOKEN, Answer.Reason.NO_IMPLEMENTATION),
                new Answer.Nacked(NODE, EPOCH, -3))
            .map(AllocatorMessage::of)
            .toList());
  }

  @Test
  void shouldComeBackEqualWhenATableOrAnIntroductionCrossesNodes() {
    RoleTable table =
        new RoleTable(
            EPOCH,
            3,
            List.of(
                new RoleTable.Row(
                    SLOT.role(),
                    3,
                    List.of(new RoleTable.Placement(SLOT, NODE, TOKEN, true)),
                    Optional.of("too few nodes"),
                    Optional.empty(),
                    List.of(new RoleTable.Differing(NODE.node(), "count is 1")))));
    Introduction introduction =
        new Introduction(
            NODE,
            new Endpoint("127.0.0.1", 33000),
            kit.<CoreMessage>createTestProbe().ref(),
            kit.<RoleServerMessage>createTestProbe().ref());

    kit.serializationTestKit().verifySerialization(new TablePublished(table), true);
    kit.serializationTestKit().verifySerialization(introduction, true);
  }

  private static void roundTrips(Class<?> protocol, List<?> messages) {
    messages.forEach(message -> kit.serializationTestKit().verifySerialization(message, true));
    assertThat(messages.stream().map(Object::getClass).collect(Collectors.<Class<?>>toSet()))
        .as("every message of the protocol")
        .isEqualTo(Set.of(protocol.getPermittedSubclasses()));
  }
}
