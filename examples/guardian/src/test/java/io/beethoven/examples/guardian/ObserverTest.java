package io.beethoven.examples.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example as a person would, in a process of its own. */
class ObserverTest {

  @Test
  void shouldHearOfItsRoleAndEndInGoodOrderWhenStartedAndTerminated(@TempDir Path directory)
      throws Exception {
    Path output = directory.resolve("output");
    Process process = start(output);
    try {
      awaitOutput(output, "a green lamp at 127.0.0.17:24122");
      awaitOutput(output, "event: RoleStarted[role=lamp");
      awaitOutput(
          output, "roles: [RoleStatus[role=lamp, count=1, assigned=1, nodes=[127.0.0.17:24122]]]");

      process.destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dbeethoven.beacon.port=24121",
            "-Dbeethoven.node.port=24122",
            "-Dbeethoven.control.enabled=off",
            Observer.class.getName())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static void awaitOutput(Path output, String text) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(Files.readString(output)).contains(text));
  }
}
