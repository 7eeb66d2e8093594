package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Set;
import java.util.stream.Collectors;

/** A node leaves as planned: it drains, stops, says goodbye, and its process lingers. */
final class Departure {

  private final SimulatedNode node;
  private final ProtocolSimulation simulation;
  private final long impatientAt;
  private final int lingersMillis;
  private boolean impatient;

  Departure(SimulatedNode node, int patienceMillis, int lingersMillis) {
    this.node = node;
    this.simulation = node.simulation;
    this.impatientAt = simulation.now() + patienceMillis * MILLI;
    this.lingersMillis = lingersMillis;
  }

  void begin() {
    simulation.note("%s leaves", node);
    node.leaving = true;
    node.step(node.participant.drain(node.moment()), null);
    proceed();
  }

  private void proceed() {
    boolean drained = node.participant.slots().isEmpty();
    boolean free = node.report == null || node.report.reserved().isEmpty();
    if (drained && (impatient || (free && node.participant.mayDepart()))) {
      goodbye();
      return;
    }
    if (!impatient && simulation.now() >= impatientAt) {
      impatient = true;
      node.step(node.participant.endDrain(node.moment()), null);
    }
    node.local(simulation.between(5, 60), this::proceed);
  }

  private void goodbye() {
    simulation.note("%s says goodbye", node);
    simulation.counts.add(Counts.Of.DEPARTURES);
    simulation.invariants.deaths.onDeparture(node.id);
    node.step(node.participant.depart(node.moment()), null);
    node.departed = true;
    simulation.left.add(node.id.node());
    leaveWithWhatOnlyItStored();
    node.allocators.clear();
    for (SimulatedNode peer : simulation.alive()) {
      if (peer != node) {
        simulation.wires.send(
            node,
            peer,
            "goodbye",
            () -> peer.step(peer.participant.departed(node.id, peer.moment()), null));
      }
    }
    node.local(lingersMillis * MILLI, () -> node.die(simulation.random.nextBoolean()));
  }

  /**
   * What only the last voter stored goes with it: nobody else lives, whether proved dead or not.
   */
  private void leaveWithWhatOnlyItStored() {
    Voters voters = node.participant.voters();
    Set<NodeId> others =
        voters.live(node.participant.dead()).stream()
            .filter(voter -> !voter.equals(node.id))
            .map(Incarnation::node)
            .collect(Collectors.toSet());
    boolean aloneAlive =
        simulation.alive().stream()
            .noneMatch(other -> other != node && voters.contains(other.id) && !other.departed);
    if (aloneAlive) {
      simulation.invariants.edits.keepWhatIsAt(others);
    }
  }
}
