package io.beethoven.actors.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.protocol.GuardianRequest.ActiveNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ClusterNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ForgetReply;
import io.beethoven.actors.protocol.GuardianRequest.HostingReply;
import io.beethoven.actors.protocol.GuardianRequest.LeaveReply;
import io.beethoven.actors.protocol.GuardianRequest.NodeStatusReply;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.GuardianRequest.RolesReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.GuardianRequest.SnapshotReply;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.membership.NodeRow;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.OfflineCause;
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
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bindings are those of {@code reference.conf}. */
class GuardianMessagesTest {

  private static final NodeId NODE = new NodeId("127.0.0.1", 25520);
  private static final Incarnation LIFE = new Incarnation(NODE, Long.MIN_VALUE);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");
  private static final RoleName ROLE = new RoleName("ticker");
  private static final Token TOKEN = new Token(new Epoch(7, -1), 42);
  private static final List<RoleStatus> ROLES = List.of(new RoleStatus(ROLE, 3, 1, List.of(NODE)));
  private static final List<ClusterNode> NODES =
      List.of(new ClusterNode(NODE, NodeStatus.OFFLINE, NOW));

  private static final Endpoint BEACON = new Endpoint("127.0.0.1", 33000);
  private static final Standing STANDING =
      new Standing(Standing.Phase.CLUSTERED, Long.MAX_VALUE, 3, NOW);

  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit = TestCluster.kit();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static <T> ActorRef<T> ref() {
    return kit.<T>createTestProbe().ref();
  }

  static Stream<Object> requests() {
    return Stream.of(
        new GuardianRequest.GetActiveNodes(ref()),
        new GuardianRequest.GetClusterNodes(ref()),
        new GuardianRequest.GetNodeStatus(ref()),
        new GuardianRequest.GetRoles(ref()),
        new GuardianRequest.WhoIsHosting(ROLE, ref()),
        new GuardianRequest.GetSnapshot(ref()),
        new GuardianRequest.Subscribe(ref()),
        new GuardianRequest.Unsubscribe(ref()),
        new GuardianRequest.Forget(NODE, ref()),
        new GuardianRequest.SetCount(ROLE, 3, ref()),
        new GuardianRequest.ForceQuorum(ref()),
        new GuardianRequest.Leave(ref()));
  }

  static Stream<Object> replies() {
    return Stream.of(
        new ActiveNodesReply(List.of(NODE)),
        new ClusterNodesReply(NODES),
        new NodeStatusReply(ClusterMode.CLUSTERED),
        new RolesReply(ROLES),
        new HostingReply(List.of()),
        new SnapshotReply(
            new ClusterSnapshot(
                NODE,
                ClusterMode.STANDALONE,
                NODES,
                List.of(NODE),
                ROLES,
                Optional.of(NODE),
                true)),
        new ForgetReply(Optional.of("an online node \u00fc")),
        new SetCountReply(Optional.of("provisional: stored by 1 of 2 voters")),
        new QuorumForcedReply(List.of(NODE)),
        new LeaveReply(NODE));
  }

  static Stream<Object> coreMessages() {
    List<NodeRow> rows =
        Stream.concat(
                Stream.of(new NodeRow(LIFE, NOW, Optional.empty(), NOW, false)),
                Arrays.stream(OfflineCause.values())
                    .map(cause -> new NodeRow(LIFE, NOW, Optional.of(cause), NOW, true)))
            .toList();
    return Stream.of(
        new CoreMessage.Introduce(
            new Introduction(LIFE, new Endpoint("127.0.0.1", 33000), ref(), ref()), true),
        new CoreMessage.RowsChanged(rows),
        new CoreMessage.CompareRows(Long.MIN_VALUE, ref()),
        new CoreMessage.AddressRefused(LIFE, "one", new Incarnation(NODE, 7), "another"),
        new CoreMessage.TablePublished(
            new RoleTable(
                TOKEN.epoch(),
                3,
                List.of(
                    new RoleTable.Row(
                        ROLE,
                        3,
                        List.of(new RoleTable.Placement(new Slot(ROLE, 2), LIFE, TOKEN, true)),
                        Optional.of("too few nodes"),
                        Optional.of("it failed"),
                        List.of(new RoleTable.Differing(NODE, "count is 1")))))),
        new IslandMessage.Met(new Sighting(LIFE, BEACON, STANDING)),
        new IslandMessage.Called(LIFE, ClusterIdentity.of(STANDING)),
        new IslandMessage.Promised(LIFE, Duration.ofMillis(4999)),
        new IslandMessage.End(LIFE, Long.MIN_VALUE, BEACON, STANDING));
  }

  static Stream<Object> events() {
    return Stream.of(
        new ClusterEvent.NodeOnline(NODE, NOW),
        new ClusterEvent.NodeOffline(NODE, OfflineCause.DEPARTED, NOW),
        new ClusterEvent.ModeChanged(ClusterMode.CLUSTERED, NOW),
        new ClusterEvent.RoleStarted(ROLE, 2, NODE, TOKEN, NOW),
        new ClusterEvent.RoleStopped(ROLE, 2, NODE, NOW),
        new ClusterEvent.RoleMoved(ROLE, 2, NODE, new NodeId("127.0.0.2", 1), TOKEN, NOW),
        new ClusterEvent.FailedOver(
            ROLE,
            2,
            NODE,
            new NodeId("127.0.0.2", 1),
            Duration.ofMillis(45),
            Duration.ofMillis(900),
            NOW),
        new ClusterEvent.RoleUnmet(ROLE, 3, 1, "too few nodes", NOW),
        new ClusterEvent.RoleMet(ROLE, 3, NOW),
        new ClusterEvent.RoleParked(ROLE, "it failed", NOW),
        new ClusterEvent.DefinitionDiffers(ROLE, NODE, "count is 1", NOW),
        new ClusterEvent.AddressConflict(NODE, "one", "another", NOW),
        new ClusterEvent.IslandDetected("127.0.0.9:33000", 3, true, NOW));
  }

  @ParameterizedTest
  @MethodSource({"requests", "replies", "coreMessages", "events"})
  void shouldComeBackEqualWhenAMessageCrossesNodes(Object message) {
    assertThat(
            SerializationExtension.get(Adapter.toClassic(kit.system())).findSerializerFor(message))
        .isInstanceOf(JacksonCborSerializer.class);
    kit.serializationTestKit().verifySerialization(message, true);
  }

  static Stream<List<Class<?>>> protocols() {
    return Stream.of(
        List.of(GuardianRequest.class.getPermittedSubclasses()),
        Arrays.<Class<?>>stream(CoreMessage.class.getPermittedSubclasses())
            .filter(type -> !type.isInterface())
            .toList(),
        List.of(IslandMessage.class.getPermittedSubclasses()),
        List.of(ClusterEvent.class.getPermittedSubclasses()),
        Arrays.<Class<?>>stream(GuardianRequest.class.getDeclaredClasses())
            .filter(type -> !GuardianRequest.class.isAssignableFrom(type))
            .toList());
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void shouldTryEveryMessageThatThereIs(List<Class<?>> protocol) {
    assertThat(
            Stream.of(requests(), replies(), coreMessages(), events())
                .flatMap(each -> each)
                .<Class<?>>map(Object::getClass))
        .containsAll(protocol);
    assertThat(protocol).isNotEmpty();
  }
}
