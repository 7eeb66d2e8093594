package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void shouldExplainItselfWhenAsked() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("demo")
        .contains("node")
        .contains("status")
        .contains("doctor")
        .contains("bench");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "node", "status", "doctor", "soak"})
  void shouldExplainEachCommand(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: beethoven " + command);
  }

  @Test
  void shouldCallForRightUsageWhenCommandIsMissingOrUnknown() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing command").contains("Usage: beethoven");
    assertThat(run("dance")).isEqualTo(2);
    assertThat(err.toString()).contains("dance");
  }

  @Test
  void shouldTellVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("beethoven ");
  }

  @Test
  void shouldDescribeFailuresInWords() {
    assertThat(
            Failures.describe(
                new java.util.concurrent.CompletionException(
                    new IllegalStateException("the port is in use"))))
        .isEqualTo("the port is in use");
    assertThat(Failures.describe(new IllegalStateException("x")))
        .isEqualTo("IllegalStateException: x");
  }
}
