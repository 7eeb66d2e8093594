package io.beethoven.cli.demo;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.util.Optional;

/** Node events in words. */
final class EventWords {

  private EventWords() {}

  /**
   * Puts an event into words.
   *
   * @param node the node that told it
   * @param event what it told
   * @return words, or empty if it says nothing that another event does not say better
   */
  static Optional<String> of(String node, NodeEvent event) {
    String role = event.field("role");
    String words =
        switch (event.kind()) {
          case "node-online" -> "node " + event.field("node") + " is online";
          case "node-offline" ->
              "node "
                  + event.field("node")
                  + " is offline: "
                  + event.field("cause").replace('-', ' ');
          case "mode-changed" -> "node " + node + " is " + event.field("mode");
          case "role-moved" ->
              "role " + role + " moved from " + event.field("from") + " to " + event.field("to");
          case "role-parked" -> "role " + role + " fails everywhere: " + event.field("reason");
          case "definition-differs" ->
              "role " + role + " is defined differently on " + event.field("node");
          case "island-detected" ->
              "node "
                  + node
                  + (event.field("yields").equals("true")
                      ? " drops out to join the cluster met at "
                      : " has met another cluster at ")
                  + event.field("beacon");
          case EventLines.ROLE_RUNNING -> "role " + role + " runs on " + node;
          case EventLines.ENDED -> "node " + node + " has left";
          // Among the rest is role-unmet: while nodes come and go it says what is seen anyway.
          default -> "";
        };
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }
}
