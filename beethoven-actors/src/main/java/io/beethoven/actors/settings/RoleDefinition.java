package io.beethoven.actors.settings;

import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.model.RoleSpec;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.util.Optional;

/**
 * A role from the configuration: one entry of {@code beethoven.roles}.
 *
 * @param spec what shall run
 * @param type the class that runs it, a {@code RoleTask} or a {@code RoleLifecycle} with a public
 *     constructor without parameters; empty if the entry names none
 */
public record RoleDefinition(RoleSpec spec, Optional<Class<?>> type) {

  /**
   * Returns how this node runs the role: each instance is a new object of the class.
   *
   * @return the implementation; empty if the entry names no class
   */
  public Optional<RoleImplementation> implementation() {
    return type.map(
        found ->
            RoleTask.class.isAssignableFrom(found)
                ? RoleImplementation.task(() -> make(found.asSubclass(RoleTask.class)))
                : RoleImplementation.lifecycle(() -> make(found.asSubclass(RoleLifecycle.class))));
  }

  private static <T> T make(Class<T> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the role's class " + type.getName() + " failed", e);
    }
  }
}
