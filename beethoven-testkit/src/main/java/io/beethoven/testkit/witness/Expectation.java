package io.beethoven.testkit.witness;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often a role shall run, and since when.
 *
 * @param role the role's name
 * @param startFirst whether it moves with {@code hand-over = start-first}, so that one slot may
 *     have two holders for a moment
 * @param counts the number of instances by the moment from which on it was asked for; unmodifiable
 * @param settled until when the former number is right as well, by the same moments; unmodifiable
 */
public record Expectation(
    String role,
    boolean startFirst,
    NavigableMap<Long, Integer> counts,
    NavigableMap<Long, Long> settled) {

  /** Creates an expectation. */
  public Expectation {
    Objects.requireNonNull(role, "role");
    counts = Collections.unmodifiableNavigableMap(new TreeMap<>(counts));
    settled = Collections.unmodifiableNavigableMap(new TreeMap<>(settled));
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
    return new Expectation(
        role, startFirst, new TreeMap<>(Map.of(Long.MIN_VALUE, count)), new TreeMap<>());
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
    TreeMap<Long, Long> until = new TreeMap<>(settled);
    until.put(from, from + settle);
    return new Expectation(role, startFirst, more, until);
  }

  /**
   * Returns an expectation whose last change is over, at the latest.
   *
   * @param nanoTime from when on only the new number is right
   * @return the expectation
   */
  public Expectation settledBy(long nanoTime) {
    TreeMap<Long, Long> until = new TreeMap<>(settled);
    if (!until.isEmpty()) {
      until.merge(until.lastKey(), nanoTime, Math::min);
    }
    return new Expectation(role, startFirst, counts, until);
  }

  /** Returns when the number changes that may run, or that has to. */
  Set<Long> moments() {
    Set<Long> moments = new TreeSet<>(settled.keySet());
    moments.addAll(settled.values());
    return moments;
  }

  /** Returns how many may run at a moment. */
  int most(long nanoTime) {
    return inForce(nanoTime).stream().mapToInt(count -> count).max().orElseThrow();
  }

  /** Returns how many have to run at a moment. */
  int least(long nanoTime) {
    return inForce(nanoTime).stream().mapToInt(count -> count).min().orElseThrow();
  }

  private List<Integer> inForce(long nanoTime) {
    List<Integer> inForce = new ArrayList<>();
    Long change = counts.floorKey(nanoTime);
    while (change != null) {
      inForce.add(counts.get(change));
      boolean over = nanoTime >= settled.getOrDefault(change, Long.MIN_VALUE);
      change = over ? null : counts.lowerKey(change);
    }
    return inForce;
  }
}
