package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Instances.Instance;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether the cluster is whole again after all faults. */
final class Healing {

  private final ProtocolSimulation simulation;

  Healing(ProtocolSimulation simulation) {
    this.simulation = simulation;
  }

  /** What is missing, or null. */
  @Nullable String missing() {
    List<SimulatedNode> members = members();
    if (simulation.alive().stream().anyMatch(node -> node.leaving && !node.departed)) {
      return "somebody is leaving";
    }
    if (members.isEmpty() || members.stream().anyMatch(node -> !node.joined)) {
      return "not everybody is a member";
    }
    Optional<SimulatedAllocator> allocator =
        members.stream()
            .flatMap(node -> node.allocators.stream())
            .filter(candidate -> candidate.core.isIssuing())
            .max(Comparator.comparing(candidate -> candidate.core.epoch()));
    if (allocator.isEmpty()) {
      return "no allocator issues orders";
    }
    for (RoleTable.Row row : allocator.get().core.table().rows()) {
      String missing = missing(row, members);
      if (missing != null) {
        return missing;
      }
    }
    Set<RoleName> edits = simulation.invariants.edits.missing(allocator.get());
    return edits.isEmpty() ? missingVoters(members) : "acknowledged edits lost: " + edits;
  }

  private List<SimulatedNode> members() {
    List<SimulatedNode> members = simulation.alive();
    members.removeIf(node -> node.departed);
    return members;
  }

  private @Nullable String missing(RoleTable.Row row, List<SimulatedNode> members) {
    List<SimulatedNode> able =
        members.stream().filter(node -> node.implementations.contains(row.role())).toList();
    List<Instance> running = new ArrayList<>();
    Set<SimulatedNode> holders = new java.util.HashSet<>();
    for (SimulatedNode node : members) {
      for (Instance instance : node.instances.all()) {
        if (instance.slot.role().equals(row.role())) {
          holders.add(node);
          if (instance.isValid() && instance.ready && !instance.stopping) {
            running.add(instance);
          }
        }
      }
    }
    int wanted = Math.min(row.count(), able.size());
    if (running.size() != wanted) {
      return row.role() + " runs " + running + ", wanted " + wanted + " of " + able;
    }
    boolean spare = able.stream().anyMatch(node -> !holders.contains(node));
    for (Instance instance : running) {
      for (SimulatedNode node : members) {
        Token foreign = simulation.invariants.ofIsland(node).get(instance.slot);
        if (foreign != null && instance.token.compareTo(foreign) <= 0) {
          return instance + " has a token that an island has overtaken: " + foreign;
        }
      }
      if (spare && members.stream().noneMatch(node -> succeeds(node, instance))) {
        return "no successor for " + instance;
      }
    }
    return null;
  }

  private static boolean succeeds(SimulatedNode node, Instance instance) {
    return node.report != null
        && node.report.reserved().stream()
            .anyMatch(
                reserved ->
                    reserved.slot().equals(instance.slot)
                        && reserved.condition().contains(instance.node.id)
                        && reserved.condition().stream()
                            .allMatch(
                                other ->
                                    other.equals(instance.node.id)
                                        || node.participant.dead().contains(other)));
  }

  private @Nullable String missingVoters(List<SimulatedNode> members) {
    Voters voters = members.get(0).participant.voters();
    for (SimulatedNode node : members) {
      if (!node.participant.voters().equals(voters)) {
        return node + " has other voters: " + node.participant.voters();
      }
      if (node.leaseUntil.isEmpty()) {
        return node + " has no lease";
      }
    }
    long living = members.stream().filter(node -> voters.contains(node.id)).count();
    int wanted = Math.min(simulation.scenario.maxVoters(), members.size());
    return voters.isJoint() || living < wanted ? "voters are " + voters + " of " + members : null;
  }

  /** Whether those that live, or their next lives, could agree on anything at all. */
  boolean isQuorumPossible() {
    Voters voters =
        members().stream()
            .map(node -> node.participant.voters())
            .max(Comparator.naturalOrder())
            .orElse(Voters.NONE);
    Set<Incarnation> dead = new TreeSet<>();
    Set<Incarnation> present = new TreeSet<>();
    for (SimulatedNode node : members()) {
      dead.addAll(node.participant.dead());
      // A next life stands for the former one (4.7).
      voters.all().stream()
          .filter(voter -> voter.node().equals(node.id.node()))
          .forEach(present::add);
    }
    return voters.quorum(present, dead);
  }
}
