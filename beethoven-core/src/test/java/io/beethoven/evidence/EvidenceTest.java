package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static io.beethoven.evidence.Nodes.settled;
import static io.beethoven.evidence.Nodes.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.evidence.Evidence.HeldForDead;
import io.beethoven.evidence.Evidence.Step;
import io.beethoven.evidence.Evidence.TellVotes;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvidenceTest {

  private static final Set<Incarnation> NOBODY = Set.of();

  private static Evidence at(int self, int voterCount) {
    return Evidence.of(node(self)).withVoters(settled(voters(voterCount))).evidence();
  }

  @Test
  void shouldConfirmByOneProofWhenTwoNodes() {
    assertThat(at(1, 2).prove(node(2)).newlyDead()).containsExactly(node(2));
    assertThat(at(2, 2).prove(node(1)).newlyDead()).containsExactly(node(1));
  }

  @Test
  void shouldTellVotesWhenSomethingWasProved() {
    Step step = at(2, 4).prove(node(4));

    assertThat(step.newlyDead()).isEmpty();
    assertThat(step.effects()).containsExactly(new TellVotes(List.of(node(4)), List.of()));
    assertThat(step.evidence().unconfirmed()).containsExactly(node(4));
  }

  @Test
  void shouldSayNothingWhenNothingChanged() {
    Evidence proved = at(2, 4).prove(node(4)).evidence();

    assertThat(proved.prove(node(4)).effects()).isEmpty();
    assertThat(proved.prove(node(4)).evidence()).isEqualTo(proved);
  }

  @Test
  void shouldConfirmWhenTheSecondOfThreeVotesArrives() {
    Step step = at(2, 4).prove(node(4)).evidence().vote(node(3), nodes(4), NOBODY);

    assertThat(step.newlyDead()).containsExactly(node(4));
    assertThat(step.effects()).containsExactly(new TellVotes(List.of(node(4)), List.of(node(4))));
    assertThat(step.evidence().unconfirmed()).isEmpty();
  }

  @Test
  void shouldConfirmWhenItHasNotSeenTheDeathItself() {
    Evidence heard = at(2, 4).vote(node(1), nodes(4), NOBODY).evidence();

    assertThat(heard.vote(node(3), nodes(4), NOBODY).newlyDead()).containsExactly(node(4));
  }

  @Test
  void shouldCountAVoteOnceWhenItIsRepeated() {
    Evidence once = at(5, 5).vote(node(4), nodes(1), NOBODY).evidence();
    Step twice = once.vote(node(4), nodes(1), NOBODY);

    assertThat(twice.newlyDead()).isEmpty();
    assertThat(twice.evidence()).isEqualTo(once);
    assertThat(twice.effects()).isEmpty();
  }

  @Test
  void shouldNotCountVotesOfNonVoters() {
    Evidence outsider = at(8, 4).prove(node(4)).evidence();

    assertThat(outsider.dead()).isEmpty();
    assertThat(outsider.vote(node(9), nodes(4), NOBODY).newlyDead()).isEmpty();
  }

  @Test
  void shouldConfirmTheDeathOfANonVoterByAQuorumOfAllVoters() {
    Evidence one = at(2, 3).prove(node(7)).evidence();

    assertThat(one.dead()).isEmpty();
    assertThat(one.vote(node(3), nodes(7), NOBODY).newlyDead()).containsExactly(node(7));
  }

  @Test
  void shouldNeedTheLowestWhenVotesAreSplitEvenly() {
    assertThat(at(3, 3).prove(node(2)).newlyDead()).isEmpty();
    assertThat(at(1, 3).prove(node(2)).newlyDead()).containsExactly(node(2));
  }

  @Test
  void shouldConfirmBothWhenTwoVictimsDieAtOnce() {
    // Of five, 2 and 3 are left out of the count only if both deaths are taken together.
    Evidence one = at(4, 5).prove(node(2)).evidence().prove(node(3)).evidence();
    assertThat(one.dead()).isEmpty();

    Step step = one.vote(node(5), nodes(2, 3), NOBODY);

    assertThat(step.newlyDead()).containsExactly(node(2), node(3));
  }

  @Test
  void shouldConfirmTheVotersAndThenTheOthersWhenVictimsOfBothKindsDie() {
    Step step = at(2, 2).prove(node(7)).evidence().prove(node(1));

    assertThat(step.newlyDead()).containsExactly(node(1), node(7));
  }

  @Test
  void shouldConfirmTheRestWhenAConfirmationMadeTheirVotesSuffice() {
    // {1} is confirmed by 2, 3, 4 of five; then 2 and 3 are half of {2, 3, 4, 5} with its lowest,
    // and a majority once 5 is left out as well.
    Evidence before = at(2, 5).prove(node(5)).evidence().vote(node(3), nodes(5), NOBODY).evidence();
    Evidence dead = before.vote(node(4), nodes(1), NOBODY).evidence();
    assertThat(dead.dead()).isEmpty();

    Step step = dead.prove(node(1));
    Step last = step.evidence().vote(node(3), nodes(1), NOBODY);

    assertThat(last.evidence().dead()).containsExactlyInAnyOrder(node(1), node(5));
  }

  @Test
  void shouldAdoptADeathThatAMemberHolds() {
    Step step = at(2, 5).vote(node(3), NOBODY, nodes(4));

    assertThat(step.newlyDead()).containsExactly(node(4));
  }

  @Test
  void shouldAcceptNothingFromTheDead() {
    Evidence evidence = at(2, 5).depart(node(4)).evidence();

    Step step = evidence.vote(node(4), nodes(5), nodes(3));

    assertThat(step.newlyDead()).isEmpty();
    assertThat(step.evidence()).isEqualTo(evidence);
  }

  @Test
  void shouldNotCountTheVoteOfAVoterThatDiedSince() {
    Evidence heard = at(3, 5).vote(node(4), nodes(1), NOBODY).evidence();
    Evidence without = heard.depart(node(4)).evidence();

    // Left are 1, 2, 3, 5; 3 alone is no quorum of 2, 3, 5.
    assertThat(without.prove(node(1)).newlyDead()).isEmpty();
  }

  @Test
  void shouldHoldADepartedPeerForDead() {
    Step step = at(2, 3).depart(node(1));

    assertThat(step.newlyDead()).containsExactly(node(1));
    assertThat(step.effects()).containsExactly(new TellVotes(List.of(), List.of(node(1))));
  }

  @Test
  void shouldConfirmEarlierVotesWhenADepartureMakesThemSuffice() {
    Evidence voted = at(3, 4).prove(node(4)).evidence();
    assertThat(voted.dead()).isEmpty();
    Evidence one = voted.depart(node(1)).evidence();

    assertThat(one.depart(node(2)).newlyDead()).containsExactly(node(2), node(4));
  }

  @Test
  void shouldConfirmEarlierVotesWhenTheVotersChange() {
    Evidence voted = at(2, 4).prove(node(4)).evidence();

    assertThat(voted.withVoters(settled(new VoterSet(List.of(node(2), node(4))))).newlyDead())
        .containsExactly(node(4));
  }

  @Test
  void shouldSayOnceThatItIsHeldForDeadWhenAMemberHoldsItSo() {
    Step first = at(2, 3).vote(node(1), NOBODY, nodes(2));
    Step second = first.evidence().vote(node(3), NOBODY, nodes(2));

    assertThat(first.effects()).containsExactly(new HeldForDead());
    assertThat(first.evidence().heldForDead()).isTrue();
    assertThat(first.evidence().dead()).isEmpty();
    assertThat(second.effects()).isEmpty();
  }

  @Test
  void shouldSayThatItIsHeldForDeadWhenVotesSuffice() {
    Evidence one = at(4, 4).vote(node(2), nodes(4), NOBODY).evidence();
    Step step = one.vote(node(3), nodes(4), NOBODY);

    assertThat(one.heldForDead()).isFalse();
    assertThat(step.effects()).containsExactly(new HeldForDead());
    assertThat(step.evidence().dead()).isEmpty();
  }

  @Test
  void shouldSayThatItIsHeldForDeadWhenVotesSufficeForItTogetherWithAnother() {
    Evidence one = at(4, 5).vote(node(2), nodes(4, 5), NOBODY).evidence();
    Step step = one.vote(node(3), nodes(4, 5), NOBODY);

    assertThat(step.effects()).contains(new HeldForDead());
    assertThat(step.evidence().dead()).doesNotContain(node(4));
  }

  @Test
  void shouldIgnoreItsOwnProofGoodbyeAndVote() {
    Evidence evidence = at(2, 2);

    assertThat(evidence.prove(node(2)).evidence()).isEqualTo(evidence);
    assertThat(evidence.depart(node(2)).evidence()).isEqualTo(evidence);
    assertThat(evidence.vote(node(2), nodes(1), nodes(1)).evidence()).isEqualTo(evidence);
  }

  @Test
  void shouldForgetOnlyTheEarliestOfTheFormerDead() {
    Evidence evidence = at(1, 2).depart(node(9)).evidence();
    evidence = evidence.depart(node(8)).evidence().depart(node(2)).evidence();

    Evidence kept = evidence.retain(nodes(1, 2), 1);

    assertThat(kept.dead()).containsExactly(node(8), node(2));
  }

  @Test
  void shouldForgetVotesOfAndAgainstStrangers() {
    Evidence evidence = at(1, 5).prove(node(8)).evidence();
    evidence = evidence.vote(node(9), nodes(3), NOBODY).evidence();
    evidence = evidence.vote(node(4), nodes(8, 2), NOBODY).evidence();

    Evidence kept = evidence.retain(nodes(1, 2, 3, 4, 5), 10);

    assertThat(kept.proved()).isEmpty();
    assertThat(kept.votes()).containsOnlyKeys(node(4));
    assertThat(kept.votes().get(node(4))).containsExactly(node(2));
  }

  @Test
  void shouldTellOnlyTheLatestWhenManyAreDead() {
    Evidence evidence = at(1, 2);
    List<Incarnation> departed = new ArrayList<>();
    for (int uid = 1; uid <= Evidence.MAX_TOLD + 1; uid++) {
      Incarnation life = new Incarnation(node(9).node(), uid);
      departed.add(life);
      evidence = evidence.depart(life).evidence();
    }

    assertThat(evidence.dead()).hasSameSizeAs(departed);
    assertThat(evidence.votesToTell().dead())
        .containsExactlyElementsOf(departed.subList(1, departed.size()));
  }

  @Test
  void shouldRefuseANegativeBound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> at(1, 1).retain(NOBODY, -1))
        .withMessage("formerDead must be >= 0, was -1");
  }
}
