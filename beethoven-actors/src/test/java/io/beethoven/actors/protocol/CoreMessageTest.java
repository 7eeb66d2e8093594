package io.beethoven.actors.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.protocol.CoreMessage.RowsChanged;
import io.beethoven.membership.NodeRow;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoreMessageTest {

  @Test
  void shouldSplitRowsSoThatEachMessageFitsIntoAFrame() {
    List<NodeRow> rows = IntStream.rangeClosed(1, 1_001).mapToObj(CoreMessageTest::row).toList();

    List<RowsChanged> messages = RowsChanged.of(rows);

    assertThat(messages).extracting(message -> message.rows().size()).containsExactly(500, 500, 1);
    assertThat(messages).flatExtracting(RowsChanged::rows).isEqualTo(rows);
    assertThat(RowsChanged.of(List.of())).isEmpty();
  }

  private static NodeRow row(int port) {
    return new NodeRow(
        new Incarnation(new NodeId("127.0.0.1", port), port),
        Instant.EPOCH,
        Optional.empty(),
        Instant.EPOCH,
        false);
  }
}
