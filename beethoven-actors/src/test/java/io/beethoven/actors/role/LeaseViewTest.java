package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Moment;
import io.beethoven.model.Epoch;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaseViewTest {

  private static final Duration TERM = Duration.ofSeconds(2);
  private static final Duration LITTLE = Duration.ofNanos(1_000_000);
  private static final Token TOKEN = new Token(new Epoch(7, 1), 1);

  private final SteppedClock clock = new SteppedClock();
  private final LeaseView lease = new LeaseView(clock);
  private final AtomicInteger ended = new AtomicInteger();

  private void extend() {
    lease.set(Optional.of(clock.now().plus(TERM)));
  }

  @Test
  void shouldHoldNoLeaseAtFirst() {
    assertThat(lease.holds()).isFalse();
    assertThat(lease.until()).isEmpty();
  }

  @Test
  void shouldHoldUntilTheVeryMomentAtWhichItEnds() {
    extend();
    clock.pass(TERM.minus(LITTLE));
    assertThat(lease.holds()).isTrue();

    clock.pass(LITTLE);

    assertThat(lease.holds()).isFalse();
  }

  @Test
  void shouldEndByEitherClock() {
    extend();
    clock.passByWallClockOnly(TERM);
    assertThat(lease.holds()).isFalse();

    extend();
    assertThat(lease.holds()).isTrue();
    clock.passByMonotonicClockOnly(TERM);
    assertThat(lease.holds()).isFalse();
  }

  @Test
  void shouldCompareMonotonicClocksThatOverflow() {
    Moment now = clock.now();
    assertThat(now.plus(TERM).nanos()).isNegative();

    extend();

    assertThat(lease.holds()).isTrue();
  }

  @Test
  void shouldEndAtOnceWhenItIsTakenAway() {
    extend();

    lease.set(Optional.empty());

    assertThat(lease.holds()).isFalse();
  }

  @Test
  void shouldActOnceWhenTheLeaseHasEnded() {
    extend();
    lease.whenEnded(ended::incrementAndGet);
    lease.check();
    assertThat(ended).hasValue(0);
    assertThat(lease.isWatched()).isTrue();

    clock.pass(TERM);
    lease.check();
    lease.check();
    extend();
    clock.pass(TERM);
    lease.check();

    assertThat(ended).hasValue(1);
    assertThat(lease.isWatched()).isFalse();
  }

  @Test
  void shouldNotActWhenThatWasForgotten() {
    Runnable action = ended::incrementAndGet;
    lease.whenEnded(action);

    lease.forget(action);
    lease.check();

    assertThat(ended).hasValue(0);
  }

  // rights

  @Test
  void shouldHoldARightOnlyWhileThereIsALease() {
    RightState right = new RightState(TOKEN, lease);
    assertThat(right.granted()).isFalse();
    extend();
    assertThat(right.granted()).isTrue();

    clock.pass(TERM);

    assertThat(right.granted()).isFalse();
  }

  @Test
  void shouldNeverHoldARightAgainThatWasRevokedThoughTheLeaseComesBack() {
    extend();
    RightState right = new RightState(TOKEN, lease);
    clock.pass(TERM);
    right.revoke();

    extend();

    assertThat(lease.holds()).isTrue();
    assertThat(right.granted()).isFalse();
    right.retoken(new Token(new Epoch(8, 1), 1));
    assertThat(right.granted()).isFalse();
  }
}
