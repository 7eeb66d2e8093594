package io.beethoven.actors.discovery;

import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The sources that a node's settings ask for. */
public final class CandidateSources {

  private CandidateSources() {}

  /**
   * Makes the sources.
   *
   * @param settings which, and how they are asked
   * @param blocking where those work that block
   * @return one for each that is set; none if peers are met only when they call
   */
  public static List<CandidateSource> of(DiscoverySettings settings, Executor blocking) {
    int port = settings.peerBeaconPort();
    List<CandidateSource> sources = new ArrayList<>();
    settings
        .subnet()
        .ifPresent(subnet -> sources.add(new SubnetSource(Subnet.parse(subnet), port)));
    if (!settings.nodes().isEmpty()) {
      sources.add(new FixedListSource(settings.nodes()));
    }
    settings
        .dns()
        .ifPresent(
            dns ->
                sources.add(
                    new DnsSource(
                        dns.name(), port, dns.timeout(), NameServers.ofThisMachine(), blocking)));
    settings
        .azure()
        .ifPresent(
            azure ->
                sources.add(new AzureSource(azure.endpoint(), port, azure.timeout(), blocking)));
    return sources;
  }
}
