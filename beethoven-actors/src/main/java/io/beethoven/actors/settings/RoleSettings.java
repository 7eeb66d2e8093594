package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How roles are run and allocated. Keys under {@code beethoven.role} ; the roles themselves stand
 * under {@code beethoven.roles}.
 *
 * @param orderResend how long an order may stay unanswered before it is repeated
 * @param successionWait how long the allocator waits for the successor of a dead node before it
 *     acts itself
 * @param restartBackoffMin first pause before a failed instance is started again
 * @param restartBackoffMax greatest such pause
 * @param maxFailures failures within {@code failureWindow} after which the node gives the instance
 *     up
 * @param failureWindow see {@code maxFailures}
 * @param retryAfter how long a node that gave a role up is no candidate for it
 * @param drainTimeout how long a leaving node waits for its roles to be taken over
 * @param loneNodeRoles when a node that is alone runs roles
 */
public record RoleSettings(
    Duration orderResend,
    Duration successionWait,
    Duration restartBackoffMin,
    Duration restartBackoffMax,
    int maxFailures,
    Duration failureWindow,
    Duration retryAfter,
    Duration drainTimeout,
    RunAlone loneNodeRoles) {

  /** When a node that is alone runs roles. */
  public enum RunAlone {
    /** Only while no other node of the cluster that it knew can run them too. */
    WHEN_SAFE,
    /** Always, though others may run them as well. */
    ALWAYS
  }
}
