package io.beethoven.model;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a role, the same on all nodes.
 *
 * @param value 1 to 64 letters, digits, dots, dashes or underscores, the first one a letter or
 *     digit
 */
public record RoleName(String value) implements Comparable<RoleName> {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * Creates a role name.
   *
   * @throws IllegalArgumentException if the name is not of that form
   */
  public RoleName {
    Objects.requireNonNull(value, "value");
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "role name must match " + FORM.pattern() + ", was \"" + value + "\"");
    }
  }

  @Override
  public int compareTo(RoleName other) {
    return value.compareTo(other.value);
  }

  /** Returns the name itself. */
  @Override
  public String toString() {
    return value;
  }
}
