package io.beethoven.actors.membership;

import io.beethoven.model.ClusterSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link CoreServer} puts the newest snapshot, for readers on any thread. One writer, any
 * number of readers; reading is one volatile read.
 */
public final class SnapshotHolder {

  private volatile @Nullable ClusterSnapshot latest;

  /** Creates an empty holder. */
  public SnapshotHolder() {}

  /**
   * Tells whether a snapshot was published yet.
   *
   * @return true from the moment the guardian has started
   */
  public boolean isPublished() {
    return latest != null;
  }

  /**
   * Returns the newest snapshot.
   *
   * @return the snapshot published last
   * @throws IllegalStateException if none was published yet
   */
  public ClusterSnapshot latest() {
    ClusterSnapshot published = latest;
    if (published == null) {
      throw new IllegalStateException(
          "no snapshot was published yet: the guardian has not started");
    }
    return published;
  }

  void publish(ClusterSnapshot snapshot) {
    latest = snapshot;
  }
}
