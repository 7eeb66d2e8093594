package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeStatus;
import io.beethoven.testkit.EventLines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nodes with a network between them, a /24 of which most addresses are silent. Needs root.
 *
 * <p>A host that is cut off leaves no proof of death: the others exclude it, and it forfeits what
 * it runs before they start anything. It is removed from the membership later.
 */
@Tag("netns")
@Timeout(240)
class NetworkCutIT {

  /** Ten times the bound of the profile. */
  private static final Duration ELSEWHERE = Duration.ofSeconds(45);

  /** An exclusion and then {@code evidence.remove-after}, on a loaded machine. */
  private static final Duration CLEANED_UP = Duration.ofSeconds(80);

  /** Until a node that runs alone looks around again. */
  private static final Duration HEALED = Duration.ofSeconds(120);

  private static final Namespaces NETWORK = Namespaces.create(3);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
          NetworkCutIT.class,
          Map.of("one", 1, "two", 2),
          (number, node) -> node.setting("beethoven.security.mode", "none"),
          NETWORK);

  @AfterEach
  void healAll() {
    for (int number = 1; number <= 3; number++) {
      NETWORK.heal(number);
    }
  }

  @Test
  void shouldRunAloneSoonWhenTheWholeNetworkIsSilent() {
    CLUSTER.killAll();
    CLUSTER.start(2);
    long started = CLUSTER.event(2, event -> event.kind().equals(EventLines.STARTED)).nanoTime();
    CLUSTER.awaitAlone(2);

    // Three passes over 253 silent addresses, with pauses.
    Duration sought = CLUSTER.awaitRunning("one", started, TestCluster.WHOLE);
    TestCluster.measured("silent /24 to standalone", sought);
    assertThat(sought).isLessThan(Duration.ofSeconds(25));
  }

  @Test
  void shouldFormOneClusterAndGoOnWithoutAHostThatIsCutOff() {
    CLUSTER.killAll();
    CLUSTER.start(1, 2, 3);
    TestCluster.measured("formation of 3 on a silent /24", CLUSTER.awaitWhole(TestCluster.WHOLE));
    CLUSTER.awaitArmed();
    int allocator = CLUSTER.allocator();

    cutAndHeal(allocator == 3 ? 2 : 3);
  }

  @Test
  void shouldGoOnWithoutTheAllocatorsNodeWhenItIsCutOff() {
    CLUSTER.ensure(1, 2, 3);
    CLUSTER.awaitArmed();

    cutAndHeal(CLUSTER.allocator());
  }

  private static void cutAndHeal(int cut) {
    List<Integer> others = CLUSTER.living().stream().filter(number -> number != cut).toList();
    String name = CLUSTER.node(cut).name();
    List<String> ran =
        List.of("one", "two").stream()
            .filter(role -> CLUSTER.running(role).contains(name))
            .toList();

    long since = System.nanoTime();
    NETWORK.cut(cut);
    for (String role : ran) {
      TestCluster.measured(
          "cut off to role elsewhere", CLUSTER.awaitRunning(role, since, ELSEWHERE));
    }
    CLUSTER.awaitWhole(CLEANED_UP, others);
    TestCluster.measured("cut off to whole", Duration.ofNanos(System.nanoTime() - since));
    for (int other : others) {
      assertThat(CLUSTER.snapshot(other).clusterNodes())
          .filteredOn(row -> row.node().equals(CLUSTER.id(cut)))
          .extracting(ClusterNode::status)
          .containsExactly(NodeStatus.OFFLINE);
    }

    since = System.nanoTime();
    NETWORK.heal(cut);
    CLUSTER.awaitWhole(HEALED);
    TestCluster.measured("healed to whole", Duration.ofNanos(System.nanoTime() - since));
    CLUSTER.assertNeverTwoValid();
  }
}
