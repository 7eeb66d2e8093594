package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.testkit.NodeProcess;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BallastTest {

  @Test
  void shouldGiveTheHeapItsRoomFromTheStartOn() {
    assertThat(new Ballast(1024).jvmOptions()).containsExactly("-Xms1280m", "-Xmx1280m", "-Xmn64m");
  }

  @Test
  void shouldReadHowMuchAndHoldNothingUnlessAsked() {
    Ballast said = new Ballast();
    new CommandLine(new Options(said)).parseArgs("--heap", "256");
    Ballast unsaid = new Ballast(7);
    new CommandLine(new Options(unsaid)).parseArgs();

    assertThat(said.megabytes()).isEqualTo(256);
    assertThat(unsaid.megabytes()).isZero();
  }

  @Test
  void shouldRefuseLessThanNothing() {
    assertThatThrownBy(() -> new Ballast(-1).putInto(NodeProcess.at("127.0.0.1")))
        .hasMessage("--heap must be between 0 and 65536, was -1");
  }

  @CommandLine.Command
  private static final class Options {
    @CommandLine.Mixin private final Ballast ballast;

    Options(Ballast ballast) {
      this.ballast = ballast;
    }
  }
}
