package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rule 4.2, with a term of two seconds. */
class LeaseAccountTest {

  private static final Duration TERM = Duration.ofSeconds(2);

  private final LeaseAccount account = new LeaseAccount(B, TERM, at(0));

  @Test
  void shouldCountTheTermFromTheMomentOfTheRequest() {
    account.credit(A, at(100));

    assertThat(until(voters(A, B, C), at(900))).contains(at(2_100));
  }

  @Test
  void shouldHoldUntilTheDeadlineAndNoLonger() {
    account.credit(A, at(0));
    Moment deadline = at(2_000);
    Moment before = new Moment(deadline.nanos() - 1, deadline.wall().minusNanos(1));

    assertThat(holds(voters(A, B, C), before)).isTrue();
    assertThat(holds(voters(A, B, C), deadline)).isFalse();
  }

  @Test
  void shouldEndByWhicheverClockIsAheadWhenTheMachineSlept() {
    account.credit(A, at(0));

    assertThat(holds(voters(A, B, C), at(10, 1_999))).isTrue();
    assertThat(holds(voters(A, B, C), at(10, 2_000))).as("suspended").isFalse();
    assertThat(holds(voters(A, B, C), at(10, 3_600_000))).as("suspended for long").isFalse();
    assertThat(holds(voters(A, B, C), at(2_000, 10))).as("wall clock not ahead").isFalse();
  }

  @Test
  void shouldNotLastLongerWhenTheWallClockIsSetBack() {
    account.credit(A, at(0));

    assertThat(holds(voters(A, B, C), at(1_999, -3_600_000))).isTrue();
    assertThat(holds(voters(A, B, C), at(2_000, -3_600_000))).isFalse();
  }

  @Test
  void shouldHaveNoneBeforeAQuorumGaveCredit() {
    assertThat(until(Voters.NONE, at(0))).isEmpty();
    assertThat(until(voters(A, B, C), at(0))).isEmpty();
    account.credit(A, at(0));
    assertThat(until(voters(A, B, C, D, E), at(0))).isEmpty();
  }

  @Test
  void shouldEndWithTheOldestCreditThatTheQuorumNeeds() {
    account.credit(A, at(300));
    account.credit(C, at(100));
    account.credit(D, at(200));

    assertThat(until(voters(A, B, C, D, E), at(400))).contains(at(2_200));
  }

  @Test
  void shouldNeedMoreOthersWhenItDoesNotVoteItself() {
    account.credit(A, at(100));
    assertThat(until(voters(A, C, D), at(200))).isEmpty();

    account.credit(D, at(50));
    assertThat(until(voters(A, C, D), at(200))).contains(at(2_050));
  }

  @Test
  void shouldNeedNobodyWhenItIsAQuorumByItself() {
    assertThat(holds(voters(B), at(10_000))).isTrue();
    assertThat(holds(voters(B, C), at(10_000))).as("the lower of two").isTrue();
    assertThat(holds(voters(A, B), at(10_000))).as("the higher of two").isFalse();
    account.credit(A, at(9_000));
    assertThat(holds(voters(A, B), at(10_000))).isTrue();
  }

  @Test
  void shouldCountTheDeadForNothing() {
    account.credit(A, at(0));

    assertThat(until(voters(A, B, C, D), Set.of(A), at(100))).isEmpty();
    account.credit(C, at(50));
    assertThat(until(voters(A, B, C, D), Set.of(A), at(100))).contains(at(2_050));
    assertThat(LeaseAccount.holds(until(voters(A, B, C), Set.of(A), at(10_000)), at(10_000)))
        .as("the lower of the two that live")
        .isTrue();
  }

  @Test
  void shouldNeedAQuorumOfBothWhenTheVotersAreBeingChanged() {
    Voters joint = voters(A, B, C).towards(EPOCH, set(B, D, E));
    account.credit(A, at(100));
    assertThat(until(joint, at(200))).as("none of the next voters").isEmpty();

    account.credit(D, at(50));
    assertThat(until(joint, at(200))).contains(at(2_050));
    account.credit(E, at(150));
    assertThat(until(joint, at(200))).contains(at(2_100));
    assertThat(until(joint, at(200))).isEqualTo(until(voters(A, B, C), at(200)));
  }

  @Test
  void shouldKeepTheNewestCreditWhateverComesLast() {
    assertThat(account.credit(A, at(300))).as("a new creditor").isTrue();
    assertThat(account.credit(A, at(100))).isFalse();
    assertThat(until(voters(A, B, C), at(400))).contains(at(2_300));
    account.credit(A, at(350));
    assertThat(until(voters(A, B, C), at(400))).contains(at(2_350));
  }

  @Test
  void shouldSayWhenItEndedEvenIfThatIsPast() {
    account.credit(A, at(0));

    assertThat(until(voters(A, B, C), at(60_000))).contains(at(2_000));
    assertThat(holds(voters(A, B, C), at(60_000))).isFalse();
  }

  @Test
  void shouldForgetCreditors() {
    account.credit(A, at(0));
    account.credit(C, at(0));
    assertThat(account.creditors()).containsExactly(A, C);

    account.forget(Set.of(A));
    assertThat(account.creditors()).containsExactly(C);
    account.clear();
    assertThat(until(voters(A, B, C), at(1))).isEmpty();
    assertThat(account.credit(A, at(1))).as("new again").isTrue();
  }

  private Optional<Moment> until(Voters voters, Moment now) {
    return until(voters, Set.of(), now);
  }

  private Optional<Moment> until(Voters voters, Set<Incarnation> dead, Moment now) {
    return account.until(voters, dead);
  }

  private boolean holds(Voters voters, Moment now) {
    return LeaseAccount.holds(until(voters, now), now);
  }
}
