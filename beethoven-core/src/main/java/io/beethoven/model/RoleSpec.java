package io.beethoven.model;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The definition of a role: what shall run, and how often.
 *
 * @param name the role's name
 * @param count how many instances the cluster shall run, at most one per node; 1 to 10000
 * @param arguments handed to each instance; sorted by key, unmodifiable
 * @param readiness when an instance counts as running
 * @param oneShot whether a task that returns normally has done its work; otherwise returning counts
 *     as a failure
 * @param readyDeadline how long an instance may take to become ready before its start counts as
 *     failed; more than zero
 * @param stopDeadline how long an instance may take to stop before its thread is interrupted; more
 *     than zero
 * @param handOver how an instance moves from one node to another while both live
 * @param fenced whether what the role protects refuses lower tokens; otherwise nobody takes over
 *     from a frozen node before the stop deadline has passed as well
 */
public record RoleSpec(
    RoleName name,
    int count,
    Map<String, String> arguments,
    Readiness readiness,
    boolean oneShot,
    Duration readyDeadline,
    Duration stopDeadline,
    HandOver handOver,
    boolean fenced) {

  /** The highest count that a role may have. */
  public static final int MAX_COUNT = 10_000;

  /** When an instance counts as running. */
  public enum Readiness {
    /**
     * When its code was entered (task), its start returned (lifecycle), or it was spawned
     * (behavior).
     */
    ON_START,
    /** When it said so through its context. */
    EXPLICIT
  }

  /** How an instance moves while both nodes live. */
  public enum HandOver {
    /** The old instance stops before the new one starts: never more than the count, a short gap. */
    STOP_FIRST,
    /** The new instance is ready before the old one stops: one more for a while, no gap. */
    START_FIRST
  }

  /**
   * Creates a definition.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public RoleSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(readiness, "readiness");
    Objects.requireNonNull(handOver, "handOver");
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "count of role " + name + " must be between 1 and " + MAX_COUNT + ", was " + count);
    }
    arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
    requirePositive(name, "ready-deadline", readyDeadline);
    requirePositive(name, "stop-deadline", stopDeadline);
  }

  private static void requirePositive(RoleName name, String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          key + " of role " + name + " must be more than 0, was " + value);
    }
  }

  /**
   * Returns this definition with another count.
   *
   * @param newCount the count, 1 to {@value #MAX_COUNT}
   * @return the new definition
   */
  public RoleSpec withCount(int newCount) {
    return new RoleSpec(
        name,
        newCount,
        arguments,
        readiness,
        oneShot,
        readyDeadline,
        stopDeadline,
        handOver,
        fenced);
  }
}
