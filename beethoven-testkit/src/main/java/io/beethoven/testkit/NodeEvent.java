package io.beethoven.testkit;

import java.util.Map;
import java.util.Objects;

/**
 * One line that a node process printed about itself.
 *
 * @param kind what happened, such as {@code ready}, {@code role-running} or {@code node-offline}
 * @param nanoTime when, on the machine's monotonic clock: on Linux and macOS the values of {@link
 *     System#nanoTime} of all processes of one machine can be compared
 * @param fields the rest, by name; unmodifiable
 */
public record NodeEvent(String kind, long nanoTime, Map<String, String> fields) {

  /** Creates an event. */
  public NodeEvent {
    Objects.requireNonNull(kind, "kind");
    fields = Map.copyOf(fields);
  }

  /**
   * Returns a field.
   *
   * @param name its name
   * @return its value, or an empty text if there is none
   */
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /**
   * Tells whether this is a role's first statement: {@code role-running}.
   *
   * @param role the role's name
   * @return true if it is
   */
  public boolean isRunning(String role) {
    return kind.equals(EventLines.ROLE_RUNNING) && field("role").equals(role);
  }
}
