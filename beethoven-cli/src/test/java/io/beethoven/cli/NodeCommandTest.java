package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCommandTest {

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
  }

  @Test
  void shouldCallForRightUsageWhenFileIsMissing(@TempDir Path empty) {
    assertThat(run("node", "--config", empty.resolve("none.conf").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--config: no readable file").contains("none.conf");
    assertThat(run("node", "--classpath", empty.resolve("none.jar").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--classpath: no file").contains("none.jar");
  }

  @Test
  void shouldCallForRightUsageWhenValueIsNoNumber() {
    assertThat(run("node", "--port", "many")).isEqualTo(2);
    assertThat(err.toString()).contains("'--port'").contains("many");
    assertThat(run("node", "--role", "ticker=many")).isEqualTo(2);
    assertThat(err.toString()).contains("--role").contains("'many'");
  }

  @Test
  void shouldSayWhichSettingIsWrong() {
    assertThat(run("node", "--subnet", "300.0.0.0/8")).isEqualTo(1);
    assertThat(err.toString()).startsWith("beethoven: ").contains("beethoven.discovery.subnet");
  }
}
