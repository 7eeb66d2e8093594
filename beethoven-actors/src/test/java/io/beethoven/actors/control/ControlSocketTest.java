package io.beethoven.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

  private static final NodeId NODE = new NodeId("127.0.0.1", 25520);

  @Test
  void shouldNameSocketAfterClusterAndNode() {
    assertThat(ControlSocket.path(Path.of("/run/user/7"), "orchestra", NODE))
        .hasToString("/run/user/7/beethoven/orchestra-127.0.0.1-25520.sock");
  }

  @Test
  void shouldShortenNameAlwaysAlikeWhenPathIsTooLong() {
    Path runtime = Path.of("/run/" + "r".repeat(50));
    Path longest = ControlSocket.path(runtime, "c".repeat(20), NODE);
    Path shortened = ControlSocket.path(runtime, "c".repeat(21), NODE);

    assertThat(longest.toString()).hasSize(ControlSocket.MAX_PATH_BYTES).contains("ccc");
    assertThat(shortened.getFileName().toString()).hasSize(21).endsWith(".sock");
    assertThat(ControlSocket.path(runtime, "c".repeat(21), NODE)).isEqualTo(shortened);
    assertThat(ControlSocket.path(runtime, "c".repeat(22), NODE)).isNotEqualTo(shortened);
  }

  @Test
  void shouldHashNameWhenItHoldsOddCharacters() {
    for (String cluster : new String[] {"../../etc/x", "a b", "ümlaut", "nul\0"}) {
      Path path = ControlSocket.path(Path.of("/run"), cluster, NODE);
      assertThat(path.getFileName().toString()).matches("[0-9a-f]{16}\\.sock");
      assertThat(path.normalize().getParent()).isEqualTo(Path.of("/run/beethoven"));
    }
  }

  @Test
  void shouldRefuseDirectoryWhenEvenShortNameDoesNotFit() {
    Path runtime = Path.of("/" + "é".repeat(40));
    assertThat(runtime.toString().getBytes(StandardCharsets.UTF_8)).hasSize(81);

    assertThatThrownBy(() -> ControlSocket.path(runtime, "orchestra", NODE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beethoven.control.directory")
        .hasMessageContaining("107");
  }

  @Test
  void shouldPreferRuntimeDirectoryOfTheSession(@TempDir Path session) {
    assertThat(
            ControlSocket.defaultDirectory(
                Map.of("XDG_RUNTIME_DIR", session.toString()), "/tmp", "ludwig"))
        .isEqualTo(session);
    assertThat(
            ControlSocket.defaultDirectory(
                Map.of("XDG_RUNTIME_DIR", session + "/none"), "/tmp", "ludwig"))
        .isEqualTo(Path.of("/tmp/beethoven-ludwig"));
    assertThat(ControlSocket.defaultDirectory(Map.of(), "/tmp", "lud/wig").toString())
        .matches("/tmp/beethoven-[0-9a-f]{16}");
  }
}
