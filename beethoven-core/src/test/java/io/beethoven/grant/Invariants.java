package io.beethoven.grant;

import io.beethoven.grant.Instances.Instance;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must hold after every event. A right counts as valid as its own node would say. */
final class Invariants {

  private final ProtocolSimulation simulation;
  private final Map<Slot, Token> highest = new TreeMap<>();

  /** Of the islands that nodes are before they join. */
  private final Map<Incarnation, Map<Slot, Token>> islands = new TreeMap<>();

  private final Map<RoleName, Integer> mostWanted = new TreeMap<>();
  private final Set<String> used = new HashSet<>();
  final EditInvariant edits;
  final DeathInvariant deaths = new DeathInvariant();
  private boolean dirty;
  private long lastDeath = Long.MIN_VALUE / 2;

  Invariants(ProtocolSimulation simulation) {
    this.simulation = simulation;
    this.edits = new EditInvariant(simulation);
    simulation.scenario.roles().forEach(this::onEdit);
  }

  /** From now on a role may have another count. */
  void onEdit(RoleSpec role) {
    mostWanted.merge(role.name(), role.count(), Math::max);
  }

  void mayHaveChanged() {
    dirty = true;
  }

  void onStart(Instance instance) {
    onToken(instance);
    if (!instance.node.alone && !instance.spec.fenced() && simulation.scenario.sound()) {
      othersOf(instance).forEach(other -> checkUnfenced(instance, other));
    }
  }

  /** Tokens rise by slot. */
  void onToken(Instance instance) {
    dirty = true;
    if (instance.node.alone) {
      islands
          .computeIfAbsent(instance.node.id, id -> new TreeMap<>())
          .put(instance.slot, instance.token);
      return;
    }
    if (!simulation.scenario.sound()) {
      // Two sides may run at once then, but a resource can tell them apart.
      if (!used.add(instance.slot + " " + instance.token)) {
        throw new Violation("a token is used twice: " + instance);
      }
      return;
    }
    Token known = highest.put(instance.slot, instance.token);
    if (known != null && instance.token.compareTo(known) <= 0) {
      throw new Violation("token does not rise: " + instance + " after " + known);
    }
  }

  /** Nobody is left who knows which tokens were used, but for the clocks. */
  void onAllForgotten() {
    highest.clear();
  }

  /** What a node ran in a cluster of its own, before it joined. */
  Map<Slot, Token> ofIsland(SimulatedNode node) {
    return islands.getOrDefault(node.id, Map.of());
  }

  /** Of an unfenced role nothing starts before the former instance has really stopped. */
  private void checkUnfenced(Instance started, Instance other) {
    boolean mayRun = !other.node.alone && !other.node.everFrozen;
    if (mayRun && !isMove(other, started)) {
      throw new Violation("unfenced " + started + " while there is " + other);
    }
  }

  private List<Instance> othersOf(Instance instance) {
    List<Instance> others = new ArrayList<>();
    for (SimulatedNode node : simulation.nodes) {
      if (node.alive) {
        for (Instance other : node.instances.all()) {
          if (other != instance && other.slot.equals(instance.slot)) {
            others.add(other);
          }
        }
      }
    }
    return others;
  }

  /** Counts a death that comes while another one is being dealt with. */
  void onDeath(SimulatedNode node) {
    boolean handingOver =
        simulation.alive().stream()
            .flatMap(other -> other.instances.all().stream())
            .anyMatch(Faults::isStarting);
    if (handingOver || simulation.now() - lastDeath < 20 * ProtocolSimulation.MILLI) {
      simulation.counts.add(Counts.Of.SECOND_DEATHS);
    }
    lastDeath = simulation.now();
    dirty = true;
  }

  void check() {
    if (!dirty || !simulation.scenario.sound()) {
      return;
    }
    dirty = false;
    Map<RoleName, List<Instance>> valid = new TreeMap<>();
    for (SimulatedNode node : simulation.nodes) {
      if (node.alive && !node.alone) {
        for (Instance instance : node.instances.all()) {
          if (instance.isValid()) {
            valid.computeIfAbsent(instance.slot.role(), role -> new ArrayList<>()).add(instance);
          }
        }
      }
    }
    valid.forEach(this::check);
  }

  private void check(RoleName role, List<Instance> valid) {
    if (valid.size() == 1) {
      return;
    }
    int pairs = 0;
    for (int i = 0; i < valid.size(); i++) {
      for (int j = i + 1; j < valid.size(); j++) {
        Instance a = valid.get(i);
        Instance b = valid.get(j);
        if (a.node == b.node) {
          throw new Violation("two of a role at one node: " + valid);
        }
        if (a.slot.equals(b.slot)) {
          pairs++;
          checkPair(a, b, valid);
        }
      }
    }
    int most = mostWanted.getOrDefault(role, 0);
    if (pairs > 1 || valid.size() > most + pairs) {
      throw new Violation("too many, " + most + " and " + pairs + " pairs: " + valid);
    }
  }

  private void checkPair(Instance a, Instance b, List<Instance> valid) {
    boolean aIsOlder = a.token.compareTo(b.token) < 0;
    if (!isMove(aIsOlder ? a : b, aIsOlder ? b : a)) {
      throw new Violation("two valid holders of a slot: " + valid);
    }
    simulation.counts.add(Counts.Of.START_FIRST_PAIRS);
  }

  /** A start-first move takes a slot from a node that wants to be rid of it. */
  private static boolean isMove(Instance older, Instance newer) {
    return newer.spec.handOver() == HandOver.START_FIRST
        && older.token.compareTo(newer.token) < 0
        && (older.node.leaving || older.stopping);
  }
}
