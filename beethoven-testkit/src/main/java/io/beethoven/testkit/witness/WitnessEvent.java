package io.beethoven.testkit.witness;

import java.util.Objects;

/**
 * One look of an instance at its right.
 *
 * <p>All times are of the machine's monotonic clock in nanoseconds. On Linux {@link
 * System#nanoTime} is {@code CLOCK_MONOTONIC}, which all processes of one machine share, those in
 * network namespaces and containers of their own too; events of several machines do not compare.
 *
 * @param kind what the look was for
 * @param process the file that holds it: one per process and {@link Witness}
 * @param instance the instance's number in that process, from 1; an instance that is started again
 *     has another one
 * @param node {@code host:port}
 * @param role the role's name
 * @param slot its slot
 * @param token the token that it held, in the form that sorts
 * @param granted what {@code isGranted()} said
 * @param before right before it was asked for token and right
 * @param after right after; it was true or false at some moment in between
 */
public record WitnessEvent(
    Kind kind,
    String process,
    int instance,
    String node,
    String role,
    int slot,
    String token,
    boolean granted,
    long before,
    long after) {

  /** What an instance looked for. */
  public enum Kind {
    /** It has just been started. */
    START,
    /** It runs. */
    TICK,
    /** It does what it is there for, and holds its right for that. */
    ACT,
    /** It has just ended. */
    STOP
  }

  /** Creates an event. */
  public WitnessEvent {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(token, "token");
    if (after < before) {
      throw new IllegalArgumentException(
          "after must not be before " + before + " ns, was " + after + " ns");
    }
  }
}
