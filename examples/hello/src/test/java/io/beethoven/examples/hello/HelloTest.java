package io.beethoven.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example as a person would, in processes of their own. */
class HelloTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldSayHelloElsewhereWhenTheProcessThatSpeaksIsKilled() throws Exception {
    Process first = start("127.0.0.1");
    awaitOutput("127.0.0.1", "hello from 127.0.0.1:24102");
    awaitOutput("127.0.0.1", "127.0.0.1:24102 is STANDALONE");
    start("127.0.0.2");
    awaitOutput("127.0.0.2", "127.0.0.2:24102 is CLUSTERED");
    // Until it votes, nobody could confirm the founder's death.
    awaitOutput("127.0.0.2", ", 127.0.0.2:24102#");
    awaitOutput("127.0.0.2", "life-line armed node=127.0.0.1:24102");
    assertThat(output("127.0.0.2")).doesNotContain("hello from");

    first.destroyForcibly();

    awaitOutput("127.0.0.2", "hello from 127.0.0.2:24102");
  }

  @Test
  void shouldEndInGoodOrderWhenTerminated() throws Exception {
    Process only = start("127.0.0.1");
    awaitOutput("127.0.0.1", "hello from 127.0.0.1:24102");

    only.destroy();

    assertThat(only.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(only.exitValue()).isEqualTo(128 + 15);
  }

  private Process start(String host) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dbeethoven.beacon.port=24101",
                "-Dbeethoven.node.port=24102",
                "-Dbeethoven.control.enabled=off",
                "-Dbeethoven.state.enabled=off",
                Hello.class.getName(),
                host)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(host).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private void awaitOutput(String host, String text) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(output(host)).contains(text));
  }

  private String output(String host) throws IOException {
    return Files.readString(directory.resolve(host));
  }
}
