package io.beethoven.evidence;

import static io.beethoven.evidence.Nodes.node;
import static io.beethoven.evidence.Nodes.nodes;
import static io.beethoven.evidence.Nodes.settled;
import static io.beethoven.evidence.Nodes.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.Epoch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules 3.4 and 3.5. */
class VotersTest {

  private static final Epoch LOW = new Epoch(4, 101);
  private static final Epoch HIGH = new Epoch(5, 102);

  private static final Voters SETTLED = settled(voters(3));
  private static final VoterSet NEXT = new VoterSet(List.copyOf(nodes(3, 4, 5)));
  private static final Voters JOINT = SETTLED.towards(LOW, NEXT);

  @Test
  void shouldFoundAClusterOfOne() {
    Voters founded = Voters.founding(9, 4, node(2));

    assertThat(founded.cluster()).isEqualTo(9);
    assertThat(founded.version()).isEqualTo(4);
    assertThat(founded.isJoint()).isFalse();
    assertThat(founded.all()).containsExactly(node(2));
    assertThat(founded.quorum(nodes(2), Set.of())).isTrue();
  }

  @Test
  void shouldKeepTheVersionWhileAChangeIsOnItsWayAndRaiseItOnceItIsComplete() {
    assertThat(JOINT.isJoint()).isTrue();
    assertThat(JOINT.version()).isEqualTo(SETTLED.version());
    assertThat(JOINT.current()).isEqualTo(SETTLED.current());

    Voters complete = JOINT.settled();

    assertThat(complete).isEqualTo(new Voters(1, 2, LOW, NEXT, Optional.empty()));
    assertThatThrownBy(complete::settled)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no change on its way");
  }

  @Test
  void shouldCountFormerAndNextVotersWhileAChangeIsOnItsWay() {
    assertThat(JOINT.all()).containsExactlyElementsOf(nodes(1, 2, 3, 4, 5));
    assertThat(JOINT.contains(node(1))).isTrue();
    assertThat(JOINT.contains(node(5))).isTrue();
    assertThat(JOINT.contains(node(6))).isFalse();
    assertThat(JOINT.live(nodes(2, 4, 8))).containsExactlyElementsOf(nodes(1, 3, 5));
    assertThat(SETTLED.contains(node(5))).isFalse();
  }

  @Test
  void shouldNeedAQuorumOfBothWhileAChangeIsOnItsWay() {
    assertThat(SETTLED.quorum(nodes(1, 2), Set.of())).isTrue();
    assertThat(JOINT.quorum(nodes(1, 2), Set.of())).as("none of the next").isFalse();
    assertThat(JOINT.quorum(nodes(4, 5), Set.of())).as("none of the former").isFalse();
    assertThat(JOINT.quorum(nodes(1, 3, 4), Set.of())).isTrue();
    assertThat(JOINT.quorum(nodes(1, 2, 4, 5), Set.of())).isTrue();
  }

  @Test
  void shouldTakeTheDeadOutOfBothWhenItLooksForAQuorum() {
    assertThat(JOINT.quorum(nodes(1, 4), nodes(2, 3))).isTrue();
    assertThat(JOINT.quorum(nodes(2, 5), nodes(1))).as("not 4 nor 3").isFalse();
  }

  @Test
  void shouldHaveNoQuorumWhenNoClusterIsKnown() {
    assertThat(Voters.NONE.quorum(nodes(1), Set.of())).isFalse();
    assertThat(Voters.NONE.all()).isEmpty();
  }

  @Test
  void shouldTakeOverTheHigherByVersionThenOnItsWayThenByEpoch() {
    Voters laterJoint = SETTLED.towards(HIGH, NEXT);

    assertThat(SETTLED.yieldsTo(JOINT)).isTrue();
    assertThat(JOINT.yieldsTo(SETTLED)).isFalse();
    assertThat(JOINT.yieldsTo(laterJoint)).isTrue();
    assertThat(laterJoint.yieldsTo(JOINT)).isFalse();
    assertThat(laterJoint.yieldsTo(JOINT.settled())).as("a higher version").isTrue();
    assertThat(JOINT.settled().yieldsTo(laterJoint)).isFalse();
    assertThat(JOINT.yieldsTo(JOINT)).isFalse();
  }

  @Test
  void shouldNeverTakeOverTheVotersOfAnotherClusterUnlessItKnowsNone() {
    Voters other = new Voters(2, 9, HIGH, NEXT, Optional.empty());

    assertThat(SETTLED.yieldsTo(other)).isFalse();
    assertThat(Voters.NONE.yieldsTo(other)).isTrue();
    assertThat(other.yieldsTo(Voters.NONE)).isFalse();
  }

  @Test
  void shouldLeadToTheSameVotersWhenAReignTakesAChangeOver() {
    Voters takenOver = JOINT.towards(HIGH, JOINT.next().orElseThrow());

    assertThat(takenOver.current()).isEqualTo(JOINT.current());
    assertThat(takenOver.settled().current()).isEqualTo(NEXT);
    assertThat(takenOver.settled()).isGreaterThan(JOINT.settled());
  }
}
