package io.beethoven.role;

/**
 * A role as something that is started and stopped. Each instance is an object of its own; its
 * methods are called one after the other on a thread of its own.
 */
public interface RoleLifecycle {

  /**
   * Starts the role and returns.
   *
   * @param context what the instance is told of itself
   * @throws Exception if it cannot start; it is tried again with backoff
   */
  void start(RoleContext context) throws Exception;

  /**
   * Stops the role and returns when nothing of it runs any more. Called once for each call of
   * {@link #start} that returned.
   *
   * @throws Exception if stopping fails; it is logged and the instance counts as stopped
   */
  void stop() throws Exception;
}
