package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static io.beethoven.evidence.Nodes.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.Incarnation;
import java.util.LinkedHashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuorumTest {

  @Test
  void shouldHoldForMoreThanHalf() {
    assertThat(Quorum.holds(nodes(2, 3), voters(3), Set.of())).isTrue();
    assertThat(Quorum.holds(nodes(3), voters(3), Set.of())).isFalse();
  }

  @Test
  void shouldNeedTheLowestWhenSplitEvenly() {
    assertThat(Quorum.holds(nodes(1), voters(2), Set.of())).isTrue();
    assertThat(Quorum.holds(nodes(2), voters(2), Set.of())).isFalse();
    assertThat(Quorum.holds(nodes(2, 3), voters(4), Set.of())).isFalse();
    assertThat(Quorum.holds(nodes(1, 4), voters(4), Set.of())).isTrue();
  }

  @Test
  void shouldTakeTheLowestOfThoseAliveWhenTheLowestIsDead() {
    assertThat(Quorum.holds(nodes(2), voters(3), nodes(1))).isTrue();
    assertThat(Quorum.holds(nodes(3), voters(3), nodes(1))).isFalse();
  }

  @Test
  void shouldNotCountTheDeadNorStrangers() {
    assertThat(Quorum.holds(nodes(1, 7, 8), voters(5), nodes(1))).isFalse();
    assertThat(Quorum.holds(nodes(1, 2, 3), voters(5), nodes(1))).isTrue();
  }

  @Test
  void shouldNotHoldWhenNobodyIsLeft() {
    assertThat(Quorum.holds(Set.of(), VoterSet.EMPTY, Set.of())).isFalse();
    assertThat(Quorum.holds(nodes(1), voters(1), nodes(1))).isFalse();
  }

  @Property
  void shouldIntersectWhenTwoQuorumsAreOfTheSameLiveVoters(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll("subsets") Set<Integer> dead,
      @ForAll("subsets") Set<Integer> one,
      @ForAll("subsets") Set<Integer> other) {
    Set<Incarnation> d = nodes(dead);
    Assume.that(Quorum.holds(nodes(one), voters(count), d));
    Assume.that(Quorum.holds(nodes(other), voters(count), d));

    Set<Incarnation> common = new LinkedHashSet<>(voters(count).without(d).voters());
    common.retainAll(nodes(one));
    common.retainAll(nodes(other));

    assertThat(common).isNotEmpty();
  }

  @Property
  void shouldHoldForExactlyOneSideOfAnySplit(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll("subsets") Set<Integer> dead,
      @ForAll("subsets") Set<Integer> side) {
    Set<Incarnation> d = nodes(dead);
    VoterSet v = voters(count);
    Assume.that(v.without(d).size() > 0);

    Set<Incarnation> rest = new LinkedHashSet<>(v.voters());
    rest.removeAll(nodes(side));

    assertThat(Quorum.holds(nodes(side), v, d)).isNotEqualTo(Quorum.holds(rest, v, d));
  }

  @Property
  void shouldStillHoldWhenMoreAgree(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll("subsets") Set<Integer> q,
      @ForAll @IntRange(min = 1, max = 9) int another) {
    Assume.that(Quorum.holds(nodes(q), voters(count), Set.of()));

    Set<Incarnation> more = nodes(q);
    more.add(node(another));

    assertThat(Quorum.holds(more, voters(count), Set.of())).isTrue();
  }

  @Provide
  Arbitrary<Set<Integer>> subsets() {
    return Arbitraries.subsetOf(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }
}
