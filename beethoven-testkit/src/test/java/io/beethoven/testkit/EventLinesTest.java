package io.beethoven.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLinesTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final EventLines lines =
      new EventLines(new PrintStream(bytes, false, StandardCharsets.UTF_8));

  private NodeEvent written() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("}\n");
    return EventLines.parse(text.strip()).orElseThrow();
  }

  @Test
  void shouldReadBackWhatItWrote() {
    long before = System.nanoTime();
    lines.onNode("ready", Map.of("text", "two\nlines \"quoted\""));

    assertThat(written().kind()).isEqualTo("ready");
    assertThat(written().nanoTime()).isBetween(before, System.nanoTime());
    assertThat(written().fields()).isEqualTo(Map.of("text", "two\nlines \"quoted\""));
  }

  @Test
  void shouldReadBackClusterEvent() {
    lines.onCluster(new NodeOnline(new NodeId("127.0.0.1", 25520), Instant.EPOCH));

    assertThat(written().kind()).isEqualTo("node-online");
    assertThat(written().fields())
        .isEqualTo(Map.of("node", "127.0.0.1:25520", "at", "1970-01-01T00:00:00Z"));
  }

  @Test
  void shouldIgnoreWhatIsNoEvent() {
    for (String other :
        new String[] {
          "",
          "hello",
          "{",
          "{}",
          "[1]",
          "{\"event\":\"x\"}",
          "{\"event\":1,\"nano_time\":2}",
          "{\"event\":\"x\",\"nano_time\":\"soon\"}",
          "{\"level\":\"INFO\"}"
        }) {
      assertThat(EventLines.parse(other)).as(other).isEmpty();
    }
  }
}
