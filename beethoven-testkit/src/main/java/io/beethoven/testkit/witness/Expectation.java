package io.beethoven.testkit.witness;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How often a role shall run, and since when.
 *
 * @param role the role's name
 * @param startFirst whether it moves with {@code hand-over = start-first}, so that one slot may
 *     have two holders for a moment
 * @param counts the number of instances by the moment from which on it was asked for; unmodifiable
 * @param settleNanos how long after a change both the former and the new number are right
 */
public record Expectation(
    String role, boolean startFirst, NavigableMap<Long, Integer> counts, long settleNanos) {

  /** Creates an expectation. */
  public Expectation {
    Objects.requireNonNull(role, "role");
    counts = java.util.Collections.unmodifiableNavigableMap(new TreeMap<>(counts));
    if (counts.isEmpty()) {
      throw new IllegalArgumentException("role " + role + " has no count");
    }
  }

  /**
   * Returns an expectation that does not change.
   *
   * @param role the role's name
   * @param count how many instances
   * @param startFirst whether it moves with {@code hand-over = start-first}
   * @return the expectation
   */
  public static Expectation of(String role, int count, boolean startFirst) {
    return new Expectation(role, startFirst, new TreeMap<>(Map.of(Long.MIN_VALUE, count)), 0);
  }

  /**
   * Returns an expectation of another number from a moment on.
   *
   * @param count how many instances
   * @param from by {@link System#nanoTime}
   * @param settle how long the former number may last, in nanoseconds
   * @return the expectation
   */
  public Expectation changed(int count, long from, long settle) {
    TreeMap<Long, Integer> more = new TreeMap<>(counts);
    more.put(from, count);
    return new Expectation(role, startFirst, more, Math.max(settle, settleNanos));
  }

  /** Returns how many may run at a moment. */
  int most(long nanoTime) {
    return inForce(nanoTime).values().stream().mapToInt(count -> count).max().orElseThrow();
  }

  /** Returns how many have to run at a moment. */
  int least(long nanoTime) {
    return inForce(nanoTime).values().stream().mapToInt(count -> count).min().orElseThrow();
  }

  private NavigableMap<Long, Integer> inForce(long nanoTime) {
    Long oldest = counts.floorKey(nanoTime - settleNanos);
    return counts.subMap(oldest == null ? counts.firstKey() : oldest, true, nanoTime, true);
  }
}
