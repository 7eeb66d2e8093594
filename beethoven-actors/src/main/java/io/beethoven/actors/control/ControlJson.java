package io.beethoven.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.AddressConflict;
import io.beethoven.model.ClusterEvent.DefinitionDiffers;
import io.beethoven.model.ClusterEvent.FailedOver;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.RoleMet;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.ClusterEvent.RoleParked;
import io.beethoven.model.ClusterEvent.RoleStarted;
import io.beethoven.model.ClusterEvent.RoleStopped;
import io.beethoven.model.ClusterEvent.RoleUnmet;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The JSON forms of what a node reports. Names are in snake_case, values of enumerations in
 * lower-case with dashes, nodes {@code host:port}, times ISO-8601 in UTC, tokens in their sortable
 * text form.
 */
public final class ControlJson {

  static final String ACTIVE_NODES = "active_nodes";
  static final String CLUSTER_NODES = "cluster_nodes";
  static final String MODE = "mode";
  static final String ROLES = "roles";
  static final String READY = "ready";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ControlJson() {}

  /**
   * Returns an event as an object: {@code event} names its kind, {@code at} its time.
   *
   * @param event any event
   * @return a new object of flat fields
   */
  public static ObjectNode event(ClusterEvent event) {
    ObjectNode json = JSON.objectNode();
    json.put("event", kind(event));
    if (event instanceof NodeOnline e) {
      json.put("node", e.node().toString());
    } else if (event instanceof NodeOffline e) {
      json.put("node", e.node().toString()).put("cause", text(e.cause()));
    } else if (event instanceof ModeChanged e) {
      json.put(MODE, text(e.mode()));
    } else if (event instanceof RoleStarted e) {
      json.put("role", e.role().value()).put("slot", e.slot());
      json.put("node", e.node().toString()).put("token", e.token().text());
    } else if (event instanceof RoleStopped e) {
      json.put("role", e.role().value()).put("slot", e.slot()).put("node", e.node().toString());
    } else if (event instanceof RoleMoved e) {
      json.put("role", e.role().value()).put("slot", e.slot());
      json.put("from", e.from().toString()).put("to", e.to().toString());
      json.put("token", e.token().text());
    } else if (event instanceof FailedOver e) {
      json.put("role", e.role().value()).put("slot", e.slot());
      json.put("from", e.from().toString()).put("to", e.to().toString());
      json.put("took_ms", e.took().toMillis()).put("bound_ms", e.bound().toMillis());
    } else if (event instanceof RoleUnmet e) {
      json.put("role", e.role().value()).put("count", e.count()).put("assigned", e.assigned());
      json.put("reason", e.reason());
    } else if (event instanceof RoleMet e) {
      json.put("role", e.role().value()).put("count", e.count());
    } else if (event instanceof RoleParked e) {
      json.put("role", e.role().value()).put("reason", e.reason());
    } else if (event instanceof DefinitionDiffers e) {
      json.put("role", e.role().value()).put("node", e.node().toString());
      json.put("difference", e.difference());
    } else if (event instanceof AddressConflict e) {
      json.put("node", e.node().toString());
      json.put("holder", e.holder()).put("claimant", e.claimant());
    } else if (event instanceof IslandDetected e) {
      json.put("beacon", e.beacon()).put("size", e.size()).put("yields", e.yields());
    }
    return json.put("at", event.at().toString());
  }

  /** Turns the record's name into lower-case words with dashes. */
  private static String kind(ClusterEvent event) {
    return event
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  /**
   * Returns an enumeration's value as it is written in JSON and in tables.
   *
   * @param value any value
   * @return its name in lower-case with dashes
   */
  public static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns a report as an object; {@link #parseReport} is the way back.
   *
   * @param report any report
   * @return a new object
   */
  public static ObjectNode report(NodeReport report) {
    ClusterSnapshot snapshot = report.snapshot();
    ObjectNode json = JSON.objectNode();
    json.put("node", snapshot.self().toString());
    json.put("cluster", report.cluster());
    json.put("pid", report.pid());
    json.put(MODE, text(snapshot.mode()));
    json.put(READY, snapshot.ready());
    json.put("allocator", snapshot.allocator().map(NodeId::toString).orElse(null));
    ArrayNode active = json.putArray(ACTIVE_NODES);
    snapshot.activeNodes().forEach(node -> active.add(node.toString()));
    ArrayNode nodes = json.putArray(CLUSTER_NODES);
    for (ClusterNode row : snapshot.clusterNodes()) {
      ObjectNode node = nodes.addObject();
      node.put("node", row.node().toString());
      node.put("status", text(row.status()));
      node.put("last_change", row.lastChange().toString());
    }
    ArrayNode roles = json.putArray(ROLES);
    for (RoleStatus row : snapshot.roles()) {
      ObjectNode role = roles.addObject();
      role.put("role", row.role().value());
      role.put("count", row.count());
      role.put("assigned", row.assigned());
      ArrayNode hosts = role.putArray("nodes");
      row.nodes().forEach(node -> hosts.add(node.toString()));
    }
    return json;
  }

  /**
   * Reads a report.
   *
   * @param json what {@link #report} returned
   * @return the report
   * @throws IllegalArgumentException if it is not of that form
   */
  public static NodeReport parseReport(JsonNode json) {
    try {
      ClusterSnapshot snapshot =
          new ClusterSnapshot(
              NodeId.parse(string(json, "node")),
              value(ClusterMode.class, string(json, MODE)),
              list(json, CLUSTER_NODES, ControlJson::clusterNode),
              list(json, ACTIVE_NODES, node -> NodeId.parse(node.asText())),
              list(json, ROLES, ControlJson::roleStatus),
              Optional.ofNullable(json.path("allocator").textValue()).map(NodeId::parse),
              json.path(READY).asBoolean());
      return new NodeReport(string(json, "cluster"), json.path("pid").asLong(), snapshot);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a node's report: " + e.getMessage(), e);
    }
  }

  private static ClusterNode clusterNode(JsonNode json) {
    return new ClusterNode(
        NodeId.parse(string(json, "node")),
        value(NodeStatus.class, string(json, "status")),
        Instant.parse(string(json, "last_change")));
  }

  private static RoleStatus roleStatus(JsonNode json) {
    return new RoleStatus(
        new RoleName(string(json, "role")),
        json.path("count").asInt(),
        json.path("assigned").asInt(),
        list(json, "nodes", node -> NodeId.parse(node.asText())));
  }

  private static String string(JsonNode json, String field) {
    String text = json.path(field).textValue();
    if (text == null) {
      throw new IllegalArgumentException("not a node's report: no text in " + field);
    }
    return text;
  }

  private static <E extends Enum<E>> E value(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static <T> List<T> list(JsonNode json, String field, Function<JsonNode, T> element) {
    List<T> elements = new ArrayList<>();
    json.path(field).forEach(node -> elements.add(element.apply(node)));
    return elements;
  }
}
