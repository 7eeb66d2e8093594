package io.beethoven.model;

/** Whether a node takes part in the cluster. */
public enum NodeStatus {
  /** In the cluster and not known to be dead. */
  ONLINE,
  /** Confirmed dead, departed in good order, or removed from the cluster. */
  OFFLINE
}
