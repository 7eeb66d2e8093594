package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Scenario.Fault;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One run of the whole protocol of rights in virtual time: processes, their clocks, the network and
 * what goes wrong. The same scenario makes the same run. The invariants are looked at after every
 * event.
 */
final class ProtocolSimulation {

  static final long MILLI = 1_000_000;
  static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  static final Timing TIMING =
      new Timing(
          Duration.ofMillis(400),
          Duration.ofMillis(1_500),
          Duration.ofMillis(2_000),
          Duration.ofMillis(250),
          Duration.ofMillis(300),
          Duration.ofMillis(4_000));

  /** Of another profile, to which a running cluster may be changed node by node. */
  static final Timing SLOW_TIMING =
      new Timing(
          Duration.ofMillis(800),
          Duration.ofMillis(2_700),
          Duration.ofMillis(3_600),
          Duration.ofMillis(250),
          Duration.ofMillis(300),
          Duration.ofMillis(4_000));

  /** Within so much time after the last fault every role is whole again. */
  static final int HEALING_MILLIS = 30_000;

  static final int MAX_HOSTS = 10;
  private static final int LOG_LINES = 4_000;

  final Scenario scenario;
  final RandomGenerator random;
  final Counts counts = new Counts();
  final Invariants invariants;
  final List<SimulatedNode> nodes = new ArrayList<>();
  final Map<Incarnation, SimulatedNode> byId = new HashMap<>();
  final Map<Long, SimulatedNode> byUid = new HashMap<>();

  /** What each address keeps over a restart. */
  final Map<NodeId, Durable> disks = new HashMap<>();

  final Wires wires = new Wires(this);
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Deque<String> log = new ArrayDeque<>();
  private final boolean logging;
  private long now;
  private long order;
  private long nextUid = 1;
  boolean chaos = true;

  /** Whether instances do as they are told: they neither fail nor are slow. */
  boolean reliable;

  /** The addresses whose last processes said goodbye; they are not asked for what they stored. */
  final Set<NodeId> left = new HashSet<>();

  /** Whether nodes that reach no cluster form one by themselves, as the parts of a network do. */
  boolean partsForm;

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  ProtocolSimulation(Scenario scenario, boolean logging) {
    this.scenario = scenario;
    this.logging = logging;
    this.random = new SplittableRandom(scenario.seed() ^ 0x5DEECE66DL);
    this.invariants = new Invariants(this);
    new Founding(this).populate();
    Faults faults = new Faults(this);
    for (Fault fault : scenario.faults()) {
      at(
          fault.atMillis() * MILLI,
          () -> {
            note("fault %s", fault);
            faults.happen(fault);
          });
    }
    at(scenario.chaosMillis() * MILLI, faults::end);
  }

  // time

  long now() {
    return now;
  }

  void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), order++, action));
  }

  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  /** A random time between two numbers of milliseconds. */
  long between(double fromMillis, double toMillis) {
    return (long) (MILLI * (fromMillis + random.nextDouble() * (toMillis - fromMillis)));
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Runs until a time, or until the cluster has healed. */
  void runUntil(long millis) {
    while (!events.isEmpty() && events.peek().at() <= millis * MILLI) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
      counts.add(Counts.Of.EVENTS);
      invariants.check();
    }
    now = Math.max(now, millis * MILLI);
  }

  /**
   * Runs all of it.
   *
   * @throws Violation if an invariant does not hold, or if the cluster does not heal
   */
  void run() {
    runUntil(scenario.chaosMillis());
    if (!scenario.sound()) {
      return;
    }
    Healing healing = new Healing(this);
    int pause = 500;
    for (int waited = 1_000; waited <= HEALING_MILLIS; waited += pause) {
      runUntil(scenario.chaosMillis() + waited);
      if (healing.missing() == null) {
        counts.add(Counts.Of.HEALED);
        counts.healedAfter(waited);
        return;
      }
    }
    if (healing.isQuorumPossible()) {
      throw new Violation("does not heal: " + healing.missing());
    }
    counts.add(Counts.Of.NO_QUORUM);
  }

  // processes

  SimulatedNode start(int host, Durable restored) {
    Incarnation id = Incarnations.of(host, nextUid++);
    SimulatedNode node = new SimulatedNode(this, host, id, restored);
    nodes.add(node);
    byId.put(id, node);
    byUid.put(id.uid(), node);
    note("starts %s with %s", id, restored.voters());
    return node;
  }

  List<SimulatedNode> alive() {
    List<SimulatedNode> alive = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      if (node.alive) {
        alive.add(node);
      }
    }
    return alive;
  }

  /** The newest voters of the cluster that anybody kept. */
  Voters voters() {
    return disks.values().stream()
        .map(Durable::voters)
        .filter(voters -> voters.cluster() == Founding.CLUSTER)
        .max(Comparator.naturalOrder())
        .orElse(Voters.NONE);
  }

  /** A node will come back without what it had stored. */
  void loseDisk(int host) {
    NodeId lost = Incarnations.address(host);
    Set<NodeId> asked = new HashSet<>();
    voters().all().forEach(voter -> asked.add(voter.node()));
    asked.remove(lost);
    asked.removeAll(left);
    invariants.edits.keepWhatIsAt(asked);
    if (asked.isEmpty()) {
      invariants.onAllForgotten();
    }
  }

  int newHost() {
    Set<Integer> used = new HashSet<>();
    nodes.forEach(node -> used.add(node.host));
    List<Integer> free =
        IntStream.range(0, MAX_HOSTS).filter(host -> !used.contains(host)).boxed().toList();
    return free.isEmpty() ? -1 : free.get(random.nextInt(free.size()));
  }

  /** Addresses without a living process. */
  List<Integer> emptyHosts() {
    Set<Integer> empty = new HashSet<>();
    nodes.forEach(node -> empty.add(node.host));
    nodes.stream().filter(node -> node.alive).forEach(node -> empty.remove(node.host));
    return empty.stream().sorted().toList();
  }

  // log

  void note(String format, Object... arguments) {
    if (logging) {
      if (log.size() == LOG_LINES) {
        log.removeFirst();
      }
      log.add(String.format("%10.3f  ", now / (double) MILLI) + String.format(format, arguments));
    }
  }

  boolean isLogging() {
    return logging;
  }

  List<String> log() {
    return List.copyOf(log);
  }
}
