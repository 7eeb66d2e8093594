package io.beethoven.discovery;

import static io.beethoven.discovery.AddressClaim.REFUSE;
import static io.beethoven.discovery.AddressClaim.SPARE;
import static io.beethoven.discovery.AddressClaim.YIELD;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AddressClaimTest {

  private static final NodeId NODE = new NodeId("10.0.0.1", 25520);

  private static AddressClaim judge(long own, Phase ownPhase, long theirs, Phase theirPhase) {
    Endpoint at = new Endpoint("10.0.0.2", 33000);
    Hello hello =
        new Hello(
            Purpose.PROBE,
            1,
            "c",
            "s",
            Agreement.NONE,
            new Incarnation(NODE, theirs),
            at,
            in(theirPhase),
            at,
            at);
    return AddressClaim.judge(new Incarnation(NODE, own), in(ownPhase), hello);
  }

  private static Standing in(Phase phase) {
    return new Standing(phase, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"STANDALONE", "CLUSTERED", "LEAVING"})
  void shouldRefuseANewcomerWhenThisNodeRunsRoles(Phase own) {
    assertThat(judge(2, own, 1, Phase.SEEKING)).isEqualTo(REFUSE);
    assertThat(judge(2, own, 1, Phase.JOINING)).isEqualTo(REFUSE);
  }

  @ParameterizedTest
  @EnumSource(names = {"STANDALONE", "CLUSTERED", "LEAVING"})
  void shouldYieldWhenThisNodeIsTheNewcomer(Phase theirs) {
    assertThat(judge(1, Phase.SEEKING, 2, theirs)).isEqualTo(YIELD);
  }

  @Test
  void shouldKeepExactlyOneWhenBothHaveJustStarted() {
    assertThat(judge(1, Phase.SEEKING, 2, Phase.SEEKING)).isEqualTo(REFUSE);
    assertThat(judge(2, Phase.SEEKING, 1, Phase.SEEKING)).isEqualTo(YIELD);
  }

  @Test
  void shouldNeverEndByWhatItHearsWhenItRunsRoles() {
    for (Phase own : new Phase[] {Phase.STANDALONE, Phase.FORMING, Phase.CLUSTERED}) {
      for (Phase theirs : Phase.values()) {
        assertThat(judge(2, own, 1, theirs)).as("%s hears %s", own, theirs).isNotEqualTo(YIELD);
      }
    }
  }

  @Test
  void shouldEndOnlyOneOfTwoThatRunRolesAlone() {
    assertThat(judge(1, Phase.STANDALONE, 2, Phase.STANDALONE)).isEqualTo(REFUSE);
    assertThat(judge(2, Phase.STANDALONE, 1, Phase.STANDALONE)).isEqualTo(SPARE);
  }
}
