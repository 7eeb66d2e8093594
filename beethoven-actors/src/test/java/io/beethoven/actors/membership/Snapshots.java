package io.beethoven.actors.membership;

import io.beethoven.model.ClusterSnapshot;

/** Lets tests of other packages publish snapshots. */
public final class Snapshots {

  private Snapshots() {}

  /**
   * Publishes as the core server does.
   *
   * @param holder where
   * @param snapshot what
   */
  public static void publish(SnapshotHolder holder, ClusterSnapshot snapshot) {
    holder.publish(snapshot);
  }
}
