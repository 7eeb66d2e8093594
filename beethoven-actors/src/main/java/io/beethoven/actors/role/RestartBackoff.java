package io.beethoven.actors.role;

import io.beethoven.actors.settings.RoleSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Decides whether a failed instance is started again, and after which pause: the pause doubles with
 * each failure within the window, and after too many of them the instance is given up.
 */
final class RestartBackoff {

  private final RoleSettings settings;
  private final Deque<Long> failureNanos = new ArrayDeque<>();

  RestartBackoff(RoleSettings settings) {
    this.settings = settings;
  }

  /** Notes a failure; returns the pause, or nothing if the instance shall be given up. */
  Optional<Duration> failed(long nowNanos) {
    failureNanos.addLast(nowNanos);
    long windowNanos = settings.failureWindow().toNanos();
    while (nowNanos - failureNanos.getFirst() > windowNanos) {
      failureNanos.removeFirst();
    }
    int failures = failureNanos.size();
    if (failures >= settings.maxFailures()) {
      return Optional.empty();
    }
    Duration pause = settings.restartBackoffMin();
    for (int i = 1; i < failures && pause.compareTo(settings.restartBackoffMax()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return Optional.of(
        pause.compareTo(settings.restartBackoffMax()) > 0 ? settings.restartBackoffMax() : pause);
  }

  /** Returns how many failures the window holds. */
  int failures() {
    return failureNanos.size();
  }
}
