package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.T0;
import static io.beethoven.grant.GrantFixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.Epoch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 4.3, on a voter. */
class BlocksTest {

  private static final Duration W = Duration.ofMillis(2_004);
  private static final Epoch NEXT = new Epoch(EPOCH.counter() + 1, C.uid());

  private final Blocks blocks = new Blocks();

  @Test
  void shouldStandForTheReignThatBeganIt() {
    assertThat(blocks.stands(A, EPOCH)).isFalse();

    blocks.begin(A, EPOCH, W, T0);

    assertThat(blocks.isBlocked(A)).isTrue();
    assertThat(blocks.isBlocked(B)).isFalse();
    assertThat(blocks.stands(A, EPOCH)).isTrue();
    assertThat(blocks.stands(A, NEXT)).isFalse();
  }

  @Test
  void shouldEndWhenItIsSaidTo() {
    blocks.begin(A, EPOCH, W, T0);
    blocks.begin(B, EPOCH, W, T0);

    blocks.end(A);
    blocks.end(A);

    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.isBlocked(B)).isTrue();
  }

  @Test
  void shouldEndWhenAHigherEpochIsPromised() {
    blocks.begin(A, EPOCH, W, T0);
    blocks.begin(B, NEXT, W, T0);

    blocks.promised(NEXT);

    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.stands(B, NEXT)).isTrue();
  }

  @Test
  void shouldEndByItselfThreeWAfterTheLastFirstRound() {
    blocks.begin(A, EPOCH, W, T0);
    blocks.begin(B, EPOCH, W, T0);
    blocks.begin(B, EPOCH, W, at(1_000));

    blocks.expire(at(6_011));
    assertThat(blocks.isBlocked(A)).isTrue();
    blocks.expire(at(6_012));
    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.isBlocked(B)).as("it was repeated").isTrue();
    blocks.expire(at(7_012));
    assertThat(blocks.isBlocked(B)).isFalse();
  }
}
