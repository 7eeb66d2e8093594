package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.multijvm.RoleWitness.Life;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two halves of a network that hear nothing of each other for a while. Needs root. */
@Tag("netns")
@Timeout(300)
class IslandsIT {

  private static final List<Integer> SOME = List.of(1, 2);
  private static final List<Integer> OTHERS = List.of(3, 4);

  /** Ten times the goal. */
  private static final Duration MERGED = Duration.ofSeconds(100);

  /** Ten times the term. */
  private static final Duration LEASES_ENDED = Duration.ofSeconds(20);

  /** Each finds that it is alone, and forms. */
  private static final Duration TWO_CLUSTERS = Duration.ofSeconds(120);

  private static final Namespaces NETWORK = Namespaces.create(4);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
          IslandsIT.class,
          Map.of("one", 1, "two", 2),
          (number, node) -> node.setting("beethoven.security.mode", "none"),
          NETWORK);

  @AfterEach
  void killAll() {
    CLUSTER.killAll();
    heal();
  }

  @Test
  void shouldBecomeOneClusterWhenTwoThatFormedApartMeet() {
    NETWORK.part(SOME, OTHERS);
    CLUSTER.start(1, 2, 3, 4);

    CLUSTER.awaitWhole(TWO_CLUSTERS, SOME);
    CLUSTER.awaitWhole(TWO_CLUSTERS, OTHERS);

    long met = System.nanoTime();
    heal();
    CLUSTER.awaitWhole(MERGED);
    TestCluster.measured(
        "islands that never met to one cluster", Duration.ofNanos(System.nanoTime() - met));

    // One side has stopped what it ran; from then on nothing ran more often than it shall.
    List<Life> stopped =
        List.of("one", "two").stream()
            .flatMap(role -> CLUSTER.lives(role).stream())
            .filter(life -> !life.isRunning() && life.until() > met)
            .toList();
    assertThat(stopped).as("what the cluster that ended ran").hasSizeGreaterThanOrEqualTo(3);
    CLUSTER.assertNeverMoreThanCounted(stopped.stream().mapToLong(Life::until).max().orElseThrow());
    // Until then each side ran its own, and no more.
    assertThat(RoleWitness.mostAtOnce(CLUSTER.lives("one"), met)).isEqualTo(2);
    assertThat(RoleWitness.mostAtOnce(CLUSTER.lives("two"), met)).isEqualTo(4);
  }

  @Test
  @Tag("nightly")
  void shouldRunOnInTheLowerHalfOnlyAndBecomeWholeWhenThePartitionHeals() {
    CLUSTER.start(1, 2, 3, 4);
    CLUSTER.awaitWhole(TestCluster.WHOLE);
    long whole = System.nanoTime();

    NETWORK.part(SOME, OTHERS);
    CLUSTER.awaitWhole(TWO_CLUSTERS, SOME);
    CLUSTER.await(
        LEASES_ENDED,
        "the other half runs nothing",
        () -> assertThat(running()).extracting(Life::node).isSubsetOf(addresses(SOME)));

    long met = System.nanoTime();
    heal();
    CLUSTER.awaitWhole(MERGED);
    TestCluster.measured("healed partition to whole", Duration.ofNanos(System.nanoTime() - met));
    CLUSTER.assertNeverMoreThanCounted(whole);
  }

  private static List<String> addresses(List<Integer> numbers) {
    return numbers.stream().map(number -> CLUSTER.node(number).name()).toList();
  }

  private static List<Life> running() {
    return List.of("one", "two").stream()
        .flatMap(role -> CLUSTER.lives(role).stream())
        .filter(Life::isRunning)
        .toList();
  }

  private static void heal() {
    for (int number = 1; number <= 4; number++) {
      NETWORK.heal(number);
    }
  }
}
