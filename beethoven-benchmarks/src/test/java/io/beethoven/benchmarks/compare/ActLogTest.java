package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActLogTest {

  private final ActLog log = new ActLog();

  @Test
  void shouldKeepActsOfTheRoleInTheOrderOfTheirMoments() {
    tell(EventLines.ROLE_ACTED, ActLines.ROLE, "b", 20);
    tell(EventLines.ROLE_ACTED, ActLines.ROLE, "a", 10);
    tell(EventLines.ROLE_ACTED, "another", "a", 11);
    tell(EventLines.ROLE_RUNNING, ActLines.ROLE, "a", 9);

    assertThat(log.acts()).containsExactly(new Act("a", 10), new Act("b", 20));
  }

  @Test
  void shouldForgetWhatWasBefore() {
    tell(EventLines.ROLE_ACTED, ActLines.ROLE, "a", 10);
    tell(EventLines.ROLE_ACTED, ActLines.ROLE, "a", 20);

    log.forgetBefore(20);

    assertThat(log.acts()).containsExactly(new Act("a", 20));
  }

  private void tell(String kind, String role, String node, long acted) {
    log.onEvent(
        new NodeEvent(
            kind, 1000, Map.of("role", role, "node", node, "acted", Long.toString(acted))));
  }
}
