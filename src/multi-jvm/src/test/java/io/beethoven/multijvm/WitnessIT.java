package io.beethoven.multijvm;

import io.beethoven.testkit.fault.Scenario;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A witness outside of the cluster sees the promises kept, whatever is done to processes. */
@Timeout(180)
class WitnessIT {

  @SuppressWarnings("NullAway.Init") // set before all
  private static WatchedCluster cluster;

  @BeforeAll
  static void start() throws IOException, TimeoutException, InterruptedException {
    cluster = WatchedCluster.start(3, false);
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
        "fault=kill target=host hold=500ms seed=1",
        "fault=kill target=allocator hold=500ms seed=2",
        "fault=stop target=host hold=0ms seed=3",
        "fault=freeze target=host hold=5000ms seed=4",
        "fault=freeze target=allocator hold=5000ms seed=5"
      })
  void shouldKeepItsPromisesWhenAProcessFails(String scenario)
      throws IOException, TimeoutException, InterruptedException {
    cluster.play(Scenario.parse(scenario));
  }
}
