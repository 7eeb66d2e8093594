package io.beethoven.actors.protocol;

import io.beethoven.actors.discovery.Envoy;
import io.beethoven.discovery.ClusterIdentity;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Sighting;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.time.Duration;

/** What the {@link Envoy}s of a cluster's members tell each other. */
public sealed interface IslandMessage extends CoreMessage, Envoy.Command {

  /**
   * A member has met another cluster; told to the leader.
   *
   * @param sighting whom it met
   */
  record Met(Sighting sighting) implements IslandMessage {}

  /**
   * How this cluster is called; told by the leader.
   *
   * @param from who says so
   * @param identity the cluster's
   */
  record Called(Incarnation from, ClusterIdentity identity) implements IslandMessage {}

  /**
   * This cluster will not end in favour of another one for a while; told by the leader, so that
   * whoever leads next keeps to it.
   *
   * @param from who promised
   * @param remaining for how long
   */
  record Promised(Incarnation from, Duration remaining) implements IslandMessage {}

  /**
   * This cluster ends: stop all roles, drop out, and join the other one; ordered by the leader.
   *
   * @param from who says so
   * @param clusterId the cluster that ends
   * @param winner a beacon of the other one
   * @param standing how the other one stands
   */
  record End(Incarnation from, long clusterId, Endpoint winner, Standing standing)
      implements IslandMessage {}
}
