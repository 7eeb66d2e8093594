package io.beethoven.actors.role;

import io.beethoven.model.Slot;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the threads on which roles run: named, and never one of a dispatcher's. They are virtual
 * where the JVM has virtual threads (21 and later), and daemons otherwise.
 */
final class RoleThreads {

  private static final Logger LOG = LoggerFactory.getLogger(RoleThreads.class);

  private final Optional<Factory> virtual;

  private record Factory(Method ofVirtual, Method unstarted) {}

  RoleThreads() {
    this.virtual = findVirtual();
  }

  static String nameOf(Slot slot) {
    return "beethoven-role-" + slot.role() + "-" + slot.index();
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
          LOG.debug("role thread failed thread={}", name, failure);
          onFailure.accept(failure);
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
