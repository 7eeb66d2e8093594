package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VoterWatchTest {

  private static final String SELF = "INFO BeethovenGuardian node started self=%s cluster=c\n";
  private static final String VOTERS = "INFO RoleServer voters version=%d settled=[%s]\n";

  private final VoterWatch watch = new VoterWatch();
  @TempDir private Path directory;

  @Test
  void shouldTellWhetherTheVotersAreTheNodesInTheirPresentLives() throws Exception {
    List<Path> nodes = List.of(directory.resolve("one.log"), directory.resolve("two.log"));
    assertThat(watch.isSettledBy(nodes)).isFalse();

    say(nodes.get(0), SELF.formatted("a#1") + VOTERS.formatted(3, "a#1, b#0"));
    say(nodes.get(1), SELF.formatted("b#1"));
    assertThat(watch.isSettledBy(nodes)).isFalse();

    say(nodes.get(1), VOTERS.formatted(4, "a#1, b#1"));
    assertThat(watch.isSettledBy(nodes)).isTrue();

    say(nodes.get(1), SELF.formatted("b#2"));
    assertThat(watch.isSettledBy(nodes)).isFalse();
  }

  @Test
  void shouldAskForNineVotersWhenThereAreMoreNodes() throws Exception {
    List<Path> nodes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      nodes.add(directory.resolve(i + ".log"));
      say(nodes.get(i), SELF.formatted(i + "#1"));
    }
    say(nodes.get(4), VOTERS.formatted(3, "0#1, 1#1, 2#1, 3#1, 4#1, 5#1, 6#1, 7#1"));
    assertThat(watch.isSettledBy(nodes)).isFalse();

    say(nodes.get(4), VOTERS.formatted(4, "0#1, 1#1, 2#1, 3#1, 4#1, 5#1, 6#1, 7#1, 9#1"));
    assertThat(watch.isSettledBy(nodes)).isTrue();
  }

  @Test
  void shouldRefuseALogThatWasWrittenAnew() throws Exception {
    Path node = directory.resolve("one.log");
    say(node, SELF.formatted("a#1") + VOTERS.formatted(3, "a#1"));
    assertThat(watch.isSettledBy(List.of(node))).isTrue();

    Files.writeString(node, SELF.formatted("a#2"));

    assertThatThrownBy(() -> watch.isSettledBy(List.of(node))).hasMessageContaining("shorter");
  }

  private static void say(Path file, String text) throws Exception {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
