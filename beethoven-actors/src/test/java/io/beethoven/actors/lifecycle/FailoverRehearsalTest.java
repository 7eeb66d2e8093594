package io.beethoven.actors.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.TestCluster;
import io.beethoven.model.RoleTable;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverRehearsalTest {

  private final ActorTestKit kit = TestCluster.kit();

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldEndWithTheRoleRunningOnTheTwoThatAreLeft() {
    RoleTable table = new FailoverRehearsal(kit.system()).run();

    assertThat(table.rows()).hasSize(1);
    assertThat(table.rows().get(0).placements())
        .hasSize(2)
        .allMatch(RoleTable.Placement::running)
        .extracting(RoleTable.Placement::holder)
        .doesNotHaveDuplicates();
  }
}
