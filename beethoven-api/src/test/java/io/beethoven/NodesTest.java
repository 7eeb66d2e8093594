package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.error.BeethovenBindException;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real nodes in one JVM, through the API alone. */
@Tag("slow")
class NodesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final NodeId FIRST = new NodeId("127.0.0.33", 24131);
  private static final NodeId SECOND = new NodeId("127.0.0.34", 24131);

  private final List<Beethoven> nodes = new ArrayList<>();
  private final AtomicReference<ActorSystem<?>> system = new AtomicReference<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(Beethoven::close);
  }

  @Test
  void shouldFormAClusterAndHandRolesOverWhenOneLeaves() {
    Beethoven first = start(FIRST, false);
    assertThat(first.awaitReady(LIMIT)).isTrue();
    assertThat(first.getNodeStatus()).isEqualTo(ClusterMode.STANDALONE);
    assertThat(first.getActiveNodes()).isEmpty();
    List<ClusterEvent> heard = new CopyOnWriteArrayList<>();
    first.subscribe(heard::add);

    Beethoven second = start(SECOND, false);
    awaitClustered(first, second);
    assertThat(heard).hasAtLeastOneElementOfType(ClusterEvent.NodeOnline.class);

    String role = "steady";
    NodeId host = first.whoIsHosting(role).get(0);
    Beethoven leaving = host.equals(FIRST) ? first : second;
    Beethoven staying = host.equals(FIRST) ? second : first;
    leaving.leave();

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(staying.whoIsHosting(role)).containsExactly(staying.self());
              assertThat(staying.getNodeStatus()).isEqualTo(ClusterMode.STANDALONE);
              assertThat(staying.getClusterNodes())
                  .filteredOn(node -> node.status() == NodeStatus.OFFLINE)
                  .extracting(ClusterNode::node)
                  .containsExactly(leaving.self());
            });
    staying.forget(leaving.self());
    await().atMost(LIMIT).until(() -> staying.getClusterNodes().size() == 1);
    assertThatThrownBy(leaving::getRoles).isInstanceOf(BeethovenClosedException.class);
  }

  @Test
  void shouldReturnInTheSameProcessWhenTheClusterDropsIt() {
    Beethoven first = start(FIRST, false);
    Beethoven second = start(SECOND, true);
    awaitClustered(first, second);
    await().atMost(LIMIT).until(() -> system.get() != null);
    ActorSystem<?> before = system.get();

    Cluster cluster = Cluster.get(before);
    cluster.manager().tell(new Down(cluster.selfMember().address()));

    await().atMost(LIMIT).until(() -> system.get() != before);
    awaitClustered(first, second);
    assertThat(before.getWhenTerminated().toCompletableFuture()).isDone();
    assertThat(second.self()).isEqualTo(SECOND);
  }

  @Test
  void shouldEndForGoodWhenAskedToLeaveByAMessage() {
    Beethoven only = start(FIRST, true);
    await().atMost(LIMIT).until(() -> system.get() != null);
    @SuppressWarnings("unchecked")
    ActorSystem<BeethovenGuardian.Command> guardian =
        (ActorSystem<BeethovenGuardian.Command>) system.get();

    guardian.tell(new GuardianRequest.Leave(guardian.ignoreRef()));

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThatThrownBy(only::getRoles).isInstanceOf(BeethovenClosedException.class));
  }

  @Test
  void shouldNameTheSettingWhenASecondNodeWantsTheSameAddress() {
    start(FIRST, false);

    assertThatThrownBy(() -> start(FIRST, false))
        .isInstanceOfSatisfying(
            BeethovenBindException.class,
            failure -> assertThat(failure.key()).isEqualTo("beethoven.node.port"));
  }

  private Beethoven start(NodeId self, boolean showSystem) {
    BeethovenBuilder builder =
        Beethoven.builder()
            .name("nodes-test")
            .subnet("127.0.0.32/29")
            .host(self.host())
            .port(self.port())
            .beaconPort(24132)
            .shutdownHook(false)
            .set("control.enabled", false)
            .set("state.enabled", false)
            .role("steady", 1, context -> Thread.sleep(Long.MAX_VALUE))
            .role(Role.task("wide", context -> Thread.sleep(Long.MAX_VALUE)).count(2));
    if (showSystem) {
      builder.role(
          Role.behavior(
                  "shown",
                  context ->
                      Behaviors.setup(
                          actor -> {
                            system.set(actor.getSystem());
                            return Behaviors.empty();
                          }))
              .count(2));
    }
    Beethoven node = builder.start();
    nodes.add(node);
    return node;
  }

  private static void awaitClustered(Beethoven... members) {
    for (Beethoven node : members) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(node.getActiveNodes()).containsExactly(FIRST, SECOND);
                assertThat(node.getNodeStatus()).isEqualTo(ClusterMode.CLUSTERED);
                assertThat(node.getRoles())
                    .filteredOn(role -> role.role().value().equals("wide"))
                    .extracting(RoleStatus::nodes)
                    .containsExactly(List.of(FIRST, SECOND));
                assertThat(node.isReady()).isTrue();
              });
    }
  }
}
