package io.beethoven.role;

/**
 * A role as one method that runs as long as the role shall run here.
 *
 * <p>It is called on a thread of its own and interrupted when the role shall stop. Returning
 * normally counts as a failure unless the role is defined as one-shot; a failed task is started
 * again with backoff.
 */
@FunctionalInterface
public interface RoleTask {

  /**
   * Runs the role.
   *
   * @param context what the instance is told of itself
   * @throws Exception on failure; an {@link InterruptedException} after a stop was asked for is an
   *     orderly end
   */
  void run(RoleContext context) throws Exception;
}
