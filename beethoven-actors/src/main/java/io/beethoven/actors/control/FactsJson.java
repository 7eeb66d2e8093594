package io.beethoven.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.NodeId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON form of what a node says of itself to {@code beethoven doctor}. */
final class FactsJson {

  private FactsJson() {}

  static ObjectNode facts(NodeFacts facts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("node", facts.node().toString());
    json.put("cluster", facts.cluster());
    json.put("pid", facts.pid());
    json.put("host", facts.host());
    json.put("host_reason", facts.hostReason());
    json.put("beacon", facts.beacon().toString());
    json.put(ControlJson.MODE, ControlJson.text(facts.mode()));
    json.put(ControlJson.READY, facts.ready());
    ArrayNode sources = json.putArray("sources");
    facts.sources().forEach(sources::add);
    ObjectNode settings = json.putObject("settings");
    new TreeMap<>(facts.settings())
        .forEach(
            (path, setting) ->
                settings
                    .putObject(path)
                    .put("value", setting.value())
                    .put("sameness", ControlJson.text(setting.sameness())));
    ArrayNode peers = json.putArray("peers");
    for (PeerFacts peer : facts.peers()) {
      ObjectNode one = peers.addObject();
      one.put("node", peer.node().toString());
      one.put("beacon", peer.beacon().map(Endpoint::toString).orElse(null));
      one.put("voting", peer.voting());
      one.put("evidence", ControlJson.text(peer.evidence()));
    }
    json.put("peers_left_out", facts.peersLeftOut());
    ArrayNode refusals = json.putArray("refusals");
    for (RefusedPeer refused : facts.refusals()) {
      ObjectNode one = refusals.addObject();
      one.put("peer", refused.peer());
      one.put("reason", ControlJson.text(refused.reason()));
      one.put("key", refused.key());
      one.put("ours", refused.ours());
      one.put("theirs", refused.theirs());
      one.put("at", refused.at().toString());
    }
    return json;
  }

  /**
   * Reads facts.
   *
   * @throws IllegalArgumentException if they are not of that form
   */
  static NodeFacts parse(JsonNode json) {
    Map<String, Setting> settings = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("settings").properties()) {
      JsonNode setting = entry.getValue();
      settings.put(
          entry.getKey(),
          new Setting(text(setting, "value"), value(Sameness.class, text(setting, "sameness"))));
    }
    List<String> sources = new ArrayList<>();
    json.path("sources").forEach(source -> sources.add(source.asText()));
    List<PeerFacts> peers = new ArrayList<>();
    json.path("peers").forEach(peer -> peers.add(peer(peer)));
    List<RefusedPeer> refusals = new ArrayList<>();
    json.path("refusals").forEach(refused -> refusals.add(refusedPeer(refused)));
    return new NodeFacts(
        NodeId.parse(text(json, "node")),
        text(json, "cluster"),
        json.path("pid").asLong(),
        text(json, "host"),
        text(json, "host_reason"),
        endpoint(text(json, "beacon")),
        value(ClusterMode.class, text(json, ControlJson.MODE)),
        json.path(ControlJson.READY).asBoolean(),
        sources,
        settings,
        peers,
        json.path("peers_left_out").asInt(),
        refusals);
  }

  private static RefusedPeer refusedPeer(JsonNode json) {
    try {
      return new RefusedPeer(
          text(json, "peer"),
          value(RefusalReason.class, text(json, "reason")),
          text(json, "key"),
          text(json, "ours"),
          text(json, "theirs"),
          Instant.parse(text(json, "at")));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("not a node's facts: " + e.getMessage(), e);
    }
  }

  private static PeerFacts peer(JsonNode json) {
    return new PeerFacts(
        NodeId.parse(text(json, "node")),
        Optional.ofNullable(json.path("beacon").textValue()).map(FactsJson::endpoint),
        json.path("voting").asBoolean(),
        value(PeerFacts.Evidence.class, text(json, "evidence")));
  }

  private static Endpoint endpoint(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private static String text(JsonNode json, String field) {
    String text = json.path(field).textValue();
    if (text == null) {
      throw new IllegalArgumentException("not a node's facts: no text in " + field);
    }
    return text;
  }

  private static <E extends Enum<E>> E value(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
