package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainNodeOutputTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PlainNodeOutput output =
      new PlainNodeOutput(new PrintStream(bytes, false, StandardCharsets.UTF_8));

  @Test
  void shouldPrintTimeKindAndFieldsByName() {
    output.onNode("started", Map.of("pid", "7", "node", "127.0.0.1:25520"));
    output.onCluster(
        new NodeOffline(
            new NodeId("127.0.0.2", 25520), OfflineCause.CONFIRMED_DEAD, Instant.EPOCH));

    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z ";
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .matches(
            time
                + "started node=127.0.0.1:25520 pid=7\n"
                + time
                + "node-offline cause=confirmed-dead node=127.0.0.2:25520\n");
  }
}
