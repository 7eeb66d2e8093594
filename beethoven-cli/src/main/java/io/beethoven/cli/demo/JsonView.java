package io.beethoven.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.NodeEvent;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeMap;

/** One JSON object per step and event, for programs; the last one is the summary. */
final class JsonView implements DemoView {

  private final PrintWriter out;
  private final long startedNanoTime = System.nanoTime();

  JsonView(PrintWriter out) {
    this.out = out;
  }

  private ObjectNode object(String event, long nanoTime) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return json.put("event", event).put("ms", tenths((nanoTime - startedNanoTime) / 1e6));
  }

  private static double tenths(double millis) {
    return Math.round(millis * 10) / 10.0;
  }

  private void print(ObjectNode json) {
    out.println(json);
    out.flush();
  }

  @Override
  public void onStep(DemoStep step) {
    String kind = step.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    ObjectNode json = object(kind, System.nanoTime());
    step.fields().forEach(json::put);
    print(json.put("text", step.words()));
  }

  @Override
  public void onEvent(String node, NodeEvent event) {
    ObjectNode json = object(event.kind(), event.nanoTime()).put("told_by", node);
    new TreeMap<>(event.fields()).forEach(json::put);
    print(json);
  }

  @Override
  public void onSummary(DemoSummary summary) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("event", "summary");
    json.put("nodes", summary.nodes());
    json.put("formed_ms", tenths(summary.formedMillis()));
    json.put("failover_ms", tenths(summary.failoverMillis()));
    json.put("back_ms", tenths(summary.backMillis()));
    json.put("killed", summary.killed());
    json.put("failed_over", summary.role());
    json.put("to", summary.to());
    ArrayNode roles = json.putArray("roles");
    for (RoleStatus row : summary.roles()) {
      ObjectNode role = roles.addObject();
      role.put("role", row.role().value());
      role.put("count", row.count()).put("assigned", row.assigned());
      ArrayNode nodes = role.putArray("nodes");
      row.nodes().forEach(node -> nodes.add(node.toString()));
    }
    print(json);
  }

  @Override
  public void close() {
    out.flush();
  }
}
