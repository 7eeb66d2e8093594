package io.beethoven.actors.settings;

import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.time.Duration;
import java.util.Map;

/**
 * What holds for a role that does not say otherwise. Keys under {@code beethoven.role.defaults}.
 *
 * @param count how many instances the cluster shall run
 * @param readiness when an instance counts as running
 * @param oneShot whether a task that returns has done its work
 * @param readyDeadline how long an instance may take to become ready
 * @param stopDeadline how long an instance may take to stop
 * @param handOver how an instance moves while both nodes live
 * @param fenced whether what the role protects refuses lower tokens
 */
public record RoleDefaults(
    int count,
    Readiness readiness,
    boolean oneShot,
    Duration readyDeadline,
    Duration stopDeadline,
    HandOver handOver,
    boolean fenced) {

  /**
   * Returns the definition of a role that says nothing but its name.
   *
   * @param name the role's name
   * @return the definition
   */
  public RoleSpec define(RoleName name) {
    return new RoleSpec(
        name, count, Map.of(), readiness, oneShot, readyDeadline, stopDeadline, handOver, fenced);
  }
}
