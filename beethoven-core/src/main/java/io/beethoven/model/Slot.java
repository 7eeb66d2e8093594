package io.beethoven.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the places of a role: a role of count n has the slots 0 to n-1.
 *
 * @param role the role
 * @param index the place, 0 or more
 */
public record Slot(RoleName role, int index) implements Comparable<Slot> {

  /**
   * Creates a slot.
   *
   * @throws IllegalArgumentException if the index is negative
   */
  public Slot {
    Objects.requireNonNull(role, "role");
    if (index < 0) {
      throw new IllegalArgumentException("slot index must be >= 0, was " + index);
    }
  }

  // As records do by themselves, but these are compared all the time, from cold code as well.
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object
        || (object instanceof Slot other && index == other.index && role.equals(other.role));
  }

  @Override
  public int hashCode() {
    return 31 * role.hashCode() + index;
  }

  @Override
  public int compareTo(Slot other) {
    int byRole = role.compareTo(other.role);
    return byRole != 0 ? byRole : Integer.compare(index, other.index);
  }

  /** Returns {@code role/index}. */
  @Override
  public String toString() {
    return role + "/" + index;
  }
}
