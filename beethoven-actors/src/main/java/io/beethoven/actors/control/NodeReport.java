package io.beethoven.actors.control;

import io.beethoven.model.ClusterSnapshot;
import java.util.Objects;

/**
 * What a node tells of itself on request: its view of the cluster and its process.
 *
 * @param cluster the cluster's name
 * @param pid the node's process
 * @param snapshot the answers of the four queries, and where the allocator runs
 */
public record NodeReport(String cluster, long pid, ClusterSnapshot snapshot) {

  /** Creates a report. */
  public NodeReport {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(snapshot, "snapshot");
  }
}
