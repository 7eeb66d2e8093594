package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverTrialTest {

  @Test
  void shouldKnowTheSlotsInWhichTheRoleStillRuns() {
    List<NodeEvent> events =
        List.of(
            event(EventLines.ROLE_RUNNING, Fleet.ROLE, 0),
            event(EventLines.ROLE_RUNNING, Fleet.ROLE, 2),
            event(EventLines.ROLE_RUNNING, "another", 4),
            event(EventLines.ROLE_ENDED, "another", 2),
            event(EventLines.ROLE_ENDED, Fleet.ROLE, 0));

    assertThat(FailoverTrial.slots(events)).containsExactly(2);
    assertThat(FailoverTrial.slots(events.subList(0, 1))).containsExactly(0);
    assertThat(FailoverTrial.slots(List.of())).isEmpty();
  }

  private static NodeEvent event(String kind, String role, int slot) {
    return new NodeEvent(kind, 1, Map.of("role", role, "slot", Integer.toString(slot)));
  }
}
