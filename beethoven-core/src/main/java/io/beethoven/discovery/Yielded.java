package io.beethoven.discovery;

import java.util.Objects;

/**
 * What a node knows in its next life when its cluster has ended in favour of another one.
 *
 * @param clusterId the cluster that it was in; not to be joined again for a while
 * @param winner a beacon of the other one, to be looked at first
 */
public record Yielded(long clusterId, Endpoint winner) {

  /** Creates it. */
  public Yielded {
    Objects.requireNonNull(winner, "winner");
  }
}
