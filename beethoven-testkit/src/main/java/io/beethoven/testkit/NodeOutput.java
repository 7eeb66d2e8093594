package io.beethoven.testkit;

import io.beethoven.model.ClusterEvent;
import io.beethoven.role.RoleContext;
import java.util.Map;

/** Where a node process tells of itself. May be used by any thread. */
public interface NodeOutput {

  /**
   * Something about the node's own life.
   *
   * @param kind what happened
   * @param fields the rest, by name
   */
  void onNode(String kind, Map<String, String> fields);

  /**
   * Something about the cluster.
   *
   * @param event what the node learned
   */
  void onCluster(ClusterEvent event);

  /**
   * Something about a role that runs here.
   *
   * @param kind what happened, such as {@link EventLines#ROLE_RUNNING}
   * @param context the instance's
   * @param fields the rest, by name
   */
  void onRole(String kind, RoleContext context, Map<String, String> fields);
}
