package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.NodeId;
import org.junit.jupiter.api.Test;

class VoterLinesTest {

  private static final NodeId A = new NodeId("127.0.0.1", 1);
  private static final NodeId B = new NodeId("127.0.0.2", 1);
  private static final NodeId C = new NodeId("127.0.0.3", 1);

  @Test
  void shouldKeepTheNewestVotersOfAllProcesses() {
    VoterLines lines = new VoterLines();
    lines.read(
        """
        10:00:01 INFO  RoleServer voters version=2 settled=[127.0.0.1:1#a, 127.0.0.2:1#b]
        10:00:02 INFO  RoleServer voters version=3 settled=[127.0.0.1:1#a, 127.0.0.3:1#c]
        """);
    lines.read("10:00:01 INFO  RoleServer voters version=2 settled=[127.0.0.1:1#a, 127.0.0.2:1#b]");

    assertThat(lines.voters()).containsExactly(A, C).doesNotContain(B);
  }

  @Test
  void shouldKnowNobodyBeforeTheFirstWasTold() {
    VoterLines lines = new VoterLines();
    lines.read("INFO node started\n voters version=1 settled=[]");

    assertThat(lines.voters()).isEmpty();
  }
}
