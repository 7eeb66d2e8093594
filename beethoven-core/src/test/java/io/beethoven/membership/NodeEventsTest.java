package io.beethoven.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeEventsTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final NodeId B = new NodeId("127.0.0.2", 25520);
  private static final Incarnation B1 = new Incarnation(B, 1);
  private static final Incarnation B2 = new Incarnation(B, 2);
  private static final NodeTable ONLINE = NodeTable.EMPTY.online(B1, T0);

  @Test
  void shouldReportEachChangeOnceWhenANodeComesAndGoes() {
    NodeTable gone = ONLINE.offline(B1, OfflineCause.DEPARTED, T0.plusSeconds(1));

    assertThat(NodeEvents.between(NodeTable.EMPTY, ONLINE)).containsExactly(new NodeOnline(B, T0));
    assertThat(NodeEvents.between(ONLINE, gone))
        .containsExactly(new NodeOffline(B, OfflineCause.DEPARTED, T0.plusSeconds(1)));
    assertThat(NodeEvents.between(gone, gone.forget(B))).isEmpty();
    assertThat(NodeEvents.between(ONLINE, ONLINE)).isEmpty();
  }

  @Test
  void shouldReportOfflineThenOnlineWhenANodeReturnsAsAnotherLife() {
    NodeTable back = ONLINE.online(B2, T0.plusSeconds(3));

    assertThat(NodeEvents.between(ONLINE, back))
        .containsExactly(
            new NodeOffline(B, OfflineCause.REMOVED, T0.plusSeconds(3)),
            new NodeOnline(B, T0.plusSeconds(3)));
  }

  @Test
  void shouldStaySilentWhenANodeIsFirstSeenOffline() {
    NodeTable offline = NodeTable.EMPTY.offline(B1, OfflineCause.REMOVED, T0);

    assertThat(NodeEvents.between(NodeTable.EMPTY, offline)).isEmpty();
  }
}
