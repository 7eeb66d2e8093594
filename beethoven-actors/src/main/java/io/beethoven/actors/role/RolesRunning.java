package io.beethoven.actors.role;

import java.util.ArrayList;
import java.util.List;

/**
 * Knows whether any role of this node can still run: the {@link RoleServer} with the actors below
 * it, or a thread of a role, which goes on after the actors if it does not heed its interrupt. One
 * per node; can be used from any thread.
 */
public final class RolesRunning {

  private final Object lock = new Object();
  private final List<Runnable> actions = new ArrayList<>();
  private int running;

  /** Creates one for a node of which nothing runs yet. */
  public RolesRunning() {}

  /** Something begins that can run a role. */
  void begin() {
    synchronized (lock) {
      running++;
    }
  }

  /** Something that began has really ended. */
  void end() {
    List<Runnable> due = new ArrayList<>();
    synchronized (lock) {
      running--;
      if (running == 0) {
        due.addAll(actions);
        actions.clear();
      }
    }
    due.forEach(Runnable::run);
  }

  /**
   * Runs an action once, as soon as no role runs: at once, or on the thread of what ends last.
   *
   * @param action must return at once and not throw
   */
  public void whenNone(Runnable action) {
    synchronized (lock) {
      if (running > 0) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
