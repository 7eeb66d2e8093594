package io.beethoven.diagnosis;

import io.beethoven.diagnosis.Diagnosis.Kind;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is to be said of the nodes that answered, taken together. */
final class ClusterFindings {

  private ClusterFindings() {}

  static void add(Examination facts, List<Diagnosis> findings) {
    nodesByCluster(facts)
        .forEach(
            (cluster, nodes) -> {
              addIslands(cluster, nodes, findings);
              addStandalone(cluster, nodes, findings);
              addUnseen(cluster, nodes, findings);
              addSystemNames(cluster, nodes, findings);
              addSettings(nodes, findings);
            });
  }

  /** Each node once, however many of its addresses answered. */
  private static Map<String, Collection<Disclosure>> nodesByCluster(Examination facts) {
    Map<String, Map<Incarnation, Disclosure>> nodes = new TreeMap<>();
    for (AddressFacts address : facts.addresses()) {
      if (address.answer() instanceof AddressFacts.Node seen) {
        nodes
            .computeIfAbsent(address.cluster(), cluster -> new TreeMap<>())
            .put(seen.node().node(), seen.node());
      }
    }
    Map<String, Collection<Disclosure>> result = new TreeMap<>();
    nodes.forEach((cluster, each) -> result.put(cluster, each.values()));
    return result;
  }

  private static Map<String, List<Disclosure>> membersById(Collection<Disclosure> nodes) {
    Map<String, List<Disclosure>> members = new TreeMap<>();
    for (Disclosure node : nodes) {
      if (node.standing().phase() == Phase.CLUSTERED) {
        members
            .computeIfAbsent(NeighbourFindings.id(node.standing()), id -> new ArrayList<>())
            .add(node);
      }
    }
    return members;
  }

  private static void addIslands(
      String cluster, Collection<Disclosure> nodes, List<Diagnosis> findings) {
    Map<String, List<Disclosure>> islands = membersById(nodes);
    if (islands.size() < 2) {
      return;
    }
    String words =
        islands.entrySet().stream()
            .map(island -> "id " + island.getKey() + " with " + names(island.getValue()))
            .collect(Collectors.joining("; "));
    findings.add(
        Diagnosis.error(
            Kind.ISLANDS,
            cluster,
            "cluster "
                + cluster
                + " exists "
                + islands.size()
                + " times ("
                + words
                + "); each runs all roles.",
            "They merge by themselves within some ten seconds where their beacons reach each"
                + " other; if they do not, restart the nodes of all but the largest."));
  }

  private static void addStandalone(
      String cluster, Collection<Disclosure> nodes, List<Diagnosis> findings) {
    List<Disclosure> others =
        nodes.stream().filter(node -> node.standing().phase() != Phase.LEAVING).toList();
    for (Disclosure node : nodes) {
      if (node.standing().phase() == Phase.STANDALONE && others.size() > 1) {
        String name = node.node().node().toString();
        findings.add(
            Diagnosis.error(
                Kind.STANDALONE,
                name,
                "node "
                    + name
                    + " runs alone, with all roles, though "
                    + names(others.stream().filter(other -> !other.equals(node)).toList())
                    + " of cluster "
                    + cluster
                    + (others.size() > 2 ? " are there." : " is there."),
                "It finds the others with its next pass, within"
                    + " beethoven.discovery.slow-pass-max; if it does not, its subnet or nodes do"
                    + " not name them, or a firewall stops it."));
      }
    }
  }

  private static void addUnseen(
      String cluster, Collection<Disclosure> nodes, List<Diagnosis> findings) {
    membersById(nodes)
        .forEach(
            (id, members) -> {
              int size =
                  members.stream()
                      .map(Disclosure::standing)
                      .mapToInt(Standing::clusterSize)
                      .max()
                      .orElse(0);
              if (size > members.size()) {
                findings.add(
                    Diagnosis.warning(
                        Kind.UNSEEN_MEMBERS,
                        cluster,
                        "cluster "
                            + cluster
                            + " (id "
                            + id
                            + ") says that it has "
                            + size
                            + " nodes, and "
                            + members.size()
                            + " of them answered: the others are elsewhere, frozen, or just gone.",
                        "Look again; then see beethoven status for who they are, and look with the"
                            + " nodes' own beethoven.discovery.subnet and nodes."));
              }
            });
  }

  private static void addSystemNames(
      String cluster, Collection<Disclosure> nodes, List<Diagnosis> findings) {
    Map<String, List<Disclosure>> byName =
        nodes.stream()
            .collect(
                Collectors.groupingBy(Disclosure::systemName, TreeMap::new, Collectors.toList()));
    if (byName.size() > 1) {
      String words =
          byName.entrySet().stream()
              .map(name -> name.getKey() + " of " + names(name.getValue()))
              .collect(Collectors.joining("; "));
      findings.add(
          Diagnosis.error(
              Kind.OTHER_SYSTEM_NAME,
              cluster,
              "nodes of cluster "
                  + cluster
                  + " have actor systems of different names, so they refuse each other: "
                  + words
                  + ".",
              "Give all actor systems the same name."));
    }
  }

  private static void addSettings(Collection<Disclosure> nodes, List<Diagnosis> findings) {
    Map<String, Map<String, List<String>>> byKey = new TreeMap<>();
    for (Disclosure node : nodes) {
      node.agreement()
          .settings()
          .forEach(
              (key, value) ->
                  byKey
                      .computeIfAbsent(key, each -> new TreeMap<>())
                      .computeIfAbsent(value, each -> new ArrayList<>())
                      .add(node.node().node().toString()));
    }
    byKey.forEach(
        (key, byValue) -> {
          if (byValue.size() > 1) {
            findings.add(NodeFindings.differs(key, true, byValue));
          }
        });
  }

  private static String names(List<Disclosure> nodes) {
    return nodes.stream()
        .map(node -> node.node().node().toString())
        .collect(Collectors.joining(", "));
  }
}
