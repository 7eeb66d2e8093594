package io.beethoven.actors.discovery;

import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.Subnet;
import java.util.ArrayList;
import java.util.List;

/** Makes the sources that the settings name. */
public final class CandidateSources {

  private CandidateSources() {}

  /**
   * Makes them.
   *
   * @param discovery the settings
   * @return the sources; none means that peers are met only when they call
   */
  public static List<CandidateSource> of(DiscoverySettings discovery) {
    List<CandidateSource> sources = new ArrayList<>();
    discovery
        .subnet()
        .ifPresent(
            subnet ->
                sources.add(new SubnetSource(Subnet.parse(subnet), discovery.peerBeaconPort())));
    if (!discovery.nodes().isEmpty()) {
      sources.add(new FixedListSource(discovery.nodes()));
    }
    return sources;
  }
}
