package io.beethoven.model;

/** A node's own status, as the query {@code getNodeStatus} answers it. */
public enum ClusterMode {
  /** No other node is online; one instance of each role runs here. */
  STANDALONE,
  /** At least one other node is online. */
  CLUSTERED
}
