package io.beethoven.actors.role;

import io.beethoven.model.Slot;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A task on a thread of its own, which is interrupted when it shall end. */
final class TaskRun implements Run {

  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param onEnd told on that thread when the task has returned, or what it threw
   */
  TaskRun(
      RoleThreads threads,
      Slot slot,
      Supplier<? extends RoleTask> factory,
      RoleContext context,
      Runnable onEntered,
      Consumer<Optional<Throwable>> onEnd) {
    this.thread =
        threads.startRun(
            slot,
            () -> run(factory, context, onEntered, onEnd),
            failure -> onEnd.accept(Optional.of(failure)));
  }

  private static void run(
      Supplier<? extends RoleTask> factory,
      RoleContext context,
      Runnable onEntered,
      Consumer<Optional<Throwable>> onEnd) {
    try {
      RoleTask task = factory.get();
      onEntered.run();
      task.run(context);
    } catch (Exception e) {
      onEnd.accept(Optional.of(e));
      return;
    }
    onEnd.accept(Optional.empty());
  }

  @Override
  public void stop() {
    thread.interrupt();
  }

  @Override
  public void press() {
    thread.interrupt();
  }
}
