package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VictimTest {

  private static final NodeId A = new NodeId("127.0.0.1", 1);
  private static final NodeId B = new NodeId("127.0.0.2", 1);
  private static final NodeId C = new NodeId("127.0.0.3", 1);

  @Test
  void shouldPickAHostThatIsNotTheAllocators() {
    assertThat(Victim.HOST.pick(whole(A, A, C), Fleet.ROLE)).containsExactly(C);
    assertThat(Victim.HOST.pick(whole(A, A), Fleet.ROLE)).isEmpty();
  }

  @Test
  void shouldPickTheAllocatorsNodeOnlyWhenItIsAHost() {
    assertThat(Victim.ALLOCATOR.pick(whole(A, A, C), Fleet.ROLE)).containsExactly(A);
    assertThat(Victim.ALLOCATOR.pick(whole(B, A, C), Fleet.ROLE)).isEmpty();
  }

  @Test
  void shouldPickTwoNodesOfWhichOneIsAHostAndOneTheAllocators() {
    assertThat(Victim.BOTH.pick(whole(A, C), Fleet.ROLE)).containsExactlyInAnyOrder(A, C);
    assertThat(Victim.BOTH.pick(whole(A, A, C), Fleet.ROLE)).containsExactlyInAnyOrder(A, C);
    assertThat(Victim.BOTH.pick(whole(A, A), Fleet.ROLE)).containsExactlyInAnyOrder(A, B);
  }

  private static ClusterSnapshot whole(NodeId allocator, NodeId... hosts) {
    return new ClusterSnapshot(
        A,
        ClusterMode.CLUSTERED,
        List.of(),
        List.of(A, B, C),
        List.of(
            new RoleStatus(new RoleName(Fleet.ROLE), hosts.length, hosts.length, List.of(hosts))),
        Optional.of(allocator),
        true);
  }
}
