package io.beethoven.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import io.beethoven.model.RoleTable;
import io.beethoven.model.RoleTable.Placement;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterViewTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Incarnation A = new Incarnation(new NodeId("127.0.0.1", 25520), 1);
  private static final Incarnation B = new Incarnation(new NodeId("127.0.0.2", 25520), 2);
  private static final RoleName CLOCK = new RoleName("clock");
  private static final Epoch EPOCH = new Epoch(5, 2);

  @Test
  void shouldBeStandaloneWithNoActiveNodesWhenAlone() {
    ClusterView view = ClusterView.starting(A, RoleTable.EMPTY, T0);

    assertThat(view.mode()).isEqualTo(ClusterMode.STANDALONE);
    assertThat(view.snapshot().activeNodes()).isEmpty();
    assertThat(view.snapshot().clusterNodes()).hasSize(1);
  }

  @Test
  void shouldListAllOnlineNodesItselfIncludedWhenClustered() {
    ClusterView view = starting().withNodes(starting().nodes().online(B, T0));

    assertThat(view.mode()).isEqualTo(ClusterMode.CLUSTERED);
    assertThat(view.snapshot().activeNodes()).containsExactly(A.node(), B.node());
  }

  @Test
  void shouldBeStandaloneAgainWhenTheLastPeerGoes() {
    NodeTable nodes = starting().nodes().online(B, T0);
    ClusterView view =
        starting().withNodes(nodes.offline(B, OfflineCause.DEPARTED, T0.plusSeconds(1)));

    assertThat(view.mode()).isEqualTo(ClusterMode.STANDALONE);
    assertThat(view.snapshot().activeNodes()).isEmpty();
    assertThat(view.snapshot().clusterNodes()).hasSize(2);
  }

  @Test
  void shouldCountOnlyInstancesReportedRunningOnNodesThatAreOnline() {
    NodeTable nodes = starting().nodes().online(B, T0);
    RoleTable roles = table(placement(0, A, true), placement(1, B, true), placement(2, A, false));
    ClusterView view = starting().withNodes(nodes).withRoles(roles);

    assertThat(view.snapshot().roles())
        .containsExactly(new RoleStatus(CLOCK, 3, 2, List.of(A.node(), B.node())));
    assertThat(view.snapshot().allocator()).contains(B.node());

    ClusterView after = view.withNodes(nodes.offline(B, OfflineCause.CONFIRMED_DEAD, T0));
    assertThat(after.snapshot().roles())
        .containsExactly(new RoleStatus(CLOCK, 3, 1, List.of(A.node())));
  }

  @Test
  void shouldBeReadyOnlyWhenSettledAllocatedAndAllRunning() {
    ClusterView seeking = starting().withRoles(table()).withSettled(true);
    assertThat(seeking.ready()).as("the role server has not spoken").isFalse();
    ClusterView settled = starting().withSettled(true).withRolesReady(true);
    assertThat(settled.ready()).isFalse();

    ClusterView allocated = settled.withRoles(table());
    assertThat(allocated.ready()).isTrue();
    assertThat(allocated.withRolesReady(false).ready()).isFalse();
    assertThat(allocated.withSettled(false).ready()).isFalse();
    assertThat(settled.withRoles(table(placement(0, A, false))).ready()).isFalse();
    assertThat(settled.withRoles(table(placement(0, B, false))).ready()).isTrue();
  }

  @Test
  void shouldShowAnExcludedNodeOfflineUntilItIsBack() {
    Instant silent = T0.plusSeconds(10);
    ClusterView view =
        starting()
            .withNodes(starting().nodes().online(B, T0))
            .withRoles(table(placement(0, A, true), placement(1, B, true)));
    ClusterView without = view.withRoles(standing(view.roles(), B, true, silent));

    assertThat(without.snapshot().clusterNodes())
        .contains(new ClusterNode(B.node(), NodeStatus.OFFLINE, silent));
    assertThat(without.mode()).isEqualTo(ClusterMode.STANDALONE);
    assertThat(without.snapshot().roles())
        .containsExactly(new RoleStatus(CLOCK, 3, 1, List.of(A.node())));
    assertThat(NodeEvents.between(view.shownNodes(), without.shownNodes()))
        .containsExactly(new NodeOffline(B.node(), OfflineCause.EXCLUDED, silent));
    assertThat(without.nodes()).as("what is exchanged").isEqualTo(view.nodes());

    Instant heard = T0.plusSeconds(20);
    ClusterView back = view.withRoles(standing(view.roles(), B, false, heard));
    assertThat(back.snapshot().clusterNodes())
        .contains(new ClusterNode(B.node(), NodeStatus.ONLINE, heard));
    assertThat(back.snapshot().activeNodes()).containsExactly(A.node(), B.node());
    assertThat(NodeEvents.between(without.shownNodes(), back.shownNodes()))
        .containsExactly(new NodeOnline(B.node(), heard));
  }

  @Test
  void shouldNotCallItselfNorTheDeadExcluded() {
    NodeTable dead =
        starting().nodes().online(B, T0).offline(B, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(1));
    ClusterView view = starting().withNodes(dead).withRoles(table());

    assertThat(view.withRoles(standing(table(), A, true, T0.plusSeconds(5))).shownNodes())
        .isEqualTo(dead);
    assertThat(view.withRoles(standing(table(), B, true, T0.plusSeconds(5))).shownNodes())
        .isEqualTo(dead);
  }

  private static RoleTable standing(
      RoleTable table, Incarnation node, boolean excluded, Instant since) {
    return new RoleTable(
        table.epoch(),
        table.version() + 1,
        table.rows(),
        List.of(new RoleTable.Standing(node, excluded, since)));
  }

  private static ClusterView starting() {
    return ClusterView.starting(A, RoleTable.EMPTY, T0);
  }

  private static RoleTable table(Placement... placements) {
    return new RoleTable(
        EPOCH,
        1,
        List.of(
            new RoleTable.Row(
                CLOCK, 3, List.of(placements), Optional.empty(), Optional.empty(), List.of())));
  }

  private static Placement placement(int index, Incarnation holder, boolean running) {
    return new Placement(new Slot(CLOCK, index), holder, new Token(EPOCH, index), running);
  }
}
