package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.fault.Fault;
import io.beethoven.testkit.fault.FaultCluster;
import io.beethoven.testkit.fault.FaultClusterOptions;
import io.beethoven.testkit.fault.Scenario;
import io.beethoven.testkit.fault.Target;
import io.beethoven.testkit.witness.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault that there is, at the host of a role and at the allocator's node, in clusters of
 * several sizes and in each profile, while a witness looks on. A fault after which a promise was
 * not kept does not keep the others from being played. Needs root, a C compiler, and the machine
 * for itself.
 */
@Tag("nightly")
@Tag("netns")
@Timeout(5400)
class WitnessNightlyIT {

  private static final String FAST = "fast";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Longer than the bound of a freeze or a cut in the profile fast. */
  private static final long BEYOND = 5_500;

  /** Longer than it takes until the membership removes a node. */
  private static final long REMOVED = 15_000;

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7})
  void shouldKeepItsPromisesWhateverIsDone(int size)
      throws IOException, TimeoutException, InterruptedException {
    List<Scenario> scenarios = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      long[] holds = holds(fault);
      for (Target target : targets(fault)) {
        for (int i = 0; i < holds.length; i++) {
          long seed = i * 10_000L + size * 1_000L + target.ordinal() * 100L + fault.ordinal();
          scenarios.add(new Scenario(fault, target, Duration.ofMillis(holds[i]), seed));
        }
      }
    }
    playAll(size, FAST, scenarios);
  }

  /** In milliseconds. */
  private static long[] holds(Fault fault) {
    return switch (fault) {
      case KILL_WHILE_IT_HANDS_OVER, KILL_WHO_TAKES_OVER -> new long[] {0, 30, 80};
      // While it starts.
      case RESTART_STORM -> new long[] {400};
      // It wakes up before the lease has ended, before and in the middle of the exclusion, after
      // it, and when it is no member any more.
      case FREEZE -> new long[] {1_200, 2_500, 3_700, BEYOND, REMOVED};
      case DROP -> new long[] {2_500, BEYOND, REMOVED};
      case RESTART_OF_ALL -> new long[] {0, BEYOND};
      // What is done is drawn.
      case CLOCK_STEP, SCALE_DOWN_WHILE_FROZEN, MOVING_PARTITION ->
          new long[] {BEYOND, BEYOND, BEYOND};
      default -> new long[] {BEYOND};
    };
  }

  /** Some faults choose their victim by themselves. */
  private static List<Target> targets(Fault fault) {
    return switch (fault) {
      case HANG_IN_START,
          HANG_IN_STOP,
          SCALE_DOWN_WHILE_FROZEN,
          RESTART_OF_ALL,
          MOVING_PARTITION,
          NO_QUORUM ->
          List.of(Target.HOST);
      default -> List.of(Target.HOST, Target.ALLOCATOR);
    };
  }

  /** Two nodes: without proof of death the lower one goes on alone, and the upper one waits. */
  @ParameterizedTest
  @ValueSource(strings = {"freeze", "drop", "kill", "stop", "restart-of-all"})
  void shouldKeepItsPromisesWhenThereAreTwo(String fault)
      throws IOException, TimeoutException, InterruptedException {
    Duration hold = Duration.ofMillis(BEYOND);
    playAll(
        2,
        FAST,
        List.of(
            new Scenario(Fault.parse(fault), Target.ALLOCATOR, hold, 1),
            new Scenario(Fault.parse(fault), Target.OTHER, hold, 2)));
  }

  /** The bounds are those that the nodes print. */
  @ParameterizedTest
  @CsvSource({"balanced, 13000", "safe, 36000"})
  void shouldKeepItsPromisesInTheSlowerProfiles(String profile, long beyond)
      throws IOException, TimeoutException, InterruptedException {
    List<Scenario> scenarios = new ArrayList<>();
    for (Fault fault : List.of(Fault.KILL, Fault.STOP, Fault.FREEZE, Fault.DROP)) {
      for (Target target : List.of(Target.HOST, Target.ALLOCATOR)) {
        scenarios.add(new Scenario(fault, target, Duration.ofMillis(beyond), fault.ordinal()));
      }
    }
    playAll(3, profile, scenarios);
  }

  /** Two that do not hear each other, while all others hear both. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void shouldKeepItsPromisesWhenTwoDoNotHearEachOther(int size)
      throws IOException, TimeoutException, InterruptedException {
    try (WatchedCluster watched = WatchedCluster.startAlone(size, FAST)) {
      FaultCluster cluster = watched.cluster();
      for (int i = 0; i < 2; i++) {
        int allocator = cluster.allocator();
        int other = allocator % size + 1;
        int third = other % size + 1;
        List<Integer> one = List.of(i == 0 ? allocator : third);
        watched.play(
            "partial cut of " + one + " and " + other,
            Cause.CUT,
            size - 1,
            () -> {
              cluster.network().part(one, List.of(other));
              TimeUnit.MILLISECONDS.sleep(2 * BEYOND);
              cluster.network().healAll();
            });
      }
    }
  }

  /** Four in two halves: the one with the lowest address has a quorum. */
  @Test
  void shouldGoOnInTheHalfWithTheLowestAddress()
      throws IOException, TimeoutException, InterruptedException {
    try (WatchedCluster watched = WatchedCluster.startAlone(4, FAST)) {
      FaultCluster cluster = watched.cluster();
      watched.play(
          "even split",
          Cause.OTHER,
          2,
          () -> {
            cluster.network().part(List.of(1, 2), List.of(3, 4));
            TimeUnit.MILLISECONDS.sleep(BEYOND);
            awaitHolders(cluster, 1, 2);
            cluster.network().healAll();
          });
    }
  }

  /** Nobody has a quorum, nothing runs, and an operator says who goes on. */
  @Test
  void shouldRunNothingWithoutAQuorumUntilAnOperatorSaysWhoGoesOn()
      throws IOException, TimeoutException, InterruptedException {
    try (WatchedCluster watched = WatchedCluster.startAlone(3, FAST)) {
      FaultCluster cluster = watched.cluster();
      watched.play(
          "forced quorum",
          Cause.OTHER,
          1,
          () -> {
            cluster.network().part(List.of(1), List.of(2, 3));
            cluster.node(3).kill();
            TimeUnit.MILLISECONDS.sleep(BEYOND);
            awaitHolders(cluster);
            TimeUnit.MILLISECONDS.sleep(BEYOND);
            assertThat(cluster.holders(FaultClusterOptions.ONE)).as("no quorum").isEmpty();

            // The lowest: no half of the others is a quorum without it, whenever they hear of it.
            assertThat(cluster.node(1).forceQuorum())
                .containsExactly(cluster.node(2).name(), cluster.node(3).name());
            awaitHolders(cluster, 1);
            cluster.network().healAll();
            cluster.startAgain(3);
          });
    }
  }

  /** Waits until the role with one instance is valid on one of these nodes, or nowhere. */
  private static void awaitHolders(FaultCluster cluster, int... nodes) {
    List<String> names = new ArrayList<>();
    for (int node : nodes) {
      names.add(cluster.node(node).name());
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(cluster.holders(FaultClusterOptions.ONE).values())
                    .hasSize(names.isEmpty() ? 0 : 1)
                    .isSubsetOf(names));
  }

  private static void playAll(int size, String profile, List<Scenario> scenarios)
      throws IOException, TimeoutException, InterruptedException {
    AssertionError failed = new AssertionError("of " + scenarios.size() + " scenarios failed some");
    WatchedCluster cluster = WatchedCluster.startAlone(size, profile);
    try {
      assertThat(cluster.faults()).containsExactly(Fault.values());
      for (Scenario scenario : scenarios) {
        try {
          cluster.play(scenario);
        } catch (AssertionError | TimeoutException | IOException | RuntimeException e) {
          failed.addSuppressed(new AssertionError(scenario.text(), e));
          cluster.close();
          cluster = WatchedCluster.startAlone(size, profile);
        }
      }
    } catch (Throwable e) {
      e.addSuppressed(failed);
      throw e;
    } finally {
      cluster.close();
    }
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}
