package io.beethoven.actors.settings;

import io.beethoven.discovery.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How peers are found. Keys under {@code beethoven.discovery}.
 *
 * @param subnet the subnet to sweep, as CIDR text, where one is set
 * @param nodes beacons named one by one; swept as well
 * @param peerBeaconPort the port at which the beacons of a subnet are looked for
 * @param maxInFlight most connection attempts at once
 * @param connectTimeout how long one address may stay silent
 * @param helloTimeout how long a connected address may take for its hello
 * @param passes fast passes before the node may call itself standalone or form a cluster
 * @param backoffMin least pause between fast passes
 * @param backoffMax greatest pause between fast passes
 * @param settle how long no new peer may have appeared before a cluster is formed
 * @param slowPassMin pause between passes while standalone, at first
 * @param slowPassMax pause between passes while standalone, at last
 * @param formationTimeout how long to wait for the lowest peer to form a cluster before the next
 *     lowest does
 * @param joinTimeout how long joining may take before the node counts the attempt as failed
 */
public record DiscoverySettings(
    Optional<String> subnet,
    List<Endpoint> nodes,
    int peerBeaconPort,
    int maxInFlight,
    Duration connectTimeout,
    Duration helloTimeout,
    int passes,
    Duration backoffMin,
    Duration backoffMax,
    Duration settle,
    Duration slowPassMin,
    Duration slowPassMax,
    Duration formationTimeout,
    Duration joinTimeout) {

  /** Copies the list. */
  public DiscoverySettings {
    nodes = List.copyOf(nodes);
  }
}
