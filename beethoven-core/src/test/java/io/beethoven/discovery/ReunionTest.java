package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.ReunionEffect.Answer;
import io.beethoven.discovery.ReunionEffect.Propose;
import io.beethoven.discovery.ReunionEffect.TellPromise;
import io.beethoven.discovery.ReunionEffect.Yield;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReunionTest {

  private static final ReunionPolicy POLICY = ReunionPolicy.DEFAULT;
  private static final Endpoint SELF = beacon(1);
  private static final Endpoint COLLEAGUE = beacon(2);

  private final Reunion reunion = new Reunion(SELF, POLICY, new SplittableRandom(3));
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void leadAClusterOfThree() {
    assertThat(reunion.onOwn(now, cluster(100, 3), SELF)).isEmpty();
  }

  private static Endpoint beacon(int host) {
    return new Endpoint("10.0.0." + host, 33_000);
  }

  private static Standing cluster(long id, int size) {
    return new Standing(Phase.CLUSTERED, id, size, Instant.EPOCH);
  }

  private static Sighting member(int host, Standing standing) {
    return new Sighting(
        new Incarnation(new NodeId("10.0.0." + host, 25_520), host), beacon(host), standing);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private Propose meet(int host, Standing standing) {
    List<ReunionEffect> effects = reunion.onSighting(now, member(host, standing));
    assertThat(effects).hasSize(1).first().isInstanceOf(Propose.class);
    return (Propose) effects.get(0);
  }

  private List<ReunionEffect> accept(Propose proposal, int host, Standing standing) {
    return reunion.onAnswer(
        now, new ProposalAnswer(proposal.number(), Verdict.ACCEPTED, standing, beacon(host)));
  }

  private ProposalAnswer asked(int host, Standing standing) {
    List<ReunionEffect> effects = reunion.onProposal(now, 77, member(host, standing));
    assertThat(effects).first().isInstanceOf(Answer.class);
    return ((Answer) effects.get(0)).answer();
  }

  // who proposes

  @Test
  void shouldProposeWhenItMeetsALargerCluster() {
    Propose proposal = meet(9, cluster(200, 4));

    assertThat(proposal.target()).isEqualTo(beacon(9));
    assertThat(proposal.own()).isEqualTo(cluster(100, 3));
  }

  @Test
  void shouldWaitForTheOtherWhenThatIsTheOneToGiveWay() {
    assertThat(reunion.onSighting(now, member(9, cluster(200, 2)))).isEmpty();
    assertThat(reunion.onSighting(now, member(9, cluster(200, 3)))).isEmpty();
    assertThat(reunion.wakeAt()).isEmpty();
  }

  @Test
  void shouldProposeToThatOfLowerIdWhenTheyAreOfEqualSizeAndAge() {
    assertThat(meet(9, cluster(50, 3)).target()).isEqualTo(beacon(9));
  }

  @Test
  void shouldLeaveProposingToItsLeader() {
    reunion.onOwn(now, cluster(100, 3), COLLEAGUE);

    assertThat(reunion.onSighting(now, member(9, cluster(200, 4)))).isEmpty();
  }

  @Test
  void shouldProposeWhenItBecomesLeader() {
    reunion.onOwn(now, cluster(100, 3), COLLEAGUE);
    reunion.onSighting(now, member(9, cluster(200, 4)));

    assertThat(reunion.onOwn(now, cluster(100, 2), SELF))
        .hasSize(1)
        .first()
        .isInstanceOf(Propose.class);
  }

  @Test
  void shouldProposeToTheOneThatAllGiveWayToWhenThereAreThree() {
    Propose first = meet(9, cluster(200, 4));
    reunion.onSighting(now, member(8, cluster(300, 9)));

    reunion.onUnanswered(now, first.number());
    pass(POLICY.retryMax());

    assertThat(reunion.onWake(now)).hasSize(1).first().extracting("target").isEqualTo(beacon(8));
  }

  // what comes of a proposal

  @Test
  void shouldYieldWhenItsProposalIsAccepted() {
    Propose proposal = meet(9, cluster(200, 4));

    assertThat(accept(proposal, 9, cluster(200, 4)))
        .containsExactly(new Yield(beacon(9), cluster(200, 4)));
    assertThat(reunion.isYielding()).isTrue();
  }

  @Test
  void shouldYieldOnceWhenAnAcceptanceComesTwice() {
    Propose proposal = meet(9, cluster(200, 4));
    accept(proposal, 9, cluster(200, 4));

    assertThat(accept(proposal, 9, cluster(200, 4))).isEmpty();
  }

  @Test
  void shouldNotYieldWhenTheAcceptanceComesLate() {
    Propose proposal = meet(9, cluster(200, 4));
    pass(POLICY.patience());

    assertThat(accept(proposal, 9, cluster(200, 4))).isEmpty();
    assertThat(reunion.isYielding()).isFalse();
  }

  @Test
  void shouldNotYieldWhenAnOlderProposalIsAccepted() {
    Propose older = meet(9, cluster(200, 4));
    reunion.onUnanswered(now, older.number());
    pass(POLICY.retryMax());
    Propose newer = meet(9, cluster(200, 4));

    assertThat(accept(older, 9, cluster(200, 4))).isEmpty();
    assertThat(accept(newer, 9, cluster(200, 4))).hasSize(1);
  }

  @Test
  void shouldNotYieldWhenItIsInAnotherClusterMeanwhile() {
    Propose proposal = meet(9, cluster(200, 4));
    reunion.onOwn(now, cluster(101, 3), SELF);

    assertThat(accept(proposal, 9, cluster(200, 4))).isEmpty();
  }

  @Test
  void shouldTryAgainWhenNoAnswerComesAndItMeetsTheOtherAgain() {
    Propose lost = meet(9, cluster(200, 4));
    assertThat(reunion.wakeAt()).contains(now.plus(POLICY.patience()));
    pass(POLICY.patience());
    assertThat(reunion.onWake(now)).isEmpty();
    pass(POLICY.retryMax());
    assertThat(reunion.onWake(now)).isEmpty();

    assertThat(meet(9, cluster(200, 4)).number()).isNotEqualTo(lost.number());
  }

  @Test
  void shouldLeaveItToTheOtherWhenItIsRefusedSinceTheSizesHaveChanged() {
    Propose proposal = meet(9, cluster(200, 4));

    reunion.onAnswer(
        now, new ProposalAnswer(proposal.number(), Verdict.REFUSED, cluster(200, 1), beacon(9)));
    pass(POLICY.retryMax());

    assertThat(reunion.onWake(now)).isEmpty();
    assertThat(asked(9, cluster(200, 1)).verdict()).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void shouldAskAgainWhenItIsRefusedForAnotherReason() {
    Propose proposal = meet(9, cluster(200, 4));

    reunion.onAnswer(
        now, new ProposalAnswer(proposal.number(), Verdict.REFUSED, cluster(200, 4), beacon(9)));
    assertThat(reunion.onWake(now)).isEmpty();
    Instant wake = reunion.wakeAt().orElseThrow();
    assertThat(Duration.between(now, wake)).isBetween(POLICY.retryMin(), POLICY.retryMax());
    pass(POLICY.retryMax());

    assertThat(reunion.onWake(now)).hasSize(1);
  }

  @Test
  void shouldAskWhomItIsSentToAndInTheEndGiveUp() {
    Propose proposal = meet(9, cluster(200, 4));
    int hops = 0;
    while (true) {
      List<ReunionEffect> next =
          reunion.onAnswer(
              now,
              new ProposalAnswer(
                  proposal.number(), Verdict.ELSEWHERE, cluster(200, 4), beacon(20 + hops)));
      if (next.isEmpty()) {
        break;
      }
      proposal = (Propose) next.get(0);
      assertThat(proposal.target()).isEqualTo(beacon(20 + hops));
      hops++;
    }

    assertThat(hops).isEqualTo(4);
    assertThat(accept(proposal, 9, cluster(200, 4))).isEmpty();
  }

  // what is said to proposals

  @Test
  void shouldAcceptAndPromiseWhenTheOtherGivesWay() {
    assertThat(reunion.onProposal(now, 77, member(9, cluster(200, 2))))
        .containsExactly(
            new Answer(new ProposalAnswer(77, Verdict.ACCEPTED, cluster(100, 3), SELF)),
            new TellPromise(POLICY.promise()));
  }

  @Test
  void shouldNotProposeToAThirdBeforeThePromiseIsOver() {
    asked(9, cluster(200, 2));
    assertThat(reunion.onSighting(now, member(8, cluster(300, 9)))).isEmpty();
    assertThat(reunion.wakeAt()).contains(now.plus(POLICY.promise()));
    pass(POLICY.promise().minusNanos(1));
    assertThat(reunion.onWake(now)).isEmpty();

    pass(Duration.ofNanos(1));
    assertThat(reunion.onWake(now)).hasSize(1);
  }

  @Test
  void shouldKeepItsFormerLeadersPromise() {
    reunion.onOwn(now, cluster(100, 3), COLLEAGUE);
    reunion.onPromised(now, Duration.ofDays(300));
    reunion.onOwn(now, cluster(100, 2), SELF);

    assertThat(reunion.onSighting(now, member(8, cluster(300, 9)))).isEmpty();
    pass(POLICY.promise());
    assertThat(reunion.onWake(now)).hasSize(1);
  }

  @Test
  void shouldRefuseAndProposeItselfWhenItIsTheOneToGiveWay() {
    List<ReunionEffect> effects = reunion.onProposal(now, 77, member(9, cluster(200, 4)));

    assertThat(effects)
        .first()
        .isEqualTo(new Answer(new ProposalAnswer(77, Verdict.REFUSED, cluster(100, 3), SELF)));
    assertThat(effects.get(1)).isInstanceOf(Propose.class);
  }

  @Test
  void shouldAcceptNobodyWhileItHasProposed() {
    Propose proposal = meet(9, cluster(200, 4));

    assertThat(asked(9, cluster(200, 1)).verdict()).isEqualTo(Verdict.REFUSED);
    ProposalAnswer third = asked(8, cluster(300, 1));
    assertThat(third.verdict()).isEqualTo(Verdict.ELSEWHERE);
    assertThat(third.whom()).isEqualTo(beacon(9));

    accept(proposal, 9, cluster(200, 4));
    assertThat(asked(8, cluster(300, 1)).verdict()).isEqualTo(Verdict.ELSEWHERE);
    assertThat(asked(9, cluster(200, 1)).verdict()).isEqualTo(Verdict.ELSEWHERE);
  }

  @Test
  void shouldNameTheThirdWhenItGivesWayToThatWhileItIsBound() {
    asked(9, cluster(200, 2));
    reunion.onSighting(now, member(8, cluster(300, 9)));

    ProposalAnswer answer = asked(9, cluster(200, 2));

    assertThat(answer.verdict()).isEqualTo(Verdict.ELSEWHERE);
    assertThat(answer.whom()).isEqualTo(beacon(8));
  }

  @Test
  void shouldNameItsLeaderWhenItDoesNotLead() {
    reunion.onOwn(now, cluster(100, 3), COLLEAGUE);

    ProposalAnswer answer = asked(9, cluster(200, 2));

    assertThat(answer.verdict()).isEqualTo(Verdict.ELSEWHERE);
    assertThat(answer.whom()).isEqualTo(COLLEAGUE);
  }

  @Test
  void shouldRefuseItsOwnClusterAndOneThatIsNone() {
    assertThat(asked(2, cluster(100, 1)).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(asked(9, Standing.SEEKING).verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void shouldRefuseAllWhenItIsInNoCluster() {
    reunion.onOwn(now, new Standing(Phase.LEAVING, 100, 0), SELF);

    assertThat(asked(9, cluster(200, 2)).verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void shouldForgetAClusterThatIsNotMetAgain() {
    asked(9, cluster(200, 2));
    reunion.onSighting(now, member(8, cluster(300, 9)));
    pass(POLICY.memory());

    assertThat(reunion.onWake(now)).isEmpty();
    assertThat(asked(9, cluster(200, 2)).verdict()).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void shouldRememberOnlySoManyClustersWhenAStrangerInventsThem() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(reunion.onSighting(now, member(8, cluster(1000 + i, 1)))).isEmpty();
    }

    assertThat(asked(9, cluster(200, 2)).verdict()).isEqualTo(Verdict.ACCEPTED);
  }
}
