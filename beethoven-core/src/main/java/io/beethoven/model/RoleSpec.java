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
 * @param arguments handed to each instance; sorted by key, unmodifiable, at most {@value
 *     #MAX_ARGUMENT_CHARS} characters altogether
 * @param readiness when an instance counts as running
 * @param oneShot whether a task that returns normally has done its work; otherwise returning counts
 *     as a failure
 * @param readyDeadline how long an instance may take to become ready before its start counts as
 *     failed; more than zero
 * @param stopDeadline how long an instance may take to stop, more than zero; a task's thread is
 *     interrupted at once, that of a lifecycle after this time
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

  /** The longest deadline that a role may have. */
  public static final Duration MAX_DEADLINE = Duration.ofHours(1);

  /** So many characters all keys and values of the arguments may have; they travel in messages. */
  public static final int MAX_ARGUMENT_CHARS = 16_384;

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
    requireCount(name, count);
    arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
    requireShort(name, arguments);
    requireDeadline(name, "ready-deadline", readyDeadline);
    requireDeadline(name, "stop-deadline", stopDeadline);
  }

  /**
   * Checks a count.
   *
   * @param name whose it is
   * @param count how often the role shall run
   * @throws IllegalArgumentException if it is not between 1 and {@value #MAX_COUNT}
   */
  public static void requireCount(RoleName name, int count) {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "count of role " + name + " must be between 1 and " + MAX_COUNT + ", was " + count);
    }
  }

  /**
   * Checks the length of arguments.
   *
   * @param name whose they are
   * @param arguments what each instance reads in its context
   * @throws IllegalArgumentException if they have more than {@value #MAX_ARGUMENT_CHARS} characters
   */
  public static void requireShort(RoleName name, Map<String, String> arguments) {
    long chars = chars(arguments);
    if (chars > MAX_ARGUMENT_CHARS) {
      throw new IllegalArgumentException(
          "arguments of role "
              + name
              + " must have at most "
              + MAX_ARGUMENT_CHARS
              + " characters altogether, had "
              + chars);
    }
  }

  private static long chars(Map<String, String> arguments) {
    return arguments.entrySet().stream()
        .mapToLong(argument -> (long) argument.getKey().length() + argument.getValue().length())
        .sum();
  }

  /** Returns how many characters the arguments have, keys and values together. */
  public long argumentChars() {
    return chars(arguments);
  }

  /**
   * Checks a deadline.
   *
   * @param name whose it is
   * @param key which
   * @param value the deadline
   * @return the same
   * @throws IllegalArgumentException if it is not more than 0, or more than an hour
   */
  public static Duration requireDeadline(RoleName name, String key, Duration value) {
    if (value.isNegative() || value.isZero() || value.compareTo(MAX_DEADLINE) > 0) {
      throw new IllegalArgumentException(
          key
              + " of role "
              + name
              + " must be more than 0 and at most "
              + MAX_DEADLINE
              + ", was "
              + value);
    }
    return value;
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
