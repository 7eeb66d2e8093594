package io.beethoven.discovery;

import java.time.Duration;
import java.util.Objects;

/**
 * The figures by which a {@link Seeker} seeks.
 *
 * @param probes how much is asked of the network
 * @param connectTimeout how long a probe waits for its connection
 * @param helloTimeout how long a probe waits for the hello after that
 * @param passes fast passes before a node that found nobody calls itself standalone, 1 or more
 * @param backoffMin least pause between fast passes
 * @param backoffMax greatest pause between fast passes
 * @param settle how long no new peer may have appeared before a decision
 * @param slowPassMin pause between passes after the fast ones, at first
 * @param slowPassMax the same, at last
 * @param recheck mean pause between two looks at the peer that is expected to form a cluster
 * @param formationTimeout how long to wait for that peer to begin
 * @param joinTimeout how much longer it may take once it began; how long a join may take
 * @param islandRepeat how long another cluster is not reported again
 */
public record SeekPolicy(
    ProbeLimits probes,
    Duration connectTimeout,
    Duration helloTimeout,
    int passes,
    Duration backoffMin,
    Duration backoffMax,
    Duration settle,
    Duration slowPassMin,
    Duration slowPassMax,
    Duration recheck,
    Duration formationTimeout,
    Duration joinTimeout,
    Duration islandRepeat) {

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public SeekPolicy {
    Objects.requireNonNull(probes, "probes");
    if (passes < 1) {
      throw new IllegalArgumentException("passes must be >= 1, was " + passes);
    }
    requirePositive("connect-timeout", connectTimeout);
    requirePositive("hello-timeout", helloTimeout);
    requirePositive("backoff-min", backoffMin);
    requireOrder("backoff-max", backoffMax, "backoff-min", backoffMin);
    if (settle.isNegative()) {
      throw new IllegalArgumentException("settle must be 0 or more, was " + settle);
    }
    requirePositive("slow-pass-min", slowPassMin);
    requireOrder("slow-pass-max", slowPassMax, "slow-pass-min", slowPassMin);
    requirePositive("recheck", recheck);
    requirePositive("formation-timeout", formationTimeout);
    requirePositive("join-timeout", joinTimeout);
    requirePositive("island-repeat", islandRepeat);
  }

  private static void requirePositive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(key + " must be more than 0, was " + value);
    }
  }

  private static void requireOrder(String key, Duration value, String least, Duration bound) {
    if (value.compareTo(bound) < 0) {
      throw new IllegalArgumentException(
          key + " must be >= " + least + " (" + bound + "), was " + value);
    }
  }

  /** Returns how long the probes of all known peers may take together: one attempt repeated. */
  Duration roundTimeout() {
    return connectTimeout.multipliedBy(2).plus(helloTimeout);
  }

  /** Returns after what time a probe whose answer never came is given up. */
  Duration lostAfter() {
    return connectTimeout.plus(helloTimeout).multipliedBy(2);
  }

  /** Returns how long a known peer may be mute before it is not waited for any more. */
  Duration silenceLimit() {
    return longer(lostAfter().multipliedBy(2), formationTimeout);
  }

  /** Returns how old the announcement FORMING may be when the cluster is formed. */
  Duration freshness() {
    return longer(formationTimeout, roundTimeout());
  }

  /**
   * Returns how long a peer may stay in a phase before another one takes its place. A peer that has
   * begun is given all the time that beginning and joining itself may take, so that it is passed
   * over only when it will not form any more.
   */
  Duration patience(Standing.Phase phase) {
    return phase == Standing.Phase.FORMING || phase == Standing.Phase.JOINING
        ? freshness().plus(joinTimeout).plus(roundTimeout())
        : formationTimeout;
  }

  private static Duration longer(Duration left, Duration right) {
    return left.compareTo(right) >= 0 ? left : right;
  }
}
