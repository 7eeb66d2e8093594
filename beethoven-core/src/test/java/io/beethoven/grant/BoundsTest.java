package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Bounds.StopDeadlines;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The profiles' times stand in the settings, where a test compares them with these texts. */
class BoundsTest {

  private static final Duration REDIAL_MAX = Duration.ofMillis(20);
  private static final StopDeadlines FENCED =
      new StopDeadlines(Duration.ofSeconds(5), Duration.ZERO);

  private static Timing timing(long contact, long suspect, long term, long succession) {
    return new Timing(
        Duration.ofMillis(contact),
        Duration.ofMillis(suspect),
        Duration.ofMillis(term),
        Duration.ofSeconds(1),
        Duration.ofMillis(succession),
        Duration.ofMinutes(1));
  }

  private static Bounds bounds(Timing timing, StopDeadlines stop) {
    return Bounds.of(timing, timing.successionWait().dividedBy(3), REDIAL_MAX, stop);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 1500, 2000, 60, crash=180ms freeze=3.97s cut=3.97s planned-stop=5.08s",
    "1000, 4000, 5000, 150, crash=420ms freeze=10.16s cut=10.16s planned-stop=5.20s",
    "3000, 12000, 15000, 300, crash=820ms freeze=30.33s cut=30.33s planned-stop=5.40s",
  })
  void shouldGiveTheFiguresOfEachProfile(
      long contact, long suspect, long term, long succession, String text) {
    assertThat(bounds(timing(contact, suspect, term, succession), FENCED).text())
        .isEqualTo("bounds " + text);
  }

  @Test
  void shouldBeAboutFourSecondsForASilentNodeWhenFast() {
    assertThat(bounds(timing(400, 1500, 2000, 60), FENCED).freeze())
        .isBetween(Duration.ofMillis(3_900), Duration.ofSeconds(5));
  }

  @Test
  void shouldWaitForTheStopOfUnfencedRolesAsWell() {
    Timing fast = timing(400, 1500, 2000, 60);
    Bounds fenced = bounds(fast, FENCED);

    Bounds unfenced = bounds(fast, new StopDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(3)));

    assertThat(unfenced.freeze()).isEqualTo(fenced.freeze().plusSeconds(3));
    assertThat(unfenced.cut()).isEqualTo(fenced.cut().plusSeconds(3));
    assertThat(unfenced.crash()).isEqualTo(fenced.crash());
    assertThat(unfenced.plannedStop()).isEqualTo(fenced.plannedStop());
  }

  @Test
  void shouldNotWaitForRolesWhenThereAreNone() {
    assertThat(
            bounds(timing(400, 1500, 2000, 60), new StopDeadlines(Duration.ZERO, Duration.ZERO))
                .plannedStop())
        .isEqualTo(Duration.ofMillis(80));
  }

  @Test
  void shouldRoundUpWhenShown() {
    Bounds bounds =
        new Bounds(
            Duration.ofNanos(1), Duration.ofMillis(999), Duration.ofMillis(1_001), Duration.ZERO);

    assertThat(bounds.text()).isEqualTo("bounds crash=1ms freeze=999ms cut=1.01s planned-stop=0ms");
  }
}
