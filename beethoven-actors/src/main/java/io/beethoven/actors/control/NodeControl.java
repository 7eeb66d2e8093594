package io.beethoven.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The operations of a node, by name:
 *
 * <ul>
 *   <li>{@code status}: everything below in one object, with process id, cluster name and allocator
 *   <li>{@code active-nodes}, {@code cluster-nodes}, {@code node-status}, {@code roles}: the four
 *       queries
 *   <li>{@code ready}: whether the node is ready
 *   <li>{@code facts}: what {@code beethoven doctor} asks: where the node listens and why, where it
 *       looks, its settings, and its lines to peers
 *   <li>{@code set-count} with {@code role} and {@code count}: changes how often a role shall run
 *   <li>{@code force-quorum}: declares the voters dead from which nothing is heard
 *   <li>{@code leave}: begins the orderly leave
 * </ul>
 */
public final class NodeControl implements ControlHandler {

  private final ControlledNode node;

  /**
   * Creates the operations of a node.
   *
   * @param node the node
   */
  public NodeControl(ControlledNode node) {
    this.node = Objects.requireNonNull(node, "node");
  }

  @Override
  public Optional<CompletionStage<JsonNode>> answer(String op, JsonNode request) {
    return switch (op) {
      case "status" -> report(status -> status);
      case "active-nodes" -> report(status -> status.path(ControlJson.ACTIVE_NODES));
      case "cluster-nodes" -> report(status -> status.path(ControlJson.CLUSTER_NODES));
      case "node-status" -> report(status -> status.path(ControlJson.MODE));
      case "roles" -> report(status -> status.path(ControlJson.ROLES));
      case "ready" ->
          report(status -> BooleanNode.valueOf(status.path(ControlJson.READY).asBoolean()));
      case "facts" -> Optional.of(node.facts().thenApply(FactsJson::facts));
      case "set-count" -> Optional.of(setCount(request));
      case "force-quorum" -> Optional.of(forceQuorum());
      case "leave" -> Optional.of(node.leave().thenApply(begun -> TextNode.valueOf("leaving")));
      default -> Optional.empty();
    };
  }

  private Optional<CompletionStage<JsonNode>> report(Function<ObjectNode, JsonNode> part) {
    return Optional.of(node.report().thenApply(ControlJson::report).thenApply(part));
  }

  private CompletionStage<JsonNode> setCount(JsonNode request) {
    JsonNode role = request.path("role");
    JsonNode count = request.path("count");
    if (!role.isTextual() || !count.isInt()) {
      throw new IllegalArgumentException(
          "set-count needs the text field role and the whole number count");
    }
    int wanted = count.intValue();
    if (wanted < 1 || wanted > RoleSpec.MAX_COUNT) {
      throw new IllegalArgumentException(
          "count must be between 1 and " + RoleSpec.MAX_COUNT + ", was " + wanted);
    }
    return node.setCount(new RoleName(role.textValue()), wanted)
        .thenApply(refusal -> TextNode.valueOf(refusal.orElse("changed")));
  }

  private CompletionStage<JsonNode> forceQuorum() {
    return node.forceQuorum()
        .thenApply(
            dead -> {
              ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
              dead.forEach(each -> nodes.add(each.toString()));
              return nodes;
            });
  }

  @Override
  public Subscription subscribe(Consumer<JsonNode> listener) {
    return node.subscribe(event -> listener.accept(ControlJson.event(event)));
  }
}
