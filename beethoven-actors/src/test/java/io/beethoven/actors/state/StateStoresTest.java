package io.beethoven.actors.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.error.BeethovenStateException;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoresTest {

  @TempDir private Path temporary;

  private static BeethovenSettings settings(String lines) {
    return BeethovenSettings.parse(
        ConfigFactory.parseString(lines + "\nbeethoven.node.host = \"127.0.0.1\""));
  }

  private static StateStore open(String lines, Optional<Path> otherwise) {
    return StateStores.open(settings(lines), otherwise);
  }

  @Test
  void shouldUseTheDirectoryThatIsNamed() {
    Path named = temporary.resolve("named");
    try (StateStore store =
        open(
            "beethoven.state.directory = \"" + named + "\"",
            Optional.of(temporary.resolve("other")))) {
      store.store(States.FULL);
    }

    assertThat(named.resolve("state")).isRegularFile();
    assertThat(temporary.resolve("other")).doesNotExist();
  }

  @Test
  void shouldUseTheUsersDirectoryWhenNoneIsNamed() {
    try (StateStore store = open("", Optional.of(temporary.resolve("user")))) {
      assertThat(store).isInstanceOf(StateFile.class);
    }
  }

  @Test
  void shouldKeepNothingWhenEmbeddedOrSwitchedOff() {
    try (StateStore embedded = StateStores.open(settings(""), false);
        StateStore off =
            open(
                "beethoven.state { enabled = off, directory = \"" + temporary + "\" }",
                Optional.of(temporary));
        StateStore unnamed = StateStores.open(settings("beethoven.node.port = 0"), true)) {
      assertThat(embedded).isInstanceOf(MemoryStateStore.class);
      assertThat(off).isInstanceOf(MemoryStateStore.class);
      assertThat(unnamed).isInstanceOf(MemoryStateStore.class);
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void shouldStartWithoutADirectoryOnlyWhenTheDefaultCannotBeUsed() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");

    assertThat(StateStores.usable(file.resolve("below"))).isEmpty();
    assertThat(StateStores.usable(temporary.resolve("new"))).contains(temporary.resolve("new"));
    assertThatThrownBy(
            () -> open("beethoven.state.directory = \"" + file + "/below\"", Optional.empty()))
        .isInstanceOf(BeethovenStateException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void shouldFindTheUsersDirectory() {
    NodeId node = new NodeId("127.0.0.1", 25520);

    assertThat(StateDirectory.ofUser(Map.of("XDG_STATE_HOME", "/x"), "/home/u", "shop", node))
        .contains(Path.of("/x/beethoven/shop-127.0.0.1-25520"));
    assertThat(StateDirectory.ofUser(Map.of("XDG_STATE_HOME", "x"), "/home/u", "shop", node))
        .contains(Path.of("/home/u/.local/state/beethoven/shop-127.0.0.1-25520"));
    assertThat(StateDirectory.ofUser(Map.of(), "/home/u", "shop", node))
        .contains(Path.of("/home/u/.local/state/beethoven/shop-127.0.0.1-25520"));
    assertThat(StateDirectory.ofUser(Map.of(), "?", "shop", node)).isEmpty();
    assertThat(
            StateDirectory.ofUser(
                    Map.of(), "/h", "c".repeat(64), new NodeId("h".repeat(253), 25520))
                .orElseThrow()
                .getFileName()
                .toString())
        .hasSizeLessThan(64);
  }
}
