package io.beethoven.actors.role;

import io.beethoven.model.Slot;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the threads on which roles run: named, and never one of a dispatcher's. They are virtual
 * where the JVM has virtual threads (21 and later), and daemons otherwise.
 */
final class RoleThreads {

  private static final Logger LOG = LoggerFactory.getLogger(RoleThreads.class);
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final RolesRunning running;
  private final Optional<Factory> virtual;
  private final Map<Slot, CompletableFuture<Boolean>> runs = new ConcurrentHashMap<>();

  private record Factory(Method ofVirtual, Method unstarted) {}

  /**
   * Creates it.
   *
   * @param running counts the threads of runs
   */
  RoleThreads(RolesRunning running) {
    this.running = running;
    this.virtual = findVirtual();
  }

  static String nameOf(Slot slot) {
    return "beethoven-role-" + slot.role() + "-" + slot.index();
  }

  /**
   * Starts the thread of a run.
   *
   * @param slot the instance's slot
   * @param body what it does
   * @param onFailure told, on that thread, what the body threw
   * @return the running thread
   */
  Thread startRun(Slot slot, Runnable body, Consumer<Throwable> onFailure) {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    runs.put(slot, ended);
    running.begin();
    boolean started = false;
    try {
      Thread thread =
          start(
              nameOf(slot),
              () -> {
                try {
                  body.run();
                } finally {
                  over(slot, ended);
                }
              },
              onFailure);
      started = true;
      return thread;
    } finally {
      if (!started) {
        over(slot, ended);
      }
    }
  }

  private void over(Slot slot, CompletableFuture<Boolean> ended) {
    runs.remove(slot, ended);
    ended.complete(true);
    running.end();
  }

  /**
   * Returns what completes when no thread runs the slot's code any more, whoever has asked it to
   * end.
   *
   * @param slot the instance's slot, of which no run begins any more
   * @return the end of its last run
   */
  CompletionStage<Boolean> lastRunEnded(Slot slot) {
    CompletableFuture<Boolean> run = runs.get(slot);
    return run == null ? CompletableFuture.completedFuture(true) : run;
  }

  /**
   * Starts a thread.
   *
   * @param name its name
   * @param body what it does
   * @param onFailure told, on that thread, what the body threw
   * @return the running thread
   */
  Thread start(String name, Runnable body, Consumer<Throwable> onFailure) {
    Thread thread = virtual.map(factory -> virtual(factory, body)).orElseGet(() -> daemon(body));
    thread.setName(name);
    thread.setUncaughtExceptionHandler(
        (failed, failure) -> {
          // First, since logging a failure calls code of whoever wrote its class.
          onFailure.accept(failure);
          LOG.debug("role thread failed thread={}", name, failure);
        });
    thread.start();
    return thread;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body);
    thread.setDaemon(true);
    return thread;
  }

  private static Thread virtual(Factory factory, Runnable body) {
    try {
      return (Thread) factory.unstarted().invoke(factory.ofVirtual().invoke(null), body);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no virtual thread could be made", e);
    }
  }

  /** {@code Thread.ofVirtual().unstarted(Runnable)}, which the compiler does not know yet. */
  private static Optional<Factory> findVirtual() {
    if (Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS) {
      // 19 and 20 have the method, and throw when it is called.
      return Optional.empty();
    }
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      return Optional.of(
          new Factory(
              Thread.class.getMethod("ofVirtual"), builder.getMethod("unstarted", Runnable.class)));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
