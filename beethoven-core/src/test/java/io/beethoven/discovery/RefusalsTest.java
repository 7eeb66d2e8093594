package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefusalsTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final Refusal NINE_FIVE =
      new Refusal(RefusalReason.OTHER_SETTING, "evidence.max-voters", "9", "5");

  private final Refusals refusals = new Refusals();

  @Test
  void shouldTellADifferenceOnceHoweverOftenTheyMeet() {
    assertThat(refusals.note(NOW, "a:1", NINE_FIVE)).isTrue();
    for (int pass = 1; pass < 1000; pass++) {
      assertThat(refusals.note(NOW.plusSeconds(pass), "a:1", NINE_FIVE)).isFalse();
    }
    assertThat(refusals.note(NOW, "b:1", NINE_FIVE)).isTrue();
  }

  @Test
  void shouldTellAgainWhenItChangedOrWasSettledInBetween() {
    refusals.note(NOW, "a:1", NINE_FIVE);

    assertThat(
            refusals.note(
                NOW,
                "a:1",
                new Refusal(RefusalReason.OTHER_SETTING, "evidence.max-voters", "9", "7")))
        .isTrue();
    refusals.agreed("a:1");
    assertThat(refusals.recent(10)).isEmpty();
    assertThat(refusals.note(NOW, "a:1", NINE_FIVE)).isTrue();
  }

  @Test
  void shouldSayNothingWhenAPeerIsOnlyBusy() {
    assertThat(refusals.note(NOW, "a:1", new Refusal(RefusalReason.TOO_MANY, "1", "1"))).isFalse();
    assertThat(refusals.recent(10)).isEmpty();
  }

  @Test
  void shouldKeepWhatToldAndHeldWithinBoundsWhenStrangersMakeUpNames() {
    int told = 0;
    for (int i = 0; i < 100_000; i++) {
      Refusal madeUp = new Refusal(RefusalReason.OTHER_CLUSTER, "demo", "made-up-" + i);
      told += refusals.note(NOW, "10.0.0.1:" + i, madeUp) ? 1 : 0;
      told += refusals.note(NOW, "10.0.0.2:1", madeUp) ? 1 : 0;
    }

    assertThat(told).isEqualTo(Refusals.MOST_AT_ONCE);
    assertThat(refusals.recent(Integer.MAX_VALUE)).hasSize(Refusals.MAX_PEERS);
  }

  @Test
  void shouldTellTheRestLaterWhenTooManyCameAtOnce() {
    int told = 0;
    for (int pass = 0; pass < 40; pass++) {
      for (int peer = 0; peer < 100; peer++) {
        told += refusals.note(NOW.plusSeconds(10L * pass), "p" + peer, NINE_FIVE) ? 1 : 0;
      }
    }

    assertThat(told).isEqualTo(100);
  }

  @Test
  void shouldNameTheNewestFirstWhenAsked() {
    refusals.note(NOW, "a:1", NINE_FIVE);
    refusals.note(NOW, "b:1", NINE_FIVE);
    refusals.note(NOW.plusSeconds(1), "a:1", NINE_FIVE);

    assertThat(refusals.recent(1))
        .containsExactly(
            new RefusedPeer(
                "a:1",
                RefusalReason.OTHER_SETTING,
                "evidence.max-voters",
                "9",
                "5",
                NOW.plusSeconds(1)));
  }

  @Test
  void shouldGainNothingWhenTheClockGoesBack() {
    Allowance allowance = new Allowance(1, Duration.ofSeconds(10));

    assertThat(allowance.take(NOW)).isTrue();
    assertThat(allowance.take(NOW.minusSeconds(100))).isFalse();
    assertThat(allowance.take(NOW.minusSeconds(91))).isFalse();
    assertThat(allowance.take(NOW.minusSeconds(90))).isTrue();
  }
}
