package io.beethoven.actors.settings;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.ProbeLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How peers are found. Keys under {@code beethoven.discovery}.
 *
 * @param mode who brings the node into a cluster
 * @param subnet the subnet to sweep, as CIDR text, where one is set
 * @param nodes beacons named one by one; swept as well
 * @param dns a DNS name whose addresses are looked at, where one is set
 * @param azure Azure's metadata service, where it is to be asked
 * @param peerBeaconPort the port at which beacons are looked for whose port nobody names
 * @param probes how much is asked of the network
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
    DiscoveryMode mode,
    Optional<String> subnet,
    List<Endpoint> nodes,
    Optional<DnsSettings> dns,
    Optional<AzureSettings> azure,
    int peerBeaconPort,
    ProbeLimits probes,
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

  /** Tells whether a source is set that says only at run time where others may be. */
  boolean isFoundOnlyLater() {
    return dns.isPresent() || azure.isPresent();
  }
}
