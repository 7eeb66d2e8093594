package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.reborn;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A cluster of which no quorum is left, rule 4.7: the lease ends after 2,004 ms. */
class RefoundingTest {

  private static final Incarnation A2 = reborn(A);
  private static final Incarnation B2 = reborn(B);
  private static final Incarnation C2 = reborn(C);
  private static final Voters VOTERS = voters(A, B, C);

  private final Refounding refounding = new Refounding();

  @Test
  void shouldReplaceTheVotersWhenAllHaveNextLivesAndTheLeaseHasEnded() {
    Reign reign = reign(VOTERS, Set.of());
    assertThat(replace(reign, 0, A2, B2, C2)).isEmpty();
    assertThat(replace(reign, 2_003, A2, B2, C2)).isEmpty();

    assertThat(replace(reign, 2_004, A2, B2, C2))
        .contains(
            new Voters(
                VOTERS.cluster(),
                VOTERS.version() + 1,
                EPOCH,
                VoterSet.EMPTY,
                Optional.of(set(A2, B2, C2))));
  }

  @Test
  void shouldFoundNothingInsideAnotherClusterThatLives() {
    Reign reign = reign(voters(A), Set.of());
    refounding.replace(reign, List.of(A2, B), FAST.leaseTerm(), true, at(0));
    assertThat(refounding.replace(reign, List.of(A2, B), FAST.leaseTerm(), true, at(10_000)))
        .isEmpty();

    assertThat(replace(reign, 10_100, A2, B)).as("its time begins now").isEmpty();
    assertThat(replace(reign, 12_104, A2, B)).isPresent();
  }

  @Test
  void shouldKeepAVoterThatLivesWithoutAQuorum() {
    assertThat(late(reign(VOTERS, Set.of()), A2, B2, C).orElseThrow().next())
        .contains(set(A2, B2, C));
  }

  @Test
  void shouldNotReplaceThemWhileOneIsMissingOrAQuorumLives() {
    assertThat(late(reign(VOTERS, Set.of()), A2, B2))
        .as("C may have proved the others dead, and go on alone")
        .isEmpty();
    assertThat(late(reign(VOTERS, Set.of()), A2, B2, D)).isEmpty();
    assertThat(late(reign(VOTERS, Set.of()), A, B, C)).as("the same lives").isEmpty();
    assertThat(late(reign(VOTERS, Set.of()), A2, B, C)).as("two of three live").isEmpty();
    assertThat(late(reign(Voters.NONE, Set.of()), A2, B2, C2)).isEmpty();
  }

  @Test
  void shouldNotWaitForTheDead() {
    assertThat(late(reign(VOTERS, Set.of(C)), B2)).isEmpty();
    assertThat(late(reign(VOTERS, Set.of(C)), A2, B2).orElseThrow().next()).contains(set(A2, B2));
  }

  @Test
  void shouldWaitAnewWhenSomebodyWasMissingInBetween() {
    Reign reign = reign(VOTERS, Set.of());
    replace(reign, 0, A2, B2, C2);
    replace(reign, 1_000, A2, B2);
    replace(reign, 2_000, A2, B2, C2);

    assertThat(replace(reign, 2_100, A2, B2, C2)).isEmpty();
    assertThat(replace(reign, 4_004, A2, B2, C2)).isPresent();
  }

  @Test
  void shouldNeedFormerAndNextVotersWhenTheyWereBeingChanged() {
    Voters joint = voters(A, B).towards(EPOCH, set(C, D));

    assertThat(late(reign(joint, Set.of()), A2, B2)).isEmpty();
    assertThat(late(reign(joint, Set.of()), A2, B2, C2, D).orElseThrow().next())
        .contains(set(A2, B2, C2, D));
  }

  @Test
  void shouldNotBeginAgainWhenAReplacementIsOnItsWay() {
    Voters founding = new Voters(7, 4, EPOCH, VoterSet.EMPTY, Optional.of(set(A2, B2)));

    assertThat(late(reign(founding, Set.of()), A2, B2)).isEmpty();
  }

  @Test
  void shouldGoOnWithTheNextVotersWhenAllOfTheFormerWentBeforeTheChangeWasComplete() {
    Voters joint = voters(A).towards(EPOCH, set(A, B));

    assertThat(late(reign(joint, Set.of(A)), B).orElseThrow().next()).contains(set(B));
    assertThat(late(reign(joint, Set.of()), B)).as("A may live").isEmpty();
  }

  private Optional<Voters> late(Reign reign, Incarnation... reporters) {
    Refounding fresh = new Refounding();
    fresh.replace(reign, List.of(reporters), FAST.leaseTerm(), false, at(0));
    return fresh.replace(reign, List.of(reporters), FAST.leaseTerm(), false, at(10_000));
  }

  private Optional<Voters> replace(Reign reign, long millis, Incarnation... reporters) {
    return refounding.replace(reign, List.of(reporters), FAST.leaseTerm(), false, at(millis));
  }

  private static Reign reign(Voters voters, Set<Incarnation> dead) {
    return new Reign(
        A2,
        EPOCH,
        7,
        new Outlook(voters, dead, Optional.empty(), 0, Edits.NONE, List.of(), Map.of(), false),
        GrantFixtures.at(0));
  }
}
