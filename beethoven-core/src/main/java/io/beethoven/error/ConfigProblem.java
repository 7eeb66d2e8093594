package io.beethoven.error;

import java.util.Objects;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path the setting, such as {@code beethoven.node.port}
 * @param value what it is set to, for people; empty if it is not set
 * @param expected what it should be, with the bound that it breaks
 * @param origin where it was set, such as a file and line; empty if unknown
 */
public record ConfigProblem(String path, String value, String expected, String origin) {

  /** Creates a problem. */
  public ConfigProblem {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(origin, "origin");
  }

  /** Returns path, value, bound and origin in one line. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(path);
    if (!value.isEmpty()) {
      line.append(" = ").append(value);
    }
    line.append(": ").append(expected);
    if (!origin.isEmpty()) {
      line.append(" (").append(origin).append(')');
    }
    return line.toString();
  }
}
