package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How clusters come to be and how nodes join them. */
final class Founding {

  static final long CLUSTER = 7;

  private final ProtocolSimulation simulation;

  Founding(ProtocolSimulation simulation) {
    this.simulation = simulation;
  }

  /** The nodes with which a run begins. */
  void populate() {
    Scenario scenario = simulation.scenario;
    if (scenario.voters() == 0) {
      SimulatedNode founder = simulation.start(0, Durable.NOTHING);
      founder.joined = true;
      founder.membership.add(List.of(founder.id), true);
      founder.step(founder.participant.found(CLUSTER, false, founder.moment()), null);
      for (int host = 1; host < scenario.nodes(); host++) {
        int joiner = host;
        simulation.after(simulation.between(10, 800), () -> join(joiner, Durable.NOTHING));
      }
      return;
    }
    List<Incarnation> all = new ArrayList<>();
    for (int host = 0; host < scenario.nodes(); host++) {
      all.add(Incarnations.of(host, host + 1));
    }
    VoterSet voters = VoterSet.of(all, scenario.voters());
    Durable known =
        new Durable(
            new Voters(CLUSTER, 1, Epoch.NONE, voters, Optional.empty()),
            Epoch.NONE,
            Edits.NONE,
            Duration.ZERO);
    for (int host = 0; host < scenario.nodes(); host++) {
      simulation.start(host, known);
    }
    for (SimulatedNode node : simulation.alive()) {
      node.joined = true;
      node.membership.add(all, true);
    }
  }

  /** A new process at an address that had one before. */
  void rejoin(int host, boolean keepsDisk) {
    boolean taken = simulation.alive().stream().anyMatch(node -> node.host == host);
    if (taken) {
      return;
    }
    Durable kept = simulation.disks.getOrDefault(Incarnations.address(host), Durable.NOTHING);
    if (!keepsDisk) {
      simulation.loseDisk(host);
    }
    SimulatedNode node = join(host, keepsDisk ? kept : Durable.NOTHING);
    proveFormerLives(node);
  }

  /** 3.1, second form: the new life answers the redials of whoever had a line to the former one. */
  private void proveFormerLives(SimulatedNode node) {
    for (SimulatedNode former : List.copyOf(simulation.nodes)) {
      if (former.host != node.host || former.alive) {
        continue;
      }
      for (SimulatedNode peer : simulation.alive()) {
        if (peer != node && peer.membership.everKnew(former.id)) {
          redial(peer, former, node);
        }
      }
    }
  }

  private void redial(SimulatedNode peer, SimulatedNode former, SimulatedNode next) {
    simulation.after(
        simulation.between(5, 900),
        () -> {
          if (!peer.alive || !next.alive || peer.participant.dead().contains(former.id)) {
            return;
          }
          if (simulation.wires.reaches(peer, next)) {
            peer.deliver(() -> peer.prove(former.id));
          } else {
            redial(peer, former, next);
          }
        });
  }

  /** A process that looks for the cluster until it is a member. */
  SimulatedNode join(int host, Durable restored) {
    SimulatedNode node = simulation.start(host, restored);
    if (restored.equals(Durable.NOTHING)
        && simulation.chaos
        && !simulation.reliable
        && simulation.chance(0.15)) {
      // It was alone for a while before it met the cluster.
      node.joined = true;
      node.membership.add(List.of(node.id), true);
      node.alone = true;
      long own = 1_000 + node.id.uid();
      node.step(node.participant.found(own, false, node.moment()), null);
      node.local(simulation.between(300, 2_500), () -> leaveAlone(node));
    } else {
      node.local(simulation.between(5, 200), () -> look(node));
    }
    return node;
  }

  private void leaveAlone(SimulatedNode node) {
    node.joined = false;
    simulation.note("%s leaves its own cluster", node);
    node.stopSingleton();
    node.allocators.clear();
    node.step(node.participant.leaveForCluster(node.moment()), null);
    look(node);
  }

  private void look(SimulatedNode node) {
    boolean drained = node.participant.slots().isEmpty();
    List<SimulatedNode> hosts =
        simulation.alive().stream()
            .filter(other -> other != node && other.joined && !other.alone && !other.frozen)
            .filter(other -> !other.leaving && !other.ending)
            .filter(other -> simulation.wires.reaches(node, other))
            .toList();
    if (!hosts.isEmpty() && drained) {
      SimulatedNode contact = hosts.get(simulation.random.nextInt(hosts.size()));
      enter(node, contact);
      return;
    }
    boolean others =
        whoCounts(node).stream().anyMatch(other -> other != node && other.joined && !other.alone);
    boolean knewCluster = node.participant.voters().cluster() == CLUSTER;
    if (!others && knewCluster && node.participant.mayBeAlone() && drained) {
      node.step(node.participant.found(CLUSTER, false, node.moment()), null);
      node.joined = node.participant.voters().contains(node.id);
      node.membership.add(List.of(node.id), true);
    } else if (!others && drained && isLowestOfAll(node)) {
      // Everybody was restarted: they meet, and the lowest forms the cluster.
      node.joined = true;
      node.alone = false;
      node.membership.add(List.of(node.id), true);
      node.step(node.participant.joined(node.moment()), null);
    }
    if (!node.joined) {
      node.local(simulation.between(150, 400), () -> look(node));
    }
  }

  /** Of those that know the cluster, if there are any. */
  private boolean isLowestOfAll(SimulatedNode node) {
    List<SimulatedNode> alive = whoCounts(node);
    List<SimulatedNode> knowing =
        alive.stream().filter(other -> other.participant.voters().cluster() == CLUSTER).toList();
    return (knowing.isEmpty() ? alive : knowing)
            .stream()
                .min(Comparator.comparing((SimulatedNode other) -> other.id))
                .filter(node::equals)
                .isPresent()
        && node.ageMillis() > 600;
  }

  private List<SimulatedNode> whoCounts(SimulatedNode node) {
    List<SimulatedNode> alive = simulation.alive();
    if (simulation.partsForm) {
      alive.removeIf(other -> other != node && !simulation.wires.reaches(node, other));
    }
    return alive;
  }

  private void enter(SimulatedNode node, SimulatedNode contact) {
    simulation.note("%s joins by %s", node, contact);
    node.step(node.participant.leaveForCluster(node.moment()), null);
    node.joined = true;
    node.alone = false;
    node.membership.add(contact.membership.all(), true);
    node.membership.add(List.of(node.id), true);
    node.step(node.participant.joined(node.moment()), null);
    contact.deliver(() -> contact.membership.add(List.of(node.id), true));
    contact.membership.spreadJoin(node.id);
    // As Pekko does: a member that comes again from the same address takes the former one's place.
    List<Incarnation> former =
        contact.membership.all().stream()
            .filter(member -> member.node().equals(node.id.node()) && !member.equals(node.id))
            .toList();
    if (!former.isEmpty()) {
      contact.local(
          simulation.between(50, 900),
          () -> {
            contact.membership.remove(former);
            former.forEach(contact.membership::quarantine);
          });
    }
  }
}
