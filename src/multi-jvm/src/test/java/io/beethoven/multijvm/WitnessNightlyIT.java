package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.fault.Fault;
import io.beethoven.testkit.fault.Scenario;
import io.beethoven.testkit.fault.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault that there is, at the host of a role and at the allocator's node, in clusters of
 * several sizes, while a witness looks on. Needs root and a C compiler.
 */
@Tag("nightly")
@Tag("netns")
@Timeout(3600)
class WitnessNightlyIT {

  /** Longer than the bound of a freeze or a cut in the profile that is the default. */
  private static final Duration HOLD = Duration.ofMillis(5500);

  private static final Duration SHORT_HOLD = Duration.ofMillis(80);

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7})
  void shouldKeepItsPromisesWhateverIsDone(int size)
      throws IOException, TimeoutException, InterruptedException {
    try (WatchedCluster cluster = WatchedCluster.start(size, true)) {
      assertThat(cluster.faults()).containsExactly(Fault.values());
      for (Target target : new Target[] {Target.HOST, Target.ALLOCATOR}) {
        for (Fault fault : Fault.values()) {
          cluster.play(new Scenario(fault, target, hold(fault), size));
        }
      }
    }
  }

  /** Two nodes: without proof of death the lower one goes on alone, and the upper one waits. */
  @ParameterizedTest
  @ValueSource(strings = {"freeze", "drop", "kill", "stop", "restart-of-all"})
  void shouldKeepItsPromisesWhenThereAreTwo(String fault)
      throws IOException, TimeoutException, InterruptedException {
    try (WatchedCluster cluster = WatchedCluster.start(2, true)) {
      cluster.play(new Scenario(Fault.parse(fault), Target.ALLOCATOR, HOLD, 1));
      cluster.play(new Scenario(Fault.parse(fault), Target.OTHER, HOLD, 2));
    }
  }

  private static Duration hold(Fault fault) {
    return switch (fault) {
      case KILL_WHILE_IT_HANDS_OVER, KILL_WHO_TAKES_OVER -> SHORT_HOLD;
      default -> HOLD;
    };
  }
}
