package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.T0;
import static io.beethoven.grant.GrantFixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Order.Block;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 4.3, on a voter. */
class BlocksTest {

  private static final Duration LIFE = Duration.ofMillis(6_012);
  private static final Epoch NEXT = new Epoch(EPOCH.counter() + 1, C.uid());

  private final Blocks blocks = new Blocks();

  private static Block block(Incarnation node, Epoch epoch, long attempt) {
    return new Block(epoch, node, attempt, 1, LIFE);
  }

  @Test
  void shouldStandForTheAttemptThatBeganIt() {
    assertThat(blocks.stands(block(A, EPOCH, 1))).isFalse();

    blocks.begin(block(A, EPOCH, 1), T0);

    assertThat(blocks.isBlocked(A)).isTrue();
    assertThat(blocks.isBlocked(B)).isFalse();
    assertThat(blocks.stands(block(A, EPOCH, 1))).isTrue();
    assertThat(blocks.stands(block(A, EPOCH, 2))).isFalse();
    assertThat(blocks.stands(block(A, NEXT, 1))).isFalse();
  }

  @Test
  void shouldBelongToTheLatestAttempt() {
    blocks.begin(block(A, EPOCH, 2), T0);
    blocks.begin(block(A, EPOCH, 1), at(10));

    assertThat(blocks.stands(block(A, EPOCH, 2))).isTrue();

    blocks.begin(block(A, EPOCH, 3), at(20));

    assertThat(blocks.stands(block(A, EPOCH, 2))).isFalse();
    assertThat(blocks.stands(block(A, EPOCH, 3))).isTrue();
  }

  @Test
  void shouldEndWhenItIsSaidTo() {
    blocks.begin(block(A, EPOCH, 1), T0);
    blocks.begin(block(B, EPOCH, 2), T0);

    blocks.end(A, EPOCH, 1);
    blocks.end(A, EPOCH, 1);
    blocks.end(B, EPOCH, 1);

    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.isBlocked(B)).as("of a later attempt").isTrue();
  }

  @Test
  void shouldNotBeginAgainWhenItHasEnded() {
    blocks.end(A, EPOCH, 1);
    blocks.begin(block(A, EPOCH, 1), T0);
    assertThat(blocks.isBlocked(A)).as("its end was quicker").isFalse();

    blocks.begin(block(B, EPOCH, 1), T0);
    blocks.expire(at(6_012));
    blocks.begin(block(B, EPOCH, 1), at(6_013));
    assertThat(blocks.isBlocked(B)).as("there was a gap").isFalse();

    blocks.begin(block(B, EPOCH, 2), at(6_014));
    assertThat(blocks.stands(block(B, EPOCH, 2))).isTrue();
  }

  @Test
  void shouldEndWhenAHigherEpochIsPromised() {
    blocks.begin(block(A, EPOCH, 1), T0);
    blocks.begin(block(B, NEXT, 1), T0);

    blocks.promised(NEXT);

    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.stands(block(B, NEXT, 1))).isTrue();
  }

  @Test
  void shouldEndByItselfWhenItsLifeIsOverSinceTheLastFirstRound() {
    blocks.begin(block(A, EPOCH, 1), T0);
    blocks.begin(block(B, EPOCH, 1), T0);
    blocks.begin(block(B, EPOCH, 1), at(1_000));

    blocks.expire(at(6_011));
    assertThat(blocks.isBlocked(A)).isTrue();
    blocks.expire(at(6_012));
    assertThat(blocks.isBlocked(A)).isFalse();
    assertThat(blocks.isBlocked(B)).as("it was repeated").isTrue();
    blocks.expire(at(7_012));
    assertThat(blocks.isBlocked(B)).isFalse();
  }
}
