package io.beethoven.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Which other clusters were reported lately. Not safe for use by several threads. */
public final class Islands {

  /** The most clusters that are remembered; beyond it nothing is reported until some are stale. */
  private static final int MAX_ISLANDS = 256;

  private final Duration repeat;
  private final Map<Long, Instant> reported = new HashMap<>();

  /**
   * Creates it with nothing reported.
   *
   * @param repeat how long a cluster is not reported again
   */
  public Islands(Duration repeat) {
    this.repeat = repeat;
  }

  /**
   * Tells whether a peer's standing shows another cluster that was not reported lately.
   *
   * @param now the time
   * @param ownId the own cluster's id
   * @param theirs the peer's standing
   * @return whether to report it now
   */
  public boolean isNews(Instant now, long ownId, Standing theirs) {
    long id = theirs.clusterId();
    if (!theirs.isJoinable() || id == 0 || ownId == 0 || id == ownId) {
      return false;
    }
    reported.values().removeIf(at -> !now.isBefore(at.plus(repeat)));
    return reported.size() < MAX_ISLANDS && reported.putIfAbsent(id, now) == null;
  }
}
