package io.beethoven.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodeProcessTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static NodeProcessBuilder trivial() {
    return NodeProcess.at("127.0.0.9").mainClass(TrivialMain.class.getName());
  }

  @Test
  void shouldKeepNoStateUnlessADirectoryIsNamed(@TempDir Path directory) {
    assertThat(trivial().command()).contains("-Dbeethoven.state.enabled=off");
    assertThat(trivial().stateDirectory(directory).command())
        .contains("-Dbeethoven.state.enabled=on", "-Dbeethoven.state.directory=" + directory)
        .doesNotContain("-Dbeethoven.state.enabled=off");
  }

  @Test
  void shouldPutAddedOptionsOfTheJvmBehindThoseItHas() {
    List<String> command =
        trivial()
            .addJvmOptions(List.of("-Xmx1g"))
            .jvmOptions(List.of("-Xmx64m"))
            .addJvmOptions(List.of("-Dlate=yes"))
            .copy()
            .command();

    assertThat(command).containsSubsequence("-Xmx64m", "-Xmx1g", "-Dlate=yes", "-cp");
    assertThat(trivial().command()).doesNotContain("-Xmx1g");
  }

  @Test
  void shouldKeepAllOutputInAFileWhenADirectoryIsNamed(@TempDir Path directory) throws Exception {
    try (NodeProcess process = trivial().logDirectory(directory).start()) {
      process.await(EventLines.STARTED, SOON);
      Path file = directory.resolve("127.0.0.9-25520-" + process.pid() + ".log");
      assertThat(process.logFile()).contains(file);
      await().atMost(SOON).untilAsserted(() -> assertThat(file).hasContent("no event"));
    }
  }

  @Test
  void shouldHandOverEventsAndKeepOtherOutput() throws Exception {
    List<NodeEvent> heard = new CopyOnWriteArrayList<>();
    try (NodeProcess process = trivial().onEvent(heard::add).start()) {
      NodeEvent started = process.await(EventLines.STARTED, SOON);

      assertThat(started.field("host")).isEqualTo("127.0.0.9");
      assertThat(started.nanoTime())
          .as("stamps of two processes on one clock")
          .isBetween(process.startedNanoTime(), System.nanoTime());
      assertThat(process.output()).isEqualTo("no event");
      await().atMost(SOON).untilAsserted(() -> assertThat(heard).containsExactly(started));
    }
  }

  @Test
  void shouldEndInGoodOrderWhenTerminated() throws Exception {
    try (NodeProcess process = trivial().start()) {
      process.await(EventLines.STARTED, SOON);
      process.terminate();

      assertThat(process.awaitEnd(SOON)).isEqualTo(128 + 15);
      assertThat(process.await(EventLines.ENDED, SOON).field("how")).isEqualTo("well");
    }
  }

  @Test
  void shouldEndWithoutAWordWhenKilled() throws Exception {
    try (NodeProcess process = trivial().start()) {
      process.await(EventLines.STARTED, SOON);
      long before = System.nanoTime();
      assertThat(process.kill()).isBetween(before, System.nanoTime());

      assertThat(process.awaitEnd(SOON)).isEqualTo(128 + 9);
      assertThatThrownBy(() -> process.await(EventLines.ENDED, SOON))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("it ended");
    }
  }

  @Test
  void shouldStandStillWhileFrozenAndGoOnWhenThawed() throws Exception {
    try (NodeProcess process = trivial().start()) {
      process.await(EventLines.STARTED, SOON);
      process.freeze();
      process.terminate();
      assertThatThrownBy(() -> process.awaitEnd(Duration.ofMillis(300)))
          .isInstanceOf(TimeoutException.class);

      process.thaw();

      assertThat(process.awaitEnd(SOON)).isEqualTo(128 + 15);
    }
  }

  @Test
  void shouldKillEvenAFrozenProcessWhenClosed() throws Exception {
    NodeProcess process = trivial().start();
    process.await(EventLines.STARTED, SOON);
    process.freeze();

    process.close();
    process.close();

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void shouldRemoveSocketOfKilledProcessWhenClosed(@TempDir Path runtime) throws Exception {
    NodeProcessBuilder description = trivial().runtimeDirectory(runtime);
    Path socket = description.socket();
    Files.createDirectories(socket.getParent());
    NodeProcess process = description.start();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      process.close();
      assertThat(socket).as("served by another process").exists();
    }

    process.close();

    assertThat(socket).as("served by nobody").doesNotExist();
  }

  @Test
  void shouldShowOutputWhenProcessFails() throws Exception {
    try (NodeProcess process = trivial().arguments("fail").start()) {
      assertThat(process.awaitEnd(SOON)).isEqualTo(3);
      assertThatThrownBy(() -> process.await(EventLines.STARTED, SOON))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("127.0.0.9:25520");
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(process.output()).contains("the piano is out of tune"));
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenParentIsKilled() throws Exception {
    try (NodeProcess parent = trivial().arguments("nested").start()) {
      long grandchild = Long.parseLong(parent.await("child", SOON).field("pid"));
      parent.await(EventLines.STARTED, SOON);
      assertThat(isRunning(grandchild)).isTrue();

      parent.kill();

      await().atMost(SOON).until(() -> !isRunning(grandchild));
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenParentEnds() throws Exception {
    try (NodeProcess parent = trivial().arguments("nested").start()) {
      long grandchild = Long.parseLong(parent.await("child", SOON).field("pid"));
      parent.await(EventLines.STARTED, SOON);

      parent.terminate();

      await().atMost(SOON).until(() -> !isRunning(grandchild));
    }
  }

  /** An orphan that nobody waits for stays as a zombie where process 1 does not reap. */
  private static boolean isRunning(long pid) throws IOException {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
      return false;
    }
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    return !Files.exists(stat) || !Files.readString(stat).contains(") Z ");
  }

  @Test
  void shouldStartAnotherProcessOfTheSameDescription() throws Exception {
    try (NodeProcess first = trivial().start()) {
      first.await(EventLines.STARTED, SOON);
      first.kill();
      first.awaitEnd(SOON);
      try (NodeProcess second = first.startAgain()) {
        assertThat(second.await(EventLines.STARTED, SOON).field("host")).isEqualTo("127.0.0.9");
        assertThat(second.pid()).isNotEqualTo(first.pid());
      }
    }
  }
}
