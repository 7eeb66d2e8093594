package io.beethoven.actors.role;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;

/** How a node runs a role. Each start of an instance asks for a new object. */
public sealed interface RoleImplementation {

  /**
   * A role that is one method, on a thread of its own.
   *
   * @param factory called on that thread
   */
  record Task(Supplier<? extends RoleTask> factory) implements RoleImplementation {

    /** Creates an implementation. */
    public Task {
      Objects.requireNonNull(factory, "factory");
    }
  }

  /**
   * A role that is started and stopped, on a thread of its own.
   *
   * @param factory called on that thread
   */
  record Lifecycle(Supplier<? extends RoleLifecycle> factory) implements RoleImplementation {

    /** Creates an implementation. */
    public Lifecycle {
      Objects.requireNonNull(factory, "factory");
    }
  }

  /**
   * A role that is an actor, a child of Beethoven's.
   *
   * @param factory called on a dispatcher, so it must not block
   * @param stopMessage what asks the actor to stop itself; it is stopped without asking where this
   *     is empty, or when it has not stopped by the stop deadline
   */
  record Actor(Function<RoleContext, Behavior<?>> factory, Optional<Object> stopMessage)
      implements RoleImplementation {

    /** Creates an implementation. */
    public Actor {
      Objects.requireNonNull(factory, "factory");
      Objects.requireNonNull(stopMessage, "stopMessage");
    }
  }

  /**
   * Makes an implementation of a task.
   *
   * @param factory gives the task
   * @return the implementation
   */
  static RoleImplementation task(Supplier<? extends RoleTask> factory) {
    return new Task(factory);
  }

  /**
   * Makes an implementation of something that is started and stopped.
   *
   * @param factory gives a new object at each call
   * @return the implementation
   */
  static RoleImplementation lifecycle(Supplier<? extends RoleLifecycle> factory) {
    return new Lifecycle(factory);
  }

  /**
   * Makes an implementation of an actor that is stopped without being asked.
   *
   * @param factory gives the behavior
   * @return the implementation
   */
  static RoleImplementation behavior(Function<RoleContext, Behavior<?>> factory) {
    return new Actor(factory, Optional.empty());
  }

  /**
   * Makes an implementation of an actor that is asked to stop itself.
   *
   * @param factory gives the behavior
   * @param stopMessage a message that the behavior understands, upon which it stops itself
   * @param <T> the actor's message type
   * @return the implementation
   */
  static <T> RoleImplementation behavior(
      Function<RoleContext, Behavior<T>> factory, T stopMessage) {
    return new Actor(factory::apply, Optional.of(stopMessage));
  }
}
