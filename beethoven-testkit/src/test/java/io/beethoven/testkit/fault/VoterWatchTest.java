package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.TrivialNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VoterWatchTest {

  @TempDir private Path directory;

  @Test
  void shouldTellWhetherTheVotersAreTheNodesInTheirPresentLives() throws Exception {
    VoterWatch watch = new VoterWatch(directory);
    try (NodeProcess one = TrivialNode.start("127.0.0.7");
        NodeProcess two = TrivialNode.start("127.0.0.8")) {
      one.await(EventLines.STARTED, Duration.ofSeconds(30));
      List<NodeProcess> nodes = List.of(one, two);
      assertThat(watch.isSettled(nodes)).isFalse();

      say(one, "INFO BeethovenGuardian node started self=a#1 cluster=c");
      say(two, "INFO BeethovenGuardian node started self=b#1 cluster=c");
      say(one, "INFO RoleServer voters version=3 settled=[a#1, b#0]");
      assertThat(watch.isSettled(nodes)).isFalse();

      say(two, "INFO RoleServer voters version=4 settled=[a#1, b#1]");
      assertThat(watch.isSettled(nodes)).isTrue();

      say(two, "INFO BeethovenGuardian node started self=b#2 cluster=c");
      assertThat(watch.isSettled(nodes)).isFalse();
    }
  }

  @Test
  void shouldReadEachLogFromItsBeginThoughTheIdsOfProcessesComeAgain() throws Exception {
    VoterWatch watch = new VoterWatch(directory);
    Path former = directory.resolve("127.0.0.7-25520-4711.log");
    Path next = directory.resolve("127.0.0.8-25520-4711.log");
    String self = "INFO BeethovenGuardian node started self=%s cluster=c\n";
    String voters = "INFO RoleServer voters version=3 settled=[%s]\n";
    Files.writeString(former, self.formatted("a#1") + voters.formatted("a#1").repeat(9));
    assertThat(watch.isSettledBy(List.of(former))).isTrue();

    Files.writeString(next, self.formatted("b#1") + voters.formatted("b#1"));

    assertThat(watch.isSettledBy(List.of(next))).isTrue();
  }

  private void say(NodeProcess node, String line) throws Exception {
    Path file = directory.resolve(node.name().replace(':', '-') + "-" + node.pid() + ".log");
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
