package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static io.beethoven.evidence.Nodes.settled;
import static io.beethoven.evidence.Nodes.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Evidence.Step;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EvidencePropertiesTest {

  /** A message from a node: what it proved and whom it holds for dead. */
  record Vote(int from, Set<Integer> proved, Set<Integer> dead) {}

  @Property
  void shouldNeverShrinkDNorEnterItself(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll @IntRange(min = 1, max = 9) int self,
      @ForAll("votes") List<Vote> votes) {
    Evidence evidence = Evidence.of(node(self)).withVoters(settled(voters(count))).evidence();
    for (Vote vote : votes) {
      Step step = evidence.vote(node(vote.from()), nodes(vote.proved()), nodes(vote.dead()));
      Set<Incarnation> grown = new LinkedHashSet<>(evidence.dead());
      grown.addAll(step.newlyDead());

      assertThat(step.evidence().dead()).containsAll(evidence.dead()).doesNotContain(node(self));
      assertThat(step.evidence().dead()).containsExactlyInAnyOrderElementsOf(grown);
      assertThat(Collections.disjoint(step.newlyDead(), evidence.dead())).isTrue();
      evidence = step.evidence();
    }
  }

  @Property
  void shouldChangeNothingWhenEveryVoteIsRepeated(
      @ForAll @IntRange(min = 1, max = 9) int count, @ForAll("votes") List<Vote> votes) {
    Evidence evidence = Evidence.of(node(1)).withVoters(settled(voters(count))).evidence();
    for (Vote vote : votes) {
      evidence = apply(evidence, vote);
      assertThat(apply(evidence, vote)).isEqualTo(evidence);
    }
  }

  /** The accused do not vote here, as the dead do not: see the properties of {@link Evidence}. */
  @Property
  void shouldReachTheSameDWhateverTheOrderOfVotes(
      @ForAll @IntRange(min = 2, max = 9) int count,
      @ForAll("subsets") Set<Integer> victims,
      @ForAll("votes") List<Vote> votes,
      @ForAll Random random) {
    List<UnaryOperator<Evidence>> events = new ArrayList<>();
    for (Vote vote : votes) {
      Set<Integer> proved = new LinkedHashSet<>(vote.proved());
      proved.retainAll(victims);
      if (!victims.contains(vote.from())) {
        events.add(evidence -> apply(evidence, new Vote(vote.from(), proved, Set.of())));
      }
    }
    Evidence start = Evidence.of(node(20)).withVoters(settled(voters(count))).evidence();
    Set<Incarnation> inOrder = after(start, events).dead();
    Collections.shuffle(events, random);

    assertThat(after(start, events).dead()).containsExactlyInAnyOrderElementsOf(inOrder);
  }

  /** Rule 6, said the other way round: what enters D is a set for which such a quorum exists. */
  @Property
  void shouldConfirmFirstOnlyWhatAQuorumOfTheOthersProved(
      @ForAll @IntRange(min = 1, max = 9) int count, @ForAll("votes") List<Vote> votes) {
    Evidence evidence = Evidence.of(node(20)).withVoters(settled(voters(count))).evidence();
    for (Vote vote : votes) {
      Step step = evidence.vote(node(vote.from()), nodes(vote.proved()), Set.of());
      evidence = step.evidence();
      if (!step.newlyDead().isEmpty()) {
        break;
      }
    }
    Set<Incarnation> confirmed = evidence.dead();
    Map<Incarnation, Set<Incarnation>> said = evidence.votes();

    for (Incarnation victim : confirmed) {
      long against =
          evidence.voters().all().stream()
              .filter(voter -> said.getOrDefault(voter, Set.of()).contains(victim))
              .count();
      int left = evidence.voters().live(confirmed).size();
      assertThat(2 * against).isGreaterThanOrEqualTo(left).isPositive();
    }
  }

  @Property
  void shouldConfirmEveryVictimWhenAllSurvivorsProvedThem(
      @ForAll @IntRange(min = 1, max = 9) int count, @ForAll("subsets") Set<Integer> victims) {
    Evidence evidence = Evidence.of(node(20)).withVoters(settled(voters(count))).evidence();
    boolean anyVoterLeft = false;
    for (int voter = 1; voter <= count; voter++) {
      if (!victims.contains(voter)) {
        anyVoterLeft = true;
        evidence = apply(evidence, new Vote(voter, victims, Set.of()));
      }
    }

    assertThat(evidence.dead())
        .containsExactlyInAnyOrderElementsOf(anyVoterLeft ? nodes(victims) : Set.of());
  }

  @Property
  void shouldConfirmNobodyWhenOnlyAMinorityVotes(
      @ForAll @IntRange(min = 3, max = 9) int count,
      @ForAll @IntRange(min = 10, max = 12) int victim) {
    Evidence evidence = Evidence.of(node(20)).withVoters(settled(voters(count))).evidence();
    int minority = (count - 1) / 2;
    for (int voter = 1; voter <= minority; voter++) {
      evidence = apply(evidence, new Vote(voter, Set.of(victim), Set.of()));
    }

    assertThat(evidence.dead()).isEmpty();
  }

  private static Evidence apply(Evidence evidence, Vote vote) {
    return evidence.vote(node(vote.from()), nodes(vote.proved()), nodes(vote.dead())).evidence();
  }

  private static Evidence after(Evidence start, List<UnaryOperator<Evidence>> events) {
    Evidence evidence = start;
    for (UnaryOperator<Evidence> event : events) {
      evidence = event.apply(evidence);
    }
    return evidence;
  }

  @Provide
  Arbitrary<List<Vote>> votes() {
    Arbitrary<Set<Integer>> few = Arbitraries.integers().between(1, 11).set().ofMaxSize(3);
    return Combinators.combine(Arbitraries.integers().between(1, 10), few, few)
        .as(Vote::new)
        .list()
        .ofMaxSize(14);
  }

  @Provide
  Arbitrary<Set<Integer>> subsets() {
    return Arbitraries.subsetOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }
}
