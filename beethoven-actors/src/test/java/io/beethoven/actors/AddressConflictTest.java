package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestNode.Network;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.AddressConflict;
import io.beethoven.model.ClusterMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes whose configurations name the same address. */
@ExtendWith(LogCapturingExtension.class)
class AddressConflictTest {

  private static final Map<String, Integer> ROLES = Map.of("pair", 2);

  /** What a configuration says that was copied from another machine. */
  private static final String COPIED = "beethoven.node.advertised-host = \"127.0.0.1\"";

  private final Network network = Network.create();
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void closeNodes() {
    nodes.forEach(TestNode::close);
  }

  @Test
  void shouldRefuseAndNameTheSecondNodeWhenItClaimsAMembersAddress() {
    TestNode healthy = start("127.0.0.1", "");
    TestNode other = start("127.0.0.2", "");
    eventually(() -> assertWhole(healthy, other));
    TestProbe<ClusterEvent> seen = subscribe(healthy);

    TestNode second = start("127.0.0.4", COPIED);

    eventually(() -> assertThat(second.system().getWhenTerminated()).isCompleted());
    assertThat(CoordinatedShutdown.get(second.system()).getShutdownReason())
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isInstanceOfSatisfying(
                        BeethovenGuardian.AddressTaken.class,
                        taken -> assertThat(taken.holder()).contains(healthy.node().toString())));
    AddressConflict conflict =
        seen
            .fishForMessage(
                TestCluster.PATIENCE,
                event ->
                    event instanceof AddressConflict
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .stream()
            .map(AddressConflict.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(conflict.node()).isEqualTo(healthy.node());
    assertThat(conflict.holder()).contains("beacon 127.0.0.1:");
    assertThat(conflict.claimant()).contains("calling from 127.0.0.4:");
    assertWhole(healthy, other);
  }

  @Test
  void shouldRefuseTheSecondNodeWhenTheFirstOneRunsAlone() {
    TestNode healthy = start("127.0.0.1", "");
    eventually(() -> assertThat(healthy.isReady()).isTrue());

    TestNode second =
        start(
            "127.0.0.4",
            COPIED
                + "\nbeethoven.beacon.port = 0"
                + "\nbeethoven.discovery.peer-beacon-port = "
                + network.beaconPort());

    eventually(() -> assertThat(second.system().getWhenTerminated()).isCompleted());
    assertThat(healthy.snapshot().mode()).isEqualTo(ClusterMode.STANDALONE);
    assertThat(healthy.hosts()).containsEntry("pair", List.of(healthy.node()));
  }

  @Test
  void shouldEndTheSecondNodeWhenItIsFoundByTheFirstOne() {
    TestNode healthy =
        start("127.0.0.1", "beethoven.discovery { slow-pass-min = 100ms, slow-pass-max = 200ms }");
    eventually(() -> assertThat(healthy.isReady()).isTrue());

    // It looks for nobody, and goes on seeking longer than the first one's passes are apart.
    TestNode second =
        start("127.0.0.4", COPIED + "\nbeethoven.discovery { subnet = \"\", passes = 100 }");

    eventually(() -> assertThat(second.system().getWhenTerminated()).isCompleted());
    assertThat(healthy.isReady()).isTrue();
  }

  private TestNode start(String host, String overrides) {
    TestNode node = network.start(host, ROLES, overrides);
    nodes.add(node);
    return node;
  }

  private static TestProbe<ClusterEvent> subscribe(TestNode node) {
    TestProbe<ClusterEvent> probe = TestProbe.create(ClusterEvent.class, node.system());
    node.system().tell(new GuardianRequest.Subscribe(probe.ref()));
    return probe;
  }

  private static void assertWhole(TestNode one, TestNode two) {
    for (TestNode node : List.of(one, two)) {
      assertThat(node.isReady()).isTrue();
      assertThat(node.snapshot().activeNodes()).containsExactly(one.node(), two.node());
      assertThat(node.hosts()).containsEntry("pair", List.of(one.node(), two.node()));
    }
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion);
  }
}
