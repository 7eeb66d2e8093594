package io.beethoven.actors.membership;

import io.beethoven.model.ClusterSnapshot;

/** Lets a stand-in for the guardian publish snapshots. */
public final class Publisher {

  private Publisher() {}

  /** Publishes. */
  public static void publish(SnapshotHolder holder, ClusterSnapshot snapshot) {
    holder.publish(snapshot);
  }
}
