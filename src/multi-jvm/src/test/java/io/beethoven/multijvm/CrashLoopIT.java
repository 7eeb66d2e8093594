package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.multijvm.RoleWitness.Life;
import io.beethoven.testkit.NodeEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A role that fails whenever it is started. */
@Timeout(180)
class CrashLoopIT {

  private static final String BROKEN = "broken";

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
          CrashLoopIT.class,
          Map.of("one", 1, "two", 2, "three", 3),
          (number, node) ->
              node.classPath(System.getProperty("java.class.path"))
                  .role(BROKEN, 1, FailingRole.class)
                  .setting("beethoven.role.max-failures", "3")
                  .setting("beethoven.role.restart-backoff-max", "400ms"));

  @Test
  void shouldParkTheRoleAndLeaveTheOthersAloneWhenItFailsEverywhere() {
    CLUSTER.start(1, 2, 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    List<List<Life>> others = livesOfOthers();

    // It is tried on every node before it is given up; earlier, while a node was alone, does not
    // count.
    CLUSTER.await(
        TestCluster.WHOLE,
        "tried on all nodes",
        () -> assertThat(CLUSTER.lives(BROKEN)).extracting(Life::node).contains(CLUSTER.names()));
    long tried = CLUSTER.lives(BROKEN).stream().mapToLong(Life::from).max().orElseThrow();
    for (int number : CLUSTER.living()) {
      NodeEvent parked =
          CLUSTER.event(
              number,
              event ->
                  event.kind().equals("role-parked")
                      && event.field("role").equals(BROKEN)
                      && event.nanoTime() - tried > 0);
      assertThat(parked.field("reason")).contains("out of order");
    }

    // Three failures, and a node is spared for a minute.
    for (int number : CLUSTER.living()) {
      assertThat(CLUSTER.node(number).events())
          .filteredOn(event -> event.isRunning(BROKEN))
          .hasSizeLessThanOrEqualTo(3);
    }
    assertThat(CLUSTER.snapshot(1).roles())
        .filteredOn(role -> role.role().value().equals(BROKEN))
        .allSatisfy(role -> assertThat(role.assigned()).isZero());
    assertThat(livesOfOthers()).isEqualTo(others);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
  }

  private static List<List<Life>> livesOfOthers() {
    return List.of("one", "two", "three").stream().map(CLUSTER::lives).toList();
  }
}
