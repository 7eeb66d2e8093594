package io.beethoven.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NodeTableTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);
  private static final NodeId A = new NodeId("127.0.0.1", 25520);
  private static final NodeId B = new NodeId("127.0.0.2", 25520);
  private static final Incarnation A1 = new Incarnation(A, 1);
  private static final Incarnation B1 = new Incarnation(B, 1);
  private static final Incarnation B2 = new Incarnation(B, 2);

  @Test
  void shouldListOnlineNodeWithTimeWhenNoticed() {
    NodeTable table = NodeTable.EMPTY.online(B1, T0).online(A1, T0.plusSeconds(1));

    assertThat(table.view())
        .containsExactly(
            new ClusterNode(A, NodeStatus.ONLINE, T0.plusSeconds(1)),
            new ClusterNode(B, NodeStatus.ONLINE, T0));
    assertThat(table.onlineNodes()).containsExactly(A, B);
  }

  @Test
  void shouldKeepOfflineNodeListedWhenItDies() {
    NodeTable table =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(5));

    assertThat(table.view())
        .containsExactly(new ClusterNode(B, NodeStatus.OFFLINE, T0.plusSeconds(5)));
    assertThat(table.onlineNodes()).isEmpty();
  }

  @Test
  void shouldNotReviveALifeThatDied() {
    NodeTable dead =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(5));

    assertThat(dead.online(B1, T0.plusSeconds(6))).isEqualTo(dead);
    assertThat(dead.merge(NodeTable.EMPTY.online(B1, T0).rows().values(), T0, DAY)).isEqualTo(dead);
  }

  @Test
  void shouldReviveALifeThatWasMistakenForRemovedWhenItIsNoticedOnline() {
    NodeTable mistaken =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.REMOVED, T0.plusSeconds(5));

    assertThat(mistaken.online(B1, T0.plusSeconds(6)).isOnline(B1)).isTrue();
  }

  @Test
  void shouldReplaceTheRowWhenTheNodeReturnsThoughTheClockIsBehind() {
    NodeTable dead =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.REMOVED, T0.plusSeconds(60));
    NodeTable back = dead.online(B2, T0.plusSeconds(2));

    assertThat(back.isOnline(B2)).isTrue();
    assertThat(dead.merge(back.rows().values(), T0.plusSeconds(61), DAY).isOnline(B2)).isTrue();
    assertThat(back.merge(dead.rows().values(), T0.plusSeconds(61), DAY).isOnline(B2)).isTrue();
  }

  @Test
  void shouldIgnoreDeathOfAnEarlierLife() {
    NodeTable back = NodeTable.EMPTY.online(B1, T0).online(B2, T0.plusSeconds(1));

    assertThat(back.offline(B1, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(2))).isEqualTo(back);
  }

  @Test
  void shouldKeepTheEarlierStampWhenTwoNodesNoticed() {
    NodeTable early =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.REMOVED, T0.plusSeconds(3));
    NodeTable late =
        NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(4));

    assertThat(late.merge(early.rows().values(), T0, DAY)).isEqualTo(early);
    assertThat(early.merge(late.rows().values(), T0, DAY)).isEqualTo(early);
  }

  @Test
  void shouldHideForgottenNodeEverywhereUntilItReturns() {
    NodeTable dead = NodeTable.EMPTY.online(B1, T0).offline(B1, OfflineCause.REMOVED, T0);
    NodeTable forgotten = dead.forget(B);

    assertThat(forgotten.view()).isEmpty();
    assertThat(dead.merge(forgotten.rows().values(), T0, DAY).view()).isEmpty();
    assertThat(forgotten.merge(dead.rows().values(), T0, DAY).view()).isEmpty();
    assertThat(forgotten.online(B2, T0.plusSeconds(1)).onlineNodes()).containsExactly(B);
  }

  @Test
  void shouldRefuseToForgetWhenOnline() {
    NodeTable table = NodeTable.EMPTY.online(B1, T0);

    assertThatThrownBy(() -> table.forget(B))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("127.0.0.2:25520");
    assertThat(table.forget(A)).isEqualTo(table);
  }

  @Test
  void shouldDropOfflineRowsWhenTheirTimeIsOver() {
    NodeTable dead =
        NodeTable.EMPTY.online(A1, T0).online(B1, T0).offline(B1, OfflineCause.REMOVED, T0);

    assertThat(dead.expire(T0.plus(DAY).minusMillis(1), DAY)).isEqualTo(dead);
    NodeTable expired = dead.expire(T0.plus(DAY), DAY);
    assertThat(expired.rows()).containsOnlyKeys(A);
    assertThat(expired.merge(dead.rows().values(), T0.plus(DAY), DAY)).isEqualTo(expired);
  }

  @Test
  void shouldNameChangedRows() {
    NodeTable before = NodeTable.EMPTY.online(A1, T0).online(B1, T0);
    NodeTable after = before.offline(B1, OfflineCause.DEPARTED, T0);

    assertThat(after.changedSince(before)).extracting(NodeRow::incarnation).containsExactly(B1);
    assertThat(after.digest()).isNotEqualTo(before.digest());
  }

  /**
   * Whatever nodes notice and in which order they hear of it: once all have heard all, their tables
   * are equal.
   */
  @Property(tries = 300)
  void shouldConvergeWhateverTheOrderOfMerges(@ForAll long seed) {
    Random random = new Random(seed);
    List<NodeTable> nodes = new ArrayList<>(Collections.nCopies(3, NodeTable.EMPTY));
    for (int step = 0; step < 30; step++) {
      int at = random.nextInt(3);
      Incarnation who = new Incarnation(random.nextBoolean() ? A : B, random.nextInt(4));
      Instant now = T0.plusMillis(random.nextInt(100));
      NodeTable table = nodes.get(at);
      switch (random.nextInt(4)) {
        case 0 -> table = table.online(who, now);
        case 1 ->
            table = table.offline(who, List.of(OfflineCause.values()).get(random.nextInt(3)), now);
        default -> table = table.merge(nodes.get(random.nextInt(3)).rows().values(), now, DAY);
      }
      nodes.set(at, table);
    }
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 0, 1, 2, 0, 1, 2));
    Collections.shuffle(order, random);
    for (int round = 0; round < 3; round++) {
      for (int to : order) {
        for (int from : order) {
          nodes.set(to, nodes.get(to).merge(nodes.get(from).rows().values(), T0, DAY));
        }
      }
    }
    assertThat(nodes.get(1)).as("seed %d", seed).isEqualTo(nodes.get(0));
    assertThat(nodes.get(2)).as("seed %d", seed).isEqualTo(nodes.get(0));
    assertThat(nodes.get(1).digest()).isEqualTo(nodes.get(0).digest());
  }
}
