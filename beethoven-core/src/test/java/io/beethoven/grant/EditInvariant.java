package io.beethoven.grant;

import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** No acknowledged edit is lost. Each edit is known by a role of its own. */
final class EditInvariant {

  private final ProtocolSimulation simulation;
  private final Map<RoleName, Edits> acknowledged = new TreeMap<>();
  private final Map<SimulatedAllocator, Edits> known = new HashMap<>();
  private final Set<SimulatedAllocator> issuing = new HashSet<>();

  EditInvariant(ProtocolSimulation simulation) {
    this.simulation = simulation;
  }

  /** A reign that issues orders knows every edit that was acknowledged. */
  void onIssuing(SimulatedAllocator allocator) {
    issuing.add(allocator);
    known.put(allocator, allocator.node.outlook().edits());
    // Its first proposal follows in the same step, if it found any edits.
    simulation.after(0, () -> check(allocator));
  }

  void onStored(SimulatedAllocator allocator, EditStored stored) {
    known.put(allocator, stored.edits());
    if (stored.acknowledged() && isOfCluster(allocator)) {
      Set<RoleName> names = names(stored.edits());
      for (RoleName name : names) {
        if (acknowledged.putIfAbsent(name, stored.edits()) == null) {
          simulation.counts.add(Counts.Of.EDITS);
        }
      }
      for (SimulatedAllocator other : issuing) {
        if (other.isRunning()
            && other.core.isIssuing()
            && other.core.epoch().compareTo(stored.edits().epoch()) > 0) {
          check(other);
        }
      }
    }
  }

  /** The cluster goes on with what these know; that may be less than what was stored. */
  void keepWhatIsAt(Set<NodeId> addresses) {
    Set<RoleName> kept = new TreeSet<>();
    for (NodeId address : addresses) {
      Durable disk = simulation.disks.get(address);
      if (disk != null) {
        kept.addAll(names(disk.edits()));
      }
    }
    acknowledged.keySet().retainAll(kept);
  }

  /** An island that founds itself anew when all are restarted, and that others follow, is not. */
  private static boolean isOfCluster(SimulatedAllocator allocator) {
    return !allocator.node.alone
        && allocator.node.participant.voters().cluster() == Founding.CLUSTER;
  }

  private void check(SimulatedAllocator allocator) {
    boolean counts = allocator.isRunning() && allocator.core.isIssuing();
    if (counts && isOfCluster(allocator) && simulation.scenario.sound()) {
      // Of a lower reign nobody takes orders any more, and another cluster inherits them later.
      long cluster = allocator.node.participant.voters().cluster();
      Set<RoleName> lost = new TreeSet<>();
      acknowledged.forEach(
          (name, edits) -> {
            boolean lower = edits.epoch().compareTo(allocator.core.epoch()) < 0;
            if (lower && edits.cluster() == cluster) {
              lost.add(name);
            }
          });
      lost.removeAll(names(known.get(allocator)));
      if (!lost.isEmpty()) {
        throw new Violation(
            "acknowledged edits lost: " + lost + " under " + allocator.core.epoch());
      }
    }
  }

  /** What was acknowledged in any cluster, and is not known to an allocator in the end. */
  Set<RoleName> missing(SimulatedAllocator allocator) {
    if (!simulation.scenario.sound()) {
      return Set.of();
    }
    Set<RoleName> missing = new TreeSet<>(acknowledged.keySet());
    missing.removeAll(names(known.getOrDefault(allocator, Edits.NONE)));
    return missing;
  }

  private static Set<RoleName> names(Edits edits) {
    Set<RoleName> names = new TreeSet<>();
    edits.specs().stream()
        .filter(spec -> spec.name().value().startsWith("edit-"))
        .forEach(spec -> names.add(spec.name()));
    return names;
  }
}
