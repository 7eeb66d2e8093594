package io.beethoven.model;

import java.util.Comparator;
import java.util.Objects;

/**
 * One of the places of a role: a role of count n has the slots 0 to n-1.
 *
 * @param role the role
 * @param index the place, 0 or more
 */
public record Slot(RoleName role, int index) implements Comparable<Slot> {

  private static final Comparator<Slot> ORDER =
      Comparator.comparing(Slot::role).thenComparingInt(Slot::index);

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

  @Override
  public int compareTo(Slot other) {
    return ORDER.compare(this, other);
  }

  /** Returns {@code role/index}. */
  @Override
  public String toString() {
    return role + "/" + index;
  }
}
