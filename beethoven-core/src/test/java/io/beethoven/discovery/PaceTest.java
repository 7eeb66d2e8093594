package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final Instant START = Instant.ofEpochSecond(100);

  private static int takeAll(Pace pace, Instant now) {
    int taken = pace.available(now);
    for (int i = 0; i < taken; i++) {
      pace.take(now);
    }
    return taken;
  }

  @Test
  void shouldAllowABurstAndThenTheRateWhenItIsUsedUp() {
    Pace pace = new Pace(1000, 50);

    assertThat(takeAll(pace, START)).isEqualTo(50);
    assertThat(takeAll(pace, START)).isZero();
    assertThat(takeAll(pace, START.plusMillis(7))).isEqualTo(7);
    assertThat(takeAll(pace, START.plusSeconds(3600))).isEqualTo(50);
  }

  @Test
  void shouldWaitForHalfABurstWhenMuchIsWanted() {
    Pace pace = new Pace(1000, 50);
    takeAll(pace, START);

    assertThat(pace.readyAt(1)).isEqualTo(START.plusMillis(1));
    assertThat(pace.readyAt(10_000)).isEqualTo(START.plusMillis(25));
  }

  @Test
  void shouldWaitForOneWhenTheBurstIsOne() {
    Pace pace = new Pace(10, 1);
    takeAll(pace, START);

    assertThat(pace.readyAt(3)).isEqualTo(START.plusMillis(100));
    assertThat(takeAll(pace, START.plusMillis(99))).isZero();
    assertThat(takeAll(pace, START.plusMillis(100))).isOne();
  }

  @Property(tries = 300)
  void shouldNeverExceedRateAndBurstWhenUsedAsItMay(
      @ForAll @IntRange(min = 1, max = 5000) int perSecond,
      @ForAll @IntRange(min = 1, max = 500) int burst,
      @ForAll @LongRange(min = 1, max = 100) long stepMillis) {
    Pace pace = new Pace(perSecond, burst);
    long taken = 0;
    for (int step = 0; step <= 50; step++) {
      taken += takeAll(pace, START.plusMillis(step * stepMillis));
    }

    long most = burst + perSecond * 50L * stepMillis / 1000 + 1;
    assertThat(taken).isBetween((long) burst, most);
    Instant later = START.plus(Duration.ofHours(1));
    assertThat(pace.available(later)).isEqualTo(burst);
  }

  @Test
  void shouldNameTheLimitWhenItIsLessThanOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProbeLimits(0, 1, 1))
        .withMessage("max-in-flight must be >= 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProbeLimits(1, 0, 1))
        .withMessage("max-per-second must be >= 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProbeLimits(1, 1, -3))
        .withMessage("max-burst must be >= 1, was -3");
  }
}
