package io.beethoven.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.model.ClusterEvent;
import io.beethoven.role.RoleContext;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The lines by which a node process tells of itself on its standard output: one JSON object each,
 * with {@code event} (what happened) and {@code nano_time} (when, on the machine's monotonic
 * clock). Beside a line per {@link ClusterEvent} there are {@code started}, {@code ready}, {@code
 * role-running}, {@code role-acted} and {@code role-ended} by the role itself, {@code leaving} and
 * {@code ended}.
 *
 * <p>May be used by any thread; a line is written whole.
 */
public final class EventLines implements NodeOutput {

  /** The node's actors run, and its control endpoint is open. */
  public static final String STARTED = "started";

  /** The node is ready for the first time. */
  public static final String READY = "ready";

  /** A role was entered: its first statement. */
  public static final String ROLE_RUNNING = "role-running";

  /** A role found its right to be held, at the moment {@code acted}. */
  public static final String ROLE_ACTED = "role-acted";

  /** A role was asked to stop, and does so. */
  public static final String ROLE_ENDED = "role-ended";

  /** The node begins its orderly end. */
  public static final String LEAVING = "leaving";

  /** The node has ended in good order. */
  public static final String ENDED = "ended";

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final EventLines STANDARD = new EventLines(System.out);

  private final PrintStream out;

  /**
   * Creates a writer.
   *
   * @param out where to
   */
  public EventLines(PrintStream out) {
    this.out = Objects.requireNonNull(out, "out");
  }

  /** Returns the writer to this process's standard output. */
  public static EventLines standard() {
    return STANDARD;
  }

  @Override
  public void onNode(String kind, Map<String, String> fields) {
    ObjectNode line = line(kind, System.nanoTime());
    fields.forEach(line::put);
    write(line);
  }

  @Override
  public void onCluster(ClusterEvent event) {
    long now = System.nanoTime();
    write(ControlJson.event(event).put("nano_time", now));
  }

  @Override
  public void onRole(String kind, RoleContext context, Map<String, String> fields) {
    ObjectNode line = line(kind, System.nanoTime());
    line.put("role", context.role().value()).put("slot", context.slot());
    line.put("node", context.node().toString()).put("token", context.token().text());
    fields.forEach(line::put);
    write(line);
  }

  private static ObjectNode line(String kind, long nanoTime) {
    return JsonNodeFactory.instance.objectNode().put("event", kind).put("nano_time", nanoTime);
  }

  private void write(ObjectNode line) {
    // One call, so that lines of several threads do not mix.
    out.print(line + "\n");
    out.flush();
  }

  /**
   * Reads a line.
   *
   * @param line what a process printed
   * @return the event, or empty if the line is something else
   */
  public static Optional<NodeEvent> parse(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(line);
      String kind = json.path("event").textValue();
      if (kind == null || !json.path("nano_time").isIntegralNumber()) {
        return Optional.empty();
      }
      Map<String, String> fields = new HashMap<>();
      json.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
      fields.remove("event");
      fields.remove("nano_time");
      return Optional.of(new NodeEvent(kind, json.path("nano_time").asLong(), fields));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
