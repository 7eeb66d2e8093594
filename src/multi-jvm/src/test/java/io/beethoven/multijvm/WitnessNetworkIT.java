package io.beethoven.multijvm;

import io.beethoven.testkit.fault.Scenario;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A witness that no cut of a network reaches sees the promises kept. Needs root. */
@Tag("netns")
@Timeout(180)
class WitnessNetworkIT {

  @SuppressWarnings("NullAway.Init") // set before all
  private static WatchedCluster cluster;

  @BeforeAll
  static void start() throws IOException, TimeoutException, InterruptedException {
    cluster = WatchedCluster.start(3, true);
  }

  @AfterAll
  static void close() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fault=drop target=host hold=5000ms seed=1",
        "fault=drop target=allocator hold=5000ms seed=2"
      })
  void shouldKeepItsPromisesWhenAHostIsCutOff(String scenario)
      throws IOException, TimeoutException, InterruptedException {
    cluster.play(Scenario.parse(scenario));
  }
}
