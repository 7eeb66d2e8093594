package io.beethoven.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.model.ClusterEvent;
import io.beethoven.role.RoleContext;
import io.beethoven.testkit.NodeOutput;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lines for people: time, what happened, and the rest as {@code key=value}. */
final class PlainNodeOutput implements NodeOutput {

  private final PrintStream out;

  PlainNodeOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onNode(String kind, Map<String, String> fields) {
    line(kind, fields);
  }

  @Override
  public void onCluster(ClusterEvent event) {
    ObjectNode json = ControlJson.event(event);
    String kind = json.remove("event").asText();
    json.remove("at");
    Map<String, String> fields = new TreeMap<>();
    json.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
    line(kind, fields);
  }

  @Override
  public void onRole(String kind, RoleContext context, Map<String, String> fields) {
    Map<String, String> all = new TreeMap<>(fields);
    all.put("role", context.role().value());
    all.put("slot", Integer.toString(context.slot()));
    all.put("token", context.token().toString());
    line(kind, all);
  }

  private void line(String kind, Map<String, String> fields) {
    String rest =
        new TreeMap<>(fields)
            .entrySet().stream()
                .map(field -> " " + field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining());
    out.print(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + kind + rest + "\n");
    out.flush();
  }
}
