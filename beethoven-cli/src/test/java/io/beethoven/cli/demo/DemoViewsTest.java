package io.beethoven.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.cli.demo.DemoStep.Kind;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.NodeEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoViewsTest {

  private static final String ONE = "127.0.0.1:25520";
  private static final String TWO = "127.0.0.2:25520";

  private final StringWriter out = new StringWriter();

  private static DemoSummary summary() {
    return new DemoSummary(
        3,
        2345.67,
        51.23,
        1890.1,
        TWO,
        "violin",
        ONE,
        List.of(
            new RoleStatus(
                new RoleName("violin"), 2, 2, List.of(NodeId.parse(ONE), NodeId.parse(TWO)))));
  }

  private static void play(DemoView view) {
    try (view) {
      view.onStep(
          new DemoStep(Kind.STARTING, "They look for each other", Map.of("node", TWO, "pid", "7")));
      view.onEvent(TWO, new NodeEvent("role-running", System.nanoTime(), Map.of("role", "violin")));
      view.onEvent(TWO, new NodeEvent("unheard-of", System.nanoTime(), Map.of()));
      view.onStep(new DemoStep(Kind.KILLED, "It is gone", Map.of("node", TWO)));
      view.onStep(new DemoStep(Kind.FAILED_OVER, "It goes on", Map.of("failover_ms", "51.2")));
      view.onSummary(summary());
    }
  }

  @Test
  void shouldPrintOneObjectPerLineAndSummaryLastWhenJson() throws Exception {
    play(new JsonView(new PrintWriter(out)));

    List<JsonNode> objects = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    assertThat(objects)
        .extracting(object -> object.path("event").asText())
        .containsExactly(
            "starting", "role-running", "unheard-of", "killed", "failed-over", "summary");
    JsonNode last = objects.get(5);
    assertThat(last.path("nodes").isInt()).isTrue();
    assertThat(last.path("nodes").asInt()).isEqualTo(3);
    assertThat(last.path("formed_ms").asDouble()).isEqualTo(2345.7);
    assertThat(last.path("failover_ms").asDouble()).isEqualTo(51.2);
    assertThat(last.path("roles").toString())
        .isEqualTo(
            "[{\"role\":\"violin\",\"count\":2,\"assigned\":2,\"nodes\":[\""
                + ONE
                + "\",\""
                + TWO
                + "\"]}]");
  }

  @Test
  void shouldPrintLinesWithoutControlCharactersWhenPlain() {
    play(new PlainView(new PrintWriter(out)));

    assertThat(out.toString())
        .contains("s == They look for each other")
        .contains("role violin runs on " + TWO)
        .contains("Role violin ran on " + ONE + " 51 ms after kill -9 of " + TWO)
        .doesNotContain("\u001b")
        .doesNotContain("unheard-of");
  }

  @Test
  void shouldDrawAnewInPlaceAndRestoreTerminalWhenLive() {
    play(new LiveView(new PrintWriter(out), false));

    String text = out.toString();
    assertThat(text).startsWith("\u001b[?25l\u001b[?7l").endsWith("\u001b[?7h\u001b[?25h");
    String[] pictures = text.split("\u001b\\[\\d+F", -1);
    assertThat(pictures).hasSize(5);
    assertThat(pictures[1]).contains("  127.0.0.2:25520    7         starting    violin");
    assertThat(pictures[4])
        .contains("killed")
        .contains("Failover: 51.2 ms from just before kill -9");
  }

  @Test
  void shouldUseColoursOnlyWhenAskedTo() {
    play(new LiveView(new PrintWriter(out), true));

    assertThat(out.toString()).contains("\u001b[31mkilled");
  }
}
