package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.Standing.Phase;
import java.time.Instant;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StandingTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static Standing cluster(long id, int size, Instant formedAt) {
    return new Standing(Phase.CLUSTERED, id, size, formedAt);
  }

  @Test
  void shouldGiveWayWhenSmallerThenWhenYoungerThenWhenItsIdIsHigher() {
    Standing small = cluster(1, 2, NOON);
    Standing large = cluster(9, 3, NOON.plusSeconds(1));
    Standing older = cluster(9, 2, NOON.minusMillis(1));
    Standing higher = cluster(2, 2, NOON);

    assertThat(small.givesWayTo(large)).isTrue();
    assertThat(small.givesWayTo(older)).isTrue();
    assertThat(higher.givesWayTo(small)).isTrue();
  }

  @Test
  void shouldBeAnIslandOnlyWhenBothAreInClustersAndInDifferentOnes() {
    Standing one = cluster(1, 2, NOON);

    assertThat(one.isIslandTo(cluster(2, 2, NOON))).isTrue();
    assertThat(one.isIslandTo(cluster(1, 5, NOON))).isFalse();
    assertThat(one.isIslandTo(cluster(0, 5, NOON))).isFalse();
    assertThat(one.isIslandTo(new Standing(Phase.LEAVING, 2, 5))).isFalse();
    assertThat(Standing.SEEKING.isIslandTo(one)).isFalse();
  }

  @Provide
  Arbitrary<Standing> standings() {
    return BeaconMessages.standings();
  }

  @Property
  void shouldLetExactlyOneOfTwoClustersGiveWay(
      @ForAll("standings") Standing left, @ForAll("standings") Standing right) {
    boolean same =
        left.clusterId() == right.clusterId()
            && left.clusterSize() == right.clusterSize()
            && left.formedAt().equals(right.formedAt());

    assertThat(left.givesWayTo(right) ^ right.givesWayTo(left)).isNotEqualTo(same);
  }
}
