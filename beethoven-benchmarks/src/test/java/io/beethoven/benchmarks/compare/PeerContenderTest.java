package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.benchmarks.Event;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerContenderTest {

  @Test
  void shouldGoByWhatANodeSaidLast() {
    List<NodeEvent> events =
        List.of(
            new NodeEvent(ActLines.MEMBERS, 1, Map.of(ActLines.COUNT, "2")),
            new NodeEvent(EventLines.ROLE_RUNNING, 2, Map.of()),
            new NodeEvent(ActLines.MEMBERS, 3, Map.of(ActLines.COUNT, "3")),
            new NodeEvent(EventLines.ROLE_ENDED, 4, Map.of()),
            new NodeEvent(EventLines.ROLE_RUNNING, 5, Map.of()));

    assertThat(PeerContender.members(events)).isEqualTo(3);
    assertThat(PeerContender.members(List.of())).isZero();
    assertThat(PeerContender.isActing(events)).isTrue();
    assertThat(PeerContender.isActing(events.subList(0, 4))).isFalse();
    assertThat(PeerContender.isActing(List.of())).isFalse();
  }

  @Test
  void shouldKnowWhichCasesAreSlow() {
    assertThat(new PeerContender(Peer.PEKKO, Setting.DEFAULT).isSlow(Event.KILL)).isTrue();
    assertThat(new PeerContender(Peer.PEKKO, Setting.DEFAULT).isSlow(Event.STOP)).isFalse();
    assertThat(new PeerContender(Peer.JGROUPS, Setting.EXPERT).isSlow(Event.FREEZE)).isFalse();
  }

  @Test
  void shouldGiveEachStageAddressesOfItsOwn() {
    Site site = new Site(2, 3, Path.of("x"));

    assertThat(site.hosts()).containsExactly("127.7.2.1", "127.7.2.2", "127.7.2.3");
    assertThat(site.server()).isEqualTo("127.7.2.9");
    assertThat(site.subnet()).isEqualTo("127.7.2.0/29");
    assertThatThrownBy(() -> new Site(0, 7, Path.of("x"))).hasMessageContaining("was 7");
  }
}
