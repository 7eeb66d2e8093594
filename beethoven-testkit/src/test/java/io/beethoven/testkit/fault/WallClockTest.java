package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WallClockTest {

  @TempDir private Path directory;

  @Test
  void shouldTellAnotherTimeToAProcessThatHasIt() throws Exception {
    assumeTrue(WallClock.isPossible(), "needs a C compiler");
    WallClock clock = WallClock.create(WallClock.build(directory), directory.resolve("offset"));

    assertThat(secondsAhead(clock)).isBetween(-60L, 60L);
    clock.set(Duration.ofHours(-1));
    assertThat(secondsAhead(clock)).isBetween(-3660L, -3540L);
    clock.set(Duration.ofHours(1));
    assertThat(secondsAhead(clock)).isBetween(3540L, 3660L);
  }

  private static long secondsAhead(WallClock clock) throws Exception {
    List<String> command = new ArrayList<>(List.of(clock.launcher()));
    command.addAll(List.of("date", "+%s"));
    Process date = new ProcessBuilder(command).start();
    String told = new String(date.getInputStream().readAllBytes()).trim();
    assertThat(date.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return Long.parseLong(told) - Instant.now().getEpochSecond();
  }
}
