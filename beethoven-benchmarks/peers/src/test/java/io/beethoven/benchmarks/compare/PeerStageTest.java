package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.benchmarks.Event;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each peer for real, in processes. */
class PeerStageTest {

  private static final int SITE = 40;

  @Test
  void shouldMeasureAKillOfTheFastestPeer() throws Exception {
    kill(Peer.JGROUPS, 3);
  }

  @Tag("nightly")
  @ParameterizedTest
  @EnumSource(Peer.class)
  void shouldMeasureAKill(Peer peer) throws Exception {
    kill(peer, 3);
  }

  @Tag("nightly")
  @ParameterizedTest
  @EnumSource(names = {"JGROUPS", "IGNITE"})
  void shouldMeasureAFreezeAndAStop(Peer peer) throws Exception {
    try (Stage stage = stage(peer, 3)) {
      Measured frozen = stage.run(Event.FREEZE);
      Measured stopped = stage.run(Event.STOP);

      assertThat(frozen.totalMillis()).isGreaterThan(100);
      assertThat(frozen.to()).isNotEqualTo(frozen.from());
      assertThat(stopped.totalMillis()).isPositive();
      assertThat(stopped.finMillis()).isEmpty();
    }
  }

  private static void kill(Peer peer, int nodes) throws Exception {
    try (Stage stage = stage(peer, nodes)) {
      Measured measured = stage.run(Event.KILL);

      assertThat(measured.to()).isNotEqualTo(measured.from());
      assertThat(measured.totalMillis()).isPositive();
      assertThat(measured.gapMillis()).isGreaterThanOrEqualTo(measured.totalMillis());
      assertThat(measured.finMillis()).hasValueSatisfying(fin -> assertThat(fin).isPositive());
      assertThat(measured.overlap()).isEqualTo(Overlap.NONE);
    }
  }

  private static Stage stage(Peer peer, int nodes) throws Exception {
    return Stage.start(
        new PeerContender(peer, Setting.EXPERT),
        SITE,
        new StageOptions(nodes, 100, 3000, List.of()));
  }
}
