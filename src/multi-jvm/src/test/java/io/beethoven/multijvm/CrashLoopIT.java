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
              node.role(BROKEN, 1, FailingRole.class)
                  .setting("beethoven.role.max-failures", "3")
                  .setting("beethoven.role.restart-backoff-max", "400ms"));

  @Test
  void shouldParkTheRoleAndLeaveTheOthersAloneWhenItFailsEverywhere() {
    CLUSTER.start(1, 2, 3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    List<List<Life>> others = livesOfOthers();

    for (int number : CLUSTER.living()) {
      NodeEvent parked =
          CLUSTER.event(
              number,
              event -> event.kind().equals("role-parked") && event.field("role").equals(BROKEN));
      assertThat(parked.field("reason")).contains("out of order");
    }

    // It was tried on every node before it was given up.
    assertThat(CLUSTER.lives(BROKEN)).extracting(Life::node).contains(CLUSTER.names());
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
