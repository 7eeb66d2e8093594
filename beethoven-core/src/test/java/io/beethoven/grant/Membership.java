package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One node's view of the members of the cluster, as gossip makes it: late, and without proof of
 * anything. It also says where the node takes the singleton to be.
 */
final class Membership {

  private final SimulatedNode node;
  private final ProtocolSimulation simulation;
  private final Map<Incarnation, Boolean> members = new TreeMap<>();
  private final Set<Incarnation> removed = new TreeSet<>();

  Membership(SimulatedNode node) {
    this.node = node;
    this.simulation = node.simulation;
  }

  boolean everKnew(Incarnation other) {
    return members.containsKey(other) || removed.contains(other);
  }

  boolean contains(Incarnation other) {
    return members.containsKey(other);
  }

  boolean hasRemoved(Incarnation other) {
    return removed.contains(other);
  }

  Set<Incarnation> all() {
    return new TreeSet<>(members.keySet());
  }

  List<Incarnation> reachable() {
    return members(true);
  }

  List<Incarnation> joining() {
    return members(false);
  }

  private List<Incarnation> members(boolean up) {
    List<Incarnation> found = new ArrayList<>();
    members.forEach(
        (member, isUp) -> {
          if (isUp == up) {
            found.add(member);
          }
        });
    return found;
  }

  /** Hears of members. */
  void add(Collection<Incarnation> others, boolean up) {
    boolean news = false;
    if (!node.joined || node.alone && !others.contains(node.id)) {
      return;
    }
    for (Incarnation other : others) {
      if (!removed.contains(other) && !Boolean.valueOf(up).equals(members.get(other))) {
        members.merge(other, up, (a, b) -> a || b);
        news = true;
      }
    }
    if (news) {
      tell();
    }
  }

  /** Hears that members were removed. */
  void remove(Collection<Incarnation> others) {
    boolean news = removed.addAll(others);
    others.forEach(members::remove);
    if (news) {
      tell();
    }
  }

  private void tell() {
    node.step(node.participant.members(members.keySet(), node.moment()), null);
    List.copyOf(node.allocators).forEach(SimulatedAllocator::members);
  }

  /** Whoever is held for dead is downed and removed a little later. */
  void onDead(List<Incarnation> dead) {
    node.local(simulation.between(200, 1_500), () -> remove(dead));
  }

  /** Tells a random other member all that it knows of the membership. */
  private void gossip() {
    List<Incarnation> others = new ArrayList<>(members.keySet());
    others.remove(node.id);
    if (others.isEmpty() || !node.joined) {
      return;
    }
    SimulatedNode to = simulation.byId.get(others.get(simulation.random.nextInt(others.size())));
    if (to == null || !to.alive) {
      return;
    }
    List<Incarnation> up = reachable();
    List<Incarnation> down = List.copyOf(removed);
    simulation.wires.send(node, to, "gossip", () -> to.membership.merge(up, down));
  }

  private void merge(List<Incarnation> up, List<Incarnation> down) {
    if (!node.joined || node.alone) {
      return;
    }
    if (down.contains(node.id)) {
      node.restartSelf();
      return;
    }
    if (!removed.containsAll(down)) {
      remove(down);
    }
    add(up, true);
  }

  /** Everybody hears of a new member, sooner or later. */
  void spreadJoin(Incarnation joiner) {
    for (SimulatedNode other : simulation.alive()) {
      if (other != node && !other.id.equals(joiner)) {
        long delay =
            simulation.chaos && simulation.chance(0.15)
                ? simulation.between(300, 4_000)
                : simulation.between(20, 400);
        long later = delay + simulation.between(0, 300);
        simulation.wires.gossip(
            node, other, delay, () -> other.membership.add(List.of(joiner), false));
        simulation.wires.gossip(
            node, other, later, () -> other.membership.add(List.of(joiner), true));
      }
    }
  }

  /** Where it takes the singleton to be; it starts or stops it here accordingly. */
  void lookAtSingleton() {
    if (node.departed) {
      return;
    }
    boolean here = node.joined && lowest().equals(node.id);
    boolean running = node.allocators.stream().anyMatch(allocator -> !allocator.standIn);
    if (here && !running) {
      simulation.note("%s is the lowest of %s, heard %s", node, members.keySet(), node.heardAt);
      node.allocators.add(new SimulatedAllocator(node, false));
    } else if (!here && running) {
      simulation.note("singleton leaves %s", node);
      node.stopSingleton();
    }
    gossip();
    node.local(simulation.between(150, 700), this::lookAtSingleton);
  }

  private Incarnation lowest() {
    List<Incarnation> candidates = new ArrayList<>();
    for (Incarnation member : reachable()) {
      boolean counts =
          simulation.scenario.followsMembership()
              ? !node.participant.dead().contains(member)
              : node.isFresh(member);
      if (counts) {
        candidates.add(member);
      }
    }
    return candidates.isEmpty() ? node.id : candidates.get(0);
  }

  /** Removes those that were silent for long, and has whom it reaches do so: without any proof. */
  void resolve() {
    long long_ = 4_000 * MILLI;
    Set<Incarnation> silent = new TreeSet<>();
    for (Incarnation member : members.keySet()) {
      Long last = node.heardAt.get(member);
      if (!member.equals(node.id) && (last == null || simulation.now() - last > long_)) {
        silent.add(member);
      }
    }
    if (silent.isEmpty() || node.ageMillis() < 4_000) {
      return;
    }
    simulation.note("%s removes without proof: %s", node, silent);
    remove(silent);
    for (SimulatedNode other : simulation.alive()) {
      if (other != node && !silent.contains(other.id) && simulation.wires.reaches(node, other)) {
        simulation.wires.gossip(
            node, other, simulation.between(50, 900), () -> other.membership.remove(silent));
      }
    }
    silent.forEach(gone -> quarantine(gone));
  }

  void quarantine(Incarnation gone) {
    SimulatedNode other = simulation.byId.get(gone);
    if (other != null) {
      simulation.wires.gossip(node, other, simulation.between(50, 900), other::restartSelf);
    }
  }
}
