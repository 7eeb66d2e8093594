package io.beethoven;

import io.beethoven.error.BeethovenException;
import io.beethoven.error.BeethovenTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for answers, and refuses to on threads that must not wait. */
final class BlockingCalls {

  /** What a stage that limits itself may take beyond its limit. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Timers of actors take no more than some 248 days. */
  private static final Duration MAX_TIMEOUT = Duration.ofDays(30);

  private BlockingCalls() {}

  /**
   * Fails on a dispatcher's thread: an actor that waits there can starve the very actors that it
   * waits for.
   *
   * @param call the method that blocks
   * @param instead what to call there
   * @throws IllegalStateException on a thread of a Pekko dispatcher
   */
  static void refuseOnDispatcher(String call, String instead) {
    Thread thread = Thread.currentThread();
    if (isDispatcher(thread)) {
      throw new IllegalStateException(
          call
              + " blocks and must not be called from an actor, was called on "
              + thread.getName()
              + "; use "
              + instead);
    }
  }

  private static boolean isDispatcher(Thread thread) {
    return thread.getClass().getName().startsWith("org.apache.pekko.")
        || thread.getName().contains("pekko.actor.default-dispatcher")
        || thread.getName().contains("pekko.actor.internal-dispatcher");
  }

  /**
   * Waits for a stage that completes within a limit by itself.
   *
   * @return its value
   * @throws RuntimeException what the stage failed with
   */
  static <T> T await(String call, CompletionStage<T> stage, Duration limit) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    try {
      return future.get(limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new BeethovenException(call + " failed", e.getCause());
    } catch (TimeoutException e) {
      throw new BeethovenTimeoutException(call + " did not end within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BeethovenException(call + " was interrupted", e);
    }
  }

  /**
   * Checks a timeout given by a caller.
   *
   * @throws IllegalArgumentException if it is negative, or more than 30 days
   */
  static Duration requireTimeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "timeout must be between 0 and " + MAX_TIMEOUT + ", was " + timeout);
    }
    return timeout;
  }
}
