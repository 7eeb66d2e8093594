package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static io.beethoven.evidence.Nodes.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.Incarnation;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuorumTest {

  private static final int ALL = (1 << 9) - 1;

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
      @ForAll @IntRange(max = ALL) int dead,
      @ForAll @IntRange(max = ALL) int one,
      @ForAll @IntRange(max = ALL) int other) {
    Set<Incarnation> d = subset(dead);
    Assume.that(Quorum.holds(subset(one), voters(count), d));
    Assume.that(Quorum.holds(subset(other), voters(count), d));

    Set<Incarnation> common = new LinkedHashSet<>(voters(count).without(d).voters());
    common.retainAll(subset(one));
    common.retainAll(subset(other));

    assertThat(common).isNotEmpty();
  }

  @Property
  void shouldHoldForExactlyOneSideOfAnySplit(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll @IntRange(max = ALL) int dead,
      @ForAll @IntRange(max = ALL) int side) {
    Set<Incarnation> d = subset(dead);
    VoterSet v = voters(count);
    Assume.that(v.without(d).size() > 0);

    Set<Incarnation> rest = new LinkedHashSet<>(v.voters());
    rest.removeAll(subset(side));

    assertThat(Quorum.holds(subset(side), v, d)).isNotEqualTo(Quorum.holds(rest, v, d));
  }

  @Property
  void shouldStillHoldWhenMoreAgree(
      @ForAll @IntRange(min = 1, max = 9) int count,
      @ForAll @IntRange(max = ALL) int q,
      @ForAll @IntRange(min = 1, max = 9) int another) {
    Assume.that(Quorum.holds(subset(q), voters(count), Set.of()));

    Set<Incarnation> more = subset(q);
    more.add(node(another));

    assertThat(Quorum.holds(more, voters(count), Set.of())).isTrue();
  }

  /** Bit n - 1 stands for node n. */
  private static Set<Incarnation> subset(int bits) {
    return IntStream.rangeClosed(1, 9)
        .filter(n -> (bits & 1 << (n - 1)) != 0)
        .mapToObj(Nodes::node)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
