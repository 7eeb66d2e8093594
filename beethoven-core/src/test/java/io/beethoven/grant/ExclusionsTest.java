package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.Suspected;
import io.beethoven.grant.Answer.Blocked;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Unblock;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rule 4.3, in a reign of node A: W is 2,004 ms. */
class ExclusionsTest {

  private static final Voters VOTERS = voters(A, B, C, D, E);

  private final Reign reign =
      new Reign(
          A,
          EPOCH,
          7,
          new Outlook(
              VOTERS, Set.of(), Optional.empty(), 0, Edits.NONE, List.of(), Map.of(), false),
          GrantFixtures.at(0));
  private final Exclusions exclusions = new Exclusions(reign, FAST);
  private long attempt = 1;
  private final List<AllocatorEffect> effects = new ArrayList<>();

  @Test
  void shouldExcludeAfterBothRounds() {
    suspect(E);
    assertThat(effects).containsExactly(new Suspected(E));
    proceed(0);
    assertThat(blocks(1)).as("all voters but the excluded").containsExactly(A, B, C, D);

    ack(1, A, B);
    proceed(50);
    assertThat(blocks(2)).as("two of five are no quorum").isEmpty();
    ack(1, C);
    proceed(100);
    proceed(2_103);
    assertThat(blocks(2)).as("before W has passed").isEmpty();
    proceed(2_104);
    assertThat(blocks(2)).as("those that answered round 1").containsExactly(A, B, C);

    ack(2, A, B);
    assertThat(proceed(2_200)).isEmpty();
    ack(2, C);
    assertThat(proceed(2_210)).containsExactly(E);
    assertThat(exclusions.isExcluded(E)).isTrue();
    assertThat(exclusions.isRunning(E)).isFalse();
  }

  @Test
  void shouldNotCountWhomItExcludes() {
    suspect(C);
    proceed(0);

    ack(C, 1, A, B, C);
    proceed(10);
    proceed(3_000);

    assertThat(blocks(2)).isEmpty();
  }

  @Test
  void shouldNotCountAnswersOfSomebodyWhoDidNotAnswerRoundOne() {
    firstRound();
    proceed(2_104);

    ack(2, A, B, D);

    assertThat(proceed(2_200)).isEmpty();
  }

  @Test
  void shouldNotCountAnswersToAnotherReign() {
    suspect(E);
    proceed(0);
    for (Incarnation voter : List.of(A, B, C)) {
      exclusions.blocked(new Blocked(voter, new Epoch(4, A.uid()), E, 1, 1, Duration.ZERO));
    }

    proceed(10);
    proceed(3_000);

    assertThat(blocks(2)).isEmpty();
  }

  @Test
  void shouldRepeatARoundUntilItIsComplete() {
    suspect(E);
    proceed(0);
    blocks(1);

    proceed(499);
    assertThat(blocks(1)).isEmpty();
    proceed(500);
    assertThat(blocks(1)).containsExactly(A, B, C, D);
    ack(1, A, B, C);
    proceed(600);
    proceed(2_604);
    blocks(2);
    proceed(3_104);
    assertThat(blocks(2)).containsExactly(A, B, C);
  }

  @Test
  void shouldBeginOnlyOnce() {
    suspect(E);
    suspect(E);

    assertThat(effects).hasSize(1);
    assertThat(exclusions.isRunning(E)).isTrue();
    assertThat(exclusions.isRunning()).isTrue();
  }

  @Test
  void shouldBeginAgainWhenTheVotersChange() {
    firstRound();
    reign.propose(VOTERS.towards(EPOCH, set(A, B)));
    ack(2, A, B, C);

    assertThat(proceed(2_200)).isEmpty();
    proceed(2_210);
    assertThat(blocks(1)).isNotEmpty();
    assertThat(exclusions.isExcluded(E)).isFalse();
  }

  @Test
  void shouldNeedQuorumsOfBothWhileTheVotersAreBeingChanged() {
    reign.propose(voters(A, B, C).towards(EPOCH, set(C, D, E)));
    suspect(E);
    proceed(0);
    blocks(1);
    ack(1, A, B);
    proceed(10);
    proceed(2_100);
    assertThat(blocks(2)).isEmpty();

    ack(1, C, D);
    proceed(2_110);
    proceed(4_114);

    assertThat(blocks(2)).containsExactly(A, B, C, D);
  }

  @Test
  void shouldBeginAgainWhenDeathsPreventRoundTwo() {
    firstRound();
    proceed(2_104);
    reign.adopt(VOTERS, List.of(C));
    ack(2, A, B);

    assertThat(proceed(2_200)).as("of the five that lived").isEmpty();
    effects.clear();
    proceed(2_210);
    assertThat(blocks(1)).containsExactly(A, B, D);
  }

  @Test
  void shouldCompleteInSpiteOfDeathsWhenRoundTwoIsAQuorumOfThoseThatLivedInRoundOne() {
    firstRound();
    proceed(2_104);
    ack(2, A, B, C);
    reign.adopt(VOTERS, List.of(D));

    assertThat(proceed(2_200)).containsExactly(E);
  }

  @Test
  void shouldBeginAgainWhenRoundTwoIsNotCompleteInTime() {
    firstRound();
    proceed(2_104);
    ack(2, A, B);
    effects.clear();

    proceed(4_107);
    assertThat(blocks(1)).isEmpty();
    proceed(4_108);
    proceed(4_110);
    assertThat(blocks(1)).containsExactly(A, B, C, D);
    ack(1, A, B, C);
    ack(2, A, B, C);
    assertThat(proceed(4_120)).as("W begins anew").isEmpty();
  }

  @Test
  void shouldStopWhenTheNodeSpeaks() {
    firstRound();

    exclusions.spare(E, effects);

    assertThat(unblocked()).containsExactly(A, B, C, D, E);
    assertThat(exclusions.isRunning(E)).isFalse();
    ack(2, A, B, C);
    assertThat(proceed(5_000)).isEmpty();
    exclusions.spare(E, effects);
    assertThat(unblocked()).as("there is nothing to stop").isEmpty();
  }

  @Test
  void shouldReadmitOnlyByAHigherSession() {
    exclude(4);

    assertThat(exclusions.readmits(E, 4, effects)).isFalse();
    assertThat(exclusions.isExcluded(E)).isTrue();
    suspect(E);
    assertThat(effects).as("it is excluded already").isEmpty();
    assertThat(exclusions.readmits(E, 5, effects)).isTrue();
    assertThat(unblocked()).containsExactly(A, B, C, D, E);
    assertThat(exclusions.isExcluded(E)).isFalse();
    assertThat(exclusions.readmits(D, 1, effects)).as("never excluded").isTrue();
  }

  @Test
  void shouldReadmitByAnySessionWhenNoneWasKnown() {
    exclude(0);

    assertThat(exclusions.readmits(E, 1, effects)).isTrue();
  }

  @Test
  void shouldWaitLongerForUnfencedRoles() {
    firstRound();
    Duration stopDeadline = Duration.ofSeconds(10);

    exclusions.proceed(stopDeadline, Map.of(), effects, at(2_104));
    assertThat(blocks(2)).as("while the blocks stand").isNotEmpty();
    ack(2, A, B, C);
    assertThat(exclusions.proceed(stopDeadline, Map.of(), effects, at(12_103))).isEmpty();
    assertThat(exclusions.proceed(stopDeadline, Map.of(), effects, at(12_104))).containsExactly(E);
  }

  @Test
  void shouldWaitForTheLongerTermOfANodeOfASlowerProfile() {
    exclusions.suspect(E, Duration.ofSeconds(15), effects);
    proceed(0);
    ack(1, A, B, C);
    proceed(100);

    proceed(15_129);
    assertThat(blocks(2)).isEmpty();
    proceed(15_130);
    assertThat(blocks(2)).isNotEmpty();
  }

  @Test
  void shouldWaitForTheLongerTermThatAVoterKnowsOf() {
    suspect(E);
    proceed(0);
    ack(1, A, B);
    exclusions.blocked(new Blocked(C, EPOCH, E, attempt, 1, Duration.ofSeconds(15)));
    proceed(50);
    ack(1, A, B, C);
    proceed(100);

    proceed(15_129);
    assertThat(blocks(2)).isEmpty();
    proceed(15_130);
    assertThat(blocks(2)).isNotEmpty();
  }

  @Test
  void shouldForgetTheDead() {
    suspect(D);
    exclude(1);

    exclusions.forget(Set.of(D, E));

    assertThat(exclusions.isRunning()).isFalse();
    assertThat(exclusions.isExcluded(E)).isFalse();
  }

  // 4.3.3, 4.3.4

  @Test
  void shouldExcludeInTheEndWhenARoleIsNotFenced() {
    exclusions.suspect(E, FAST.leaseTerm(), effects);

    assertThat(isExcludedInAMinute(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void shouldExcludeInTheEndWhenTheNodeIsOfASlowerProfile() {
    exclusions.suspect(E, Duration.ofSeconds(15), effects);

    assertThat(isExcludedInAMinute(Duration.ZERO)).isTrue();
  }

  @Test
  void shouldExcludeInTheEndWhenAllRolesAreFenced() {
    exclusions.suspect(E, FAST.leaseTerm(), effects);

    assertThat(isExcludedInAMinute(Duration.ZERO)).isTrue();
  }

  @Test
  void shouldCountNoAnswerToAFormerAttempt() {
    firstRound();
    exclusions.spare(E, effects);
    suspect(E);
    ack(1, A, B, C);
    proceed(200);
    proceed(2_300);

    assertThat(blocks(2)).as("the blocks of the first attempt have ended").isEmpty();
  }

  @Test
  void shouldBeginAgainWhenTheFirstBlocksMayHaveLapsedBeforeTheLast() {
    suspect(E);
    proceed(0);
    long first = attempt;
    ack(1, A);
    proceed(4_010);
    proceed(4_020);

    assertThat(attempt).isGreaterThan(first);
  }

  private boolean isExcludedInAMinute(Duration unfenced) {
    Map<Incarnation, Blocks> blocks = new TreeMap<>();
    for (long millis = 0; millis < 60_000; millis += 50) {
      if (!exclusions.proceed(unfenced, Map.of(), effects, at(millis)).isEmpty()) {
        return true;
      }
      for (Send send : only(effects, Send.class)) {
        Blocks ofVoter = blocks.computeIfAbsent(send.to(), voter -> new Blocks());
        ofVoter.expire(at(millis));
        Block block = (Block) send.order();
        attempt = block.attempt();
        if (block.round() == 1) {
          ofVoter.begin(block, at(millis));
        }
        if (ofVoter.stands(block)) {
          ack(block.round(), send.to());
        }
      }
      effects.clear();
    }
    return false;
  }

  /** Round 1 is complete 100 ms after the start. */
  private void firstRound() {
    suspect(E);
    proceed(0);
    ack(1, A, B, C);
    proceed(100);
    effects.clear();
  }

  private void exclude(long session) {
    firstRound();
    proceed(2_104);
    ack(2, A, B, C);
    exclusions.proceed(Duration.ZERO, Map.of(E, session), effects, at(2_200));
    assertThat(exclusions.isExcluded(E)).isTrue();
    effects.clear();
  }

  private void suspect(Incarnation node) {
    exclusions.suspect(node, FAST.leaseTerm(), effects);
  }

  private Set<Incarnation> proceed(long millis) {
    Set<Incarnation> done = exclusions.proceed(Duration.ZERO, Map.of(), effects, at(millis));
    only(effects, Send.class).stream()
        .filter(send -> send.order() instanceof Block)
        .forEach(send -> attempt = ((Block) send.order()).attempt());
    return done;
  }

  private void ack(int round, Incarnation... voters) {
    ack(E, round, voters);
  }

  private void ack(Incarnation blocked, int round, Incarnation... voters) {
    for (Incarnation voter : voters) {
      exclusions.blocked(new Blocked(voter, EPOCH, blocked, attempt, round, Duration.ZERO));
    }
  }

  /** To whom a round was sent since the last call. */
  private List<Incarnation> blocks(int round) {
    List<Send> sent =
        only(effects, Send.class).stream()
            .filter(send -> send.order() instanceof Block block && block.round() == round)
            .toList();
    effects.removeAll(sent);
    return sent.stream().map(Send::to).toList();
  }

  private List<Incarnation> unblocked() {
    List<Send> sent =
        only(effects, Send.class).stream()
            .filter(send -> send.order() instanceof Unblock unblock && unblock.node().equals(E))
            .toList();
    effects.removeAll(sent);
    return sent.stream().map(Send::to).toList();
  }
}
