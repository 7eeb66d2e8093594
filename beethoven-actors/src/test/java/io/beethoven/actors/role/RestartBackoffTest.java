package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.settings.RoleSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final RestartBackoff backoff =
      new RestartBackoff(
          new RoleSettings(
              Duration.ofSeconds(1),
              Duration.ofMillis(60),
              Duration.ofMillis(200),
              Duration.ofMillis(500),
              5,
              Duration.ofSeconds(60),
              Duration.ofSeconds(60),
              Duration.ofSeconds(10),
              RoleSettings.RunAlone.WHEN_SAFE));

  @Test
  void shouldDoubleThePauseUpToItsGreatestWhenFailuresFollowEachOther() {
    assertThat(backoff.failed(0)).contains(Duration.ofMillis(200));
    assertThat(backoff.failed(1)).contains(Duration.ofMillis(400));
    assertThat(backoff.failed(2)).contains(Duration.ofMillis(500));
    assertThat(backoff.failed(3)).contains(Duration.ofMillis(500));
  }

  @Test
  void shouldGiveUpWhenTheWindowIsFull() {
    for (int i = 0; i < 4; i++) {
      assertThat(backoff.failed(i)).isPresent();
    }

    assertThat(backoff.failed(5)).isEmpty();
  }

  @Test
  void shouldForgetFailuresWhenTheyAreOlderThanTheWindow() {
    for (int i = 0; i < 4; i++) {
      assertThat(backoff.failed(i)).isPresent();
    }

    assertThat(backoff.failed(61 * SECOND)).contains(Duration.ofMillis(200));
    assertThat(backoff.failures()).isEqualTo(1);
  }

  @Test
  void shouldCountRightWhenTheClockStartsBelowZero() {
    assertThat(backoff.failed(Long.MAX_VALUE)).contains(Duration.ofMillis(200));
    assertThat(backoff.failed(Long.MIN_VALUE)).contains(Duration.ofMillis(400));
  }
}
