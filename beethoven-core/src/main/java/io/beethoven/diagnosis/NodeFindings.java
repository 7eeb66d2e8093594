package io.beethoven.diagnosis;

import io.beethoven.diagnosis.Diagnosis.Kind;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import io.beethoven.diagnosis.PeerFacts.Evidence;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.NodeId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is to be said of the nodes of this machine, by what they say of themselves. */
final class NodeFindings {

  private NodeFindings() {}

  static void add(Examination facts, List<Diagnosis> findings) {
    for (String socket : facts.muteNodes()) {
      findings.add(
          Diagnosis.error(
              Kind.NODE_MUTE,
              socket,
              "a node of this machine does not answer at its control endpoint "
                  + socket
                  + ": it is frozen, or starting.",
              "Look again; then look at its process (fuser "
                  + socket
                  + "), continue it (kill -CONT) or end it."));
    }
    facts.nodes().forEach(node -> addNode(node, findings));
    facts.nodes().forEach(node -> addRefusals(node, findings));
    addUnreachable(facts, findings);
    addEvidence(facts, findings);
    addSettings(facts, findings);
  }

  private static void addNode(NodeFacts node, List<Diagnosis> findings) {
    findings.add(
        Diagnosis.ok(
            Kind.NODE,
            node.node().toString(),
            node.node()
                + " runs here: cluster "
                + node.cluster()
                + ", process "
                + node.pid()
                + ", "
                + node.mode().name().toLowerCase(Locale.ROOT)
                + (node.ready() ? ", ready" : ", not ready")
                + "; listens at "
                + node.host()
                + " ("
                + node.hostReason()
                + "), beacon "
                + node.beacon()
                + ", looks at "
                + (node.sources().isEmpty() ? "nothing" : String.join(", ", node.sources()))
                + "."));
  }

  private static void addRefusals(NodeFacts node, List<Diagnosis> findings) {
    for (RefusedPeer refused : node.refusals()) {
      // A neighbour of another name is as it should be.
      if (refused.reason() != RefusalReason.OTHER_CLUSTER) {
        findings.add(
            Diagnosis.warning(
                Kind.REFUSED,
                node.node() + " and " + refused.peer(),
                "node "
                    + node.node()
                    + " and the one at "
                    + refused.peer()
                    + " refuse each other, last at "
                    + refused.at().truncatedTo(ChronoUnit.SECONDS)
                    + ": "
                    + refused.key()
                    + " is "
                    + refused.ours()
                    + " here and "
                    + refused.theirs()
                    + " there.",
                "Make both the same, or give one of them another cluster name."));
      }
    }
  }

  private static void addUnreachable(Examination facts, List<Diagnosis> findings) {
    Map<Endpoint, AddressFacts> addresses = new TreeMap<>();
    facts.addresses().forEach(address -> addresses.put(address.at(), address));
    Map<Endpoint, NodeId> peers = new TreeMap<>();
    for (NodeFacts node : facts.nodes()) {
      for (PeerFacts peer : node.peers()) {
        peer.beacon().ifPresent(beacon -> peers.put(beacon, peer.node()));
      }
    }
    peers.forEach(
        (beacon, peer) -> {
          AddressFacts address = addresses.get(beacon);
          if (address != null && isUnreachable(address.answer())) {
            findings.add(
                Diagnosis.warning(
                    Kind.PEER_UNREACHABLE,
                    peer.toString(),
                    "node "
                        + peer
                        + " is a member of the cluster, but its beacon at "
                        + beacon
                        + (address.answer() instanceof AddressFacts.Refused
                            ? " refuses connections"
                            : " is not reached from here")
                        + ": it is ending, or a firewall is in between, and nobody here could"
                        + " prove its death.",
                    "Look again; then let TCP to " + beacon + " through."));
          }
        });
  }

  private static boolean isUnreachable(AddressFacts.Answer answer) {
    return answer instanceof AddressFacts.Refused
        || answer instanceof AddressFacts.Silent
        || answer instanceof AddressFacts.Failed;
  }

  private static void addEvidence(Examination facts, List<Diagnosis> findings) {
    Set<Pair> armed = new TreeSet<>();
    Map<Pair, Evidence> unarmed = new TreeMap<>();
    for (NodeFacts node : facts.nodes()) {
      for (PeerFacts peer : node.peers()) {
        Pair pair = Pair.of(node.node(), peer.node());
        if (peer.voting() && peer.evidence() == Evidence.ARMED) {
          armed.add(pair);
        } else if (peer.voting()) {
          unarmed.put(pair, peer.evidence());
        }
      }
    }
    unarmed.forEach((pair, why) -> findings.add(noEvidence(pair, why)));
    armed.removeAll(unarmed.keySet());
    if (!armed.isEmpty()) {
      findings.add(
          Diagnosis.ok(
              Kind.EVIDENCE,
              "pairs of nodes",
              counted(armed.size(), unarmed.isEmpty())
                  + " that this machine knows could prove each other's death at once."));
    }
  }

  private static String counted(int pairs, boolean all) {
    if (pairs == 1) {
      return all ? "the one pair of nodes" : "1 pair of nodes";
    }
    return (all ? "all " : "") + pairs + " pairs of nodes";
  }

  private static Diagnosis noEvidence(Pair pair, Evidence why) {
    String consequence = ", so a crash is noticed by silence only, as late as a freeze.";
    return why == Evidence.ADDRESSES_DIFFER
        ? Diagnosis.warning(
            Kind.NO_EVIDENCE,
            pair.toString(),
            pair + " see different addresses of each other" + consequence,
            "Take the proxy, NAT or sidecar between them out of the way of the beacon's port.")
        : Diagnosis.warning(
            Kind.NO_EVIDENCE,
            pair.toString(),
            pair
                + (why == Evidence.NO_LINE ? " hold no connection" : " hold no armed life-line")
                + consequence,
            "Look again, since it takes a moment after a start; then let TCP to their beacons"
                + " through, both ways.");
  }

  private static void addSettings(Examination facts, List<Diagnosis> findings) {
    Map<String, List<NodeFacts>> clusters =
        facts.nodes().stream()
            .collect(Collectors.groupingBy(NodeFacts::cluster, TreeMap::new, Collectors.toList()));
    clusters.forEach(
        (cluster, nodes) -> {
          List<Diagnosis> differing = differing(nodes);
          differing.stream()
              .filter(finding -> findings.stream().noneMatch(said -> isSame(said, finding)))
              .toList()
              .forEach(findings::add);
          if (differing.isEmpty() && nodes.size() > 1) {
            findings.add(
                Diagnosis.ok(
                    Kind.SETTINGS_AGREE,
                    cluster,
                    "the "
                        + nodes.size()
                        + " nodes of cluster "
                        + cluster
                        + " here agree on all settings that matter to others."));
          }
        });
  }

  /** Nodes that answered at their beacons have told the same already. */
  private static boolean isSame(Diagnosis said, Diagnosis finding) {
    return said.kind() == finding.kind() && said.about().equals(finding.about());
  }

  private static List<Diagnosis> differing(List<NodeFacts> nodes) {
    Set<String> paths = new TreeSet<>();
    nodes.forEach(node -> paths.addAll(node.settings().keySet()));
    List<Diagnosis> findings = new ArrayList<>();
    for (String path : paths) {
      Map<String, List<String>> byValue = new TreeMap<>();
      boolean required = false;
      for (NodeFacts node : nodes) {
        Setting setting = node.settings().get(path);
        if (setting != null && setting.sameness() != Sameness.OWN) {
          required |= setting.sameness() == Sameness.REQUIRED;
          byValue
              .computeIfAbsent(setting.value(), value -> new ArrayList<>())
              .add(node.node().toString());
        }
      }
      if (byValue.size() > 1) {
        findings.add(differs(path, required, byValue));
      }
    }
    return findings;
  }

  static Diagnosis differs(String path, boolean required, Map<String, List<String>> byValue) {
    String words =
        byValue.entrySet().stream()
            .map(each -> each.getKey() + " at " + String.join(", ", each.getValue()))
            .collect(Collectors.joining("; "));
    String remedy = "Give " + path + " the same value on all nodes of the cluster.";
    return required
        ? Diagnosis.error(
            Kind.SETTINGS_DIFFER,
            path,
            path + " must be the same everywhere and is not: " + words + ".",
            remedy)
        : Diagnosis.warning(
            Kind.SETTINGS_DIFFER,
            path,
            path + " should be the same everywhere and is not: " + words + ".",
            remedy);
  }

  /** Two nodes, the lower first. */
  private record Pair(NodeId low, NodeId high) implements Comparable<Pair> {

    static Pair of(NodeId one, NodeId other) {
      return one.compareTo(other) <= 0 ? new Pair(one, other) : new Pair(other, one);
    }

    @Override
    public int compareTo(Pair other) {
      int byLow = low.compareTo(other.low);
      return byLow != 0 ? byLow : high.compareTo(other.high);
    }

    @Override
    public String toString() {
      return low + " and " + high;
    }
  }
}
