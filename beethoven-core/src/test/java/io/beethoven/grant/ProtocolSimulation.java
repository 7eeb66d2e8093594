package io.beethoven.grant;

import io.beethoven.grant.Scenario.Fault;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** Within so much time after the last fault every role is whole again. */
  static final int HEALING_MILLIS = 30_000;

  private static final int MAX_HOSTS = 10;
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

  /** Directed pairs of addresses between which nothing passes. */
  private final boolean[][] cut = new boolean[MAX_HOSTS][MAX_HOSTS];

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Deque<String> log = new ArrayDeque<>();
  private final boolean logging;
  private long now;
  private long order;
  private long nextUid = 1;
  boolean chaos = true;
  boolean diskLost;

  /** Whether instances do as they are told: they neither fail nor are slow. */
  boolean reliable;

  Filter filter = (from, to, what) -> true;

  /** Lets a script keep messages back. */
  interface Filter {
    boolean passes(SimulatedNode from, SimulatedNode to, Object what);
  }

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
    note("starts %s", id);
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

  // network

  void cut(int from, int to) {
    cut[from][to] = from != to;
  }

  void join(int from, int to) {
    cut[from][to] = false;
  }

  void heal() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }

  boolean isCut(SimulatedNode from, SimulatedNode to) {
    return cut[from.host][to.host];
  }

  boolean reaches(SimulatedNode a, SimulatedNode b) {
    return !isCut(a, b) && !isCut(b, a);
  }

  /** Sends a message; between two actors of one process it is neither lost nor overtaken. */
  void send(SimulatedNode from, SimulatedNode to, Object what, Runnable arrival) {
    if (from == to) {
      after(MILLI / 50, () -> to.deliver(arrival));
      return;
    }
    if (!filter.passes(from, to, what)) {
      return;
    }
    int copies = chaos && chance(scenario.network().twice()) ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (chaos && chance(scenario.network().loss())) {
        continue;
      }
      if (isCut(from, to)) {
        if (chance(0.2)) {
          after(between(100, 2_500), () -> arrive(from, to, arrival));
        }
        continue;
      }
      boolean slow = chaos && chance(scenario.network().slow());
      after(slow ? between(5, 1_500) : between(0.1, 3), () -> arrive(from, to, arrival));
    }
  }

  private void arrive(SimulatedNode from, SimulatedNode to, Runnable arrival) {
    if (isCut(from, to)) {
      if (chance(0.3)) {
        after(between(100, 2_500), () -> arrive(from, to, arrival));
      }
      return;
    }
    to.heard(from);
    to.deliver(arrival);
  }

  /** Delivers sooner or later, as gossip does, unless one of both is gone. */
  void gossip(SimulatedNode from, SimulatedNode to, long delay, Runnable arrival) {
    after(
        delay,
        () -> {
          if (to.alive && (isCut(from, to) || !filter.passes(from, to, "gossip"))) {
            gossip(from, to, between(200, 900), arrival);
          } else {
            to.deliver(arrival);
          }
        });
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
