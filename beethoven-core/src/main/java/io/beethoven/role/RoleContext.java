package io.beethoven.role;

import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.Token;
import java.util.Map;

/**
 * What a running instance is told of itself. All methods may be called from any thread and never
 * block.
 */
public interface RoleContext {

  /** Returns the role's name. */
  RoleName role();

  /** Returns the instance's place among the instances of the role, 0 to count-1. */
  int slot();

  /**
   * Returns the fencing token now held. It can rise while the instance runs, so read it at each use
   * and never keep it.
   *
   * @return the token; pass {@link Token#text()} to what the role protects
   */
  Token token();

  /** Returns the node on which the instance runs. */
  NodeId node();

  /** Returns the arguments of the role's definition. */
  Map<String, String> arguments();

  /**
   * Tells whether the right to run is held at this moment; false from the moment the instance is
   * asked to stop.
   */
  boolean isGranted();

  /**
   * Tells whether the instance was asked to stop. A task looks at it in its loop, or reacts to
   * interruption.
   */
  boolean isStopping();

  /**
   * Says that the instance is ready. Needed only where the role's readiness is explicit; more calls
   * do nothing.
   */
  void ready();

  /**
   * Runs an action once when the right to run ends; at once if it has ended already.
   *
   * @param action short and not blocking; it runs on a thread of Beethoven's
   */
  void onRevoked(Runnable action);
}
