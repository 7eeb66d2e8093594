package io.beethoven.grant;

import java.time.Duration;

/**
 * The times by which an allocator goes.
 *
 * @param orderResend how long an order may stay unanswered before it is repeated; more than zero
 * @param retryAfter how long a node that gave a role up is no candidate for it; more than zero
 * @param askAfter how long a node may say nothing before it is asked whether it keeps its promise;
 *     longer than the pause between two reports of a node
 * @param backoffMax the longest silence after a rival with a higher epoch was met; more than zero
 */
public record AllocatorTimes(
    Duration orderResend, Duration retryAfter, Duration askAfter, Duration backoffMax) {

  /**
   * Creates the times.
   *
   * @throws IllegalArgumentException if one is not more than zero
   */
  public AllocatorTimes {
    requirePositive("order-resend", orderResend);
    requirePositive("retry-after", retryAfter);
    requirePositive("ask-after", askAfter);
    requirePositive("back-off", backoffMax);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than 0, was " + value);
    }
  }
}
