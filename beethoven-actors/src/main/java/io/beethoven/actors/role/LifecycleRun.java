package io.beethoven.actors.role;

import io.beethoven.model.Slot;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lifecycle on a thread of its own, which starts it, waits, and stops it. */
final class LifecycleRun implements Run {

  private static final Logger LOG = LoggerFactory.getLogger(LifecycleRun.class);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param onStarted told on that thread when {@code start} has returned
   * @param onEnd told on that thread when {@code stop} has returned, or what {@code start} threw
   */
  LifecycleRun(
      RoleThreads threads,
      Slot slot,
      Supplier<? extends RoleLifecycle> factory,
      RoleContext context,
      Runnable onStarted,
      Consumer<Optional<Throwable>> onEnd) {
    this.thread =
        threads.startRun(
            slot,
            () -> run(factory, context, onStarted, onEnd),
            failure -> onEnd.accept(Optional.of(failure)));
  }

  private void run(
      Supplier<? extends RoleLifecycle> factory,
      RoleContext context,
      Runnable onStarted,
      Consumer<Optional<Throwable>> onEnd) {
    RoleLifecycle lifecycle;
    try {
      lifecycle = factory.get();
      lifecycle.start(context);
    } catch (Exception e) {
      onEnd.accept(Optional.of(e));
      return;
    }
    onStarted.run();
    awaitStop();
    try {
      lifecycle.stop();
    } catch (Exception e) {
      LOG.warn("role failed to stop and counts as stopped role={}", context.role(), e);
    }
    onEnd.accept(Optional.empty());
  }

  /** Whoever interrupts this thread while it waits wants the same as whoever asks it to stop. */
  private void awaitStop() {
    try {
      stopping.await();
    } catch (InterruptedException e) {
      LOG.debug(
          "role thread interrupted while waiting thread={}", Thread.currentThread().getName());
    }
  }

  @Override
  public void stop() {
    stopping.countDown();
  }

  @Override
  public void press() {
    thread.interrupt();
  }
}
