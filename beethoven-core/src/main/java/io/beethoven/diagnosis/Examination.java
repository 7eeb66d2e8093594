package io.beethoven.diagnosis;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that was found out about this machine, the nodes on it and their neighbours; what {@link
 * Diagnostics} judges.
 *
 * @param faults what is wrong with the settings, one line each; a node would not start with them
 * @param interfaces this machine's addresses, in words
 * @param choice the address at which a node with these settings would listen; empty where the
 *     settings of running nodes were used instead, or the settings are wrong
 * @param ports the ports that such a node needs
 * @param searches the passes that were made, one for each way to look
 * @param addresses the addresses where somebody was, of all passes, and those of known peers
 * @param nodes the running nodes of this machine that answered
 * @param muteNodes the control endpoints that are served and did not answer
 */
public record Examination(
    List<String> faults,
    List<String> interfaces,
    Optional<Choice> choice,
    List<PortFacts> ports,
    List<SearchFacts> searches,
    List<AddressFacts> addresses,
    List<NodeFacts> nodes,
    List<String> muteNodes) {

  /**
   * An address to listen at.
   *
   * @param host the address
   * @param reason why this one
   */
  public record Choice(String host, String reason) {

    /** Creates a choice. */
    public Choice {
      Objects.requireNonNull(host, "host");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Copies the lists. */
  public Examination {
    faults = List.copyOf(faults);
    interfaces = List.copyOf(interfaces);
    Objects.requireNonNull(choice, "choice");
    ports = List.copyOf(ports);
    searches = List.copyOf(searches);
    addresses = List.copyOf(addresses);
    nodes = List.copyOf(nodes);
    muteNodes = List.copyOf(muteNodes);
  }
}
