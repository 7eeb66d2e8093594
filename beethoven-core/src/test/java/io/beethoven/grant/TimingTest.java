package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TimingTest {

  private static final Timing FAST = timing(400, 1_500, 2_000);
  private static final Timing SAFE = timing(3_000, 12_000, 15_000);

  private static Timing timing(long contact, long suspect, long term) {
    return new Timing(
        Duration.ofMillis(contact),
        Duration.ofMillis(suspect),
        Duration.ofMillis(term),
        Duration.ofSeconds(1),
        Duration.ofMillis(60),
        Duration.ofMinutes(1));
  }

  @Test
  void shouldNameBothTimesWhenOneIsTooLong() {
    assertThatThrownBy(() -> timing(500, 1_500, 2_000))
        .hasMessage("four times contact (PT2S) must be less than lease-term (PT2S)");
    assertThatThrownBy(() -> timing(400, 2_000, 2_000))
        .hasMessage("suspect (PT2S) must be less than lease-term (PT2S)");
    assertThatThrownBy(() -> timing(400, 800, 2_000))
        .hasMessage("twice contact (PT0.8S) must be less than suspect (PT0.8S)");
    assertThatThrownBy(() -> timing(0, 800, 2_000))
        .hasMessage("contact must be more than 0, was PT0S");
  }

  @Test
  void shouldWaitForTheLongerLeaseWhenANodeHasOne() {
    Timing covering = FAST.covering(SAFE.leaseTerm());

    assertThat(covering.leaseEnd()).isEqualTo(SAFE.leaseEnd());
    assertThat(covering.suspect()).isEqualTo(Duration.ofMillis(11_250));
    assertThat(covering.contact()).isEqualTo(FAST.contact());
    assertThat(SAFE.covering(FAST.leaseTerm())).isEqualTo(SAFE);
    assertThat(FAST.covering(FAST.leaseTerm())).isEqualTo(FAST);
  }

  @Property
  void shouldNeitherSuspectTooSoonNorBreakARuleWhateverTheOtherTerm(
      @ForAll @IntRange(min = 100, max = 600_000) int term,
      @ForAll @IntRange(min = 10, max = 60_000) int contact) {
    Duration other = Duration.ofMillis(term);

    Timing covering = FAST.covering(other);

    assertThat(covering.leaseEnd()).isGreaterThan(other);
    assertThat(covering.suspect()).isGreaterThanOrEqualTo(FAST.suspect());
    if (4 * contact < term) {
      assertThat(covering.suspect()).isGreaterThan(Duration.ofMillis(2L * contact));
    }
  }
}
