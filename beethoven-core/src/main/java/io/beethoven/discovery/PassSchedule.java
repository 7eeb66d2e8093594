package io.beethoven.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the next pass over all candidates begins: a few fast ones after random pauses, then ever
 * slower ones for as long as nothing changes.
 */
final class PassSchedule {

  private final SeekPolicy policy;
  private final RandomGenerator random;
  private int done;
  private Duration slowPause;
  private boolean collecting;
  private @Nullable Instant nextAt;

  PassSchedule(SeekPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.random = random;
    this.slowPause = policy.slowPassMin();
  }

  /** Begins anew with fast passes, the first at once. */
  void begin(Instant now) {
    stop();
    done = 0;
    nextAt = now;
  }

  /** Begins anew with slow passes. */
  void beginSlowly(Instant now) {
    stop();
    nextAt = now.plus(slowPause);
  }

  /** No more passes; how many were done is remembered. */
  void stop() {
    collecting = false;
    nextAt = null;
    slowPause = policy.slowPassMin();
  }

  /** Returns how many passes are complete since the fast ones began. */
  int done() {
    return done;
  }

  /** Returns when the next pass begins; empty while one is under way or none shall be. */
  Optional<Instant> nextAt() {
    return Optional.ofNullable(nextAt);
  }

  /** The pass that was due begins by asking for its candidates. */
  void collect() {
    nextAt = null;
    collecting = true;
  }

  /** Tells whether candidates are waited for; from now on they are not. */
  boolean takeCollected() {
    boolean waited = collecting;
    collecting = false;
    return waited;
  }

  /**
   * A pass is complete.
   *
   * @param now the time
   * @param fast whether the next one follows after a short pause
   */
  void completed(Instant now, boolean fast) {
    done++;
    if (fast) {
      soon(now);
    } else {
      nextAt = now.plus(slowPause);
      Duration longer = slowPause.multipliedBy(2);
      slowPause = longer.compareTo(policy.slowPassMax()) < 0 ? longer : policy.slowPassMax();
    }
  }

  /** The next pass begins after a short pause. */
  void soon(Instant now) {
    nextAt = now.plus(between(random, policy.backoffMin(), policy.backoffMax()));
  }

  /**
   * Something changed: the next pass comes early, and the slow ones begin with their least pause.
   */
  void hurry(Instant now) {
    slowPause = policy.slowPassMin();
    by(now.plus(slowPause));
  }

  /** The next pass, if one is planned, begins no later than this. */
  void by(Instant latest) {
    if (nextAt != null && nextAt.isAfter(latest)) {
      nextAt = latest;
    }
  }

  /** Draws a duration. */
  static Duration between(RandomGenerator random, Duration least, Duration greatest) {
    return least.plusNanos(random.nextLong(greatest.minus(least).toNanos() + 1));
  }
}
