package io.beethoven.benchmarks;

import io.beethoven.benchmarks.FailoverRun.Part;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.RoleAct;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Does something to some processes of a whole cluster and measures when their roles run elsewhere.
 * All times are of the machine's monotonic clock, as the roles themselves told them; how often this
 * process looks does not matter.
 */
final class FailoverTrial {

  /** A node that was frozen has to notice, to start anew and to join. */
  private static final Duration WHOLE_AGAIN = Duration.ofMinutes(2);

  /** Longer than roles may keep silent of their acts. */
  private static final long TOLD_MILLIS = 500;

  private static final long LOOK_MILLIS = 5;

  private final NodeGroup group;
  private final List<NodeProcess> victims;
  private final List<NodeProcess> others;
  private final Map<Integer, NodeProcess> lost = new TreeMap<>();

  /**
   * Prepares a trial.
   *
   * @param group a whole cluster
   * @param victims some of its processes
   */
  FailoverTrial(NodeGroup group, List<NodeProcess> victims) {
    this.group = group;
    this.victims = List.copyOf(victims);
    this.others = group.nodes().stream().filter(node -> !victims.contains(node)).toList();
    victims.forEach(victim -> slots(victim.events()).forEach(slot -> lost.put(slot, victim)));
  }

  /** Returns the slots in which the role runs, by what it told. */
  static Set<Integer> slots(List<NodeEvent> events) {
    Set<Integer> slots = new TreeSet<>();
    for (NodeEvent event : events) {
      if (event.isRunning(Fleet.ROLE)) {
        slots.add(slot(event));
      } else if (isEnd(event)) {
        slots.remove(slot(event));
      }
    }
    return slots;
  }

  /**
   * Makes the trial and puts the cluster together again.
   *
   * @param event what to do to the victims
   * @return what was measured
   * @throws Exception if the roles do not run elsewhere, or the cluster is not whole again in time
   */
  FailoverRun run(Event event) throws Exception {
    return switch (event) {
      case KILL -> kill();
      case FREEZE -> freeze();
      case STOP -> stop();
    };
  }

  private FailoverRun kill() throws Exception {
    List<Witness> witnesses = new ArrayList<>();
    try {
      for (NodeProcess victim : victims) {
        String port = victim.await(BenchNode.WITNESS, Fleet.TIMEOUT).field("port");
        witnesses.add(new Witness(NodeId.parse(victim.name()).host(), Integer.parseInt(port)));
      }
      long began = System.nanoTime();
      victims.forEach(NodeProcess::kill);
      Map<Integer, NodeEvent> elsewhere = awaitElsewhere(began);
      long closed = began;
      for (Witness witness : witnesses) {
        closed = Math.max(closed, witness.awaitEnd(Fleet.TIMEOUT));
      }
      Map<Part, Double> parts =
          Map.of(Part.FIN, millis(began, closed), Part.OURS, millis(closed, latest(elsewhere)));
      return measured(began, elsewhere, parts, 0);
    } finally {
      for (Witness witness : witnesses) {
        witness.close();
      }
    }
  }

  private FailoverRun freeze() throws Exception {
    long began = System.nanoTime();
    for (NodeProcess victim : victims) {
      victim.freeze();
    }
    Map<Integer, NodeEvent> elsewhere = awaitElsewhere(began);
    long thawed = System.nanoTime();
    for (NodeProcess victim : victims) {
      victim.thaw();
    }
    group.awaitAll(this::isWhole, WHOLE_AGAIN);
    double whole = millis(thawed, System.nanoTime());
    TimeUnit.MILLISECONDS.sleep(TOLD_MILLIS);
    return measured(began, elsewhere, Map.of(Part.WHOLE, whole), staleActs(began));
  }

  /**
   * Tells whether a node knows of all nodes, and that the roles run where they say so themselves.
   * One that has just been thawed knows what was true when it was frozen.
   */
  private boolean isWhole(ClusterSnapshot snapshot) {
    List<String> running =
        group.nodes().stream()
            .filter(node -> !slots(node.events()).isEmpty())
            .map(NodeProcess::name)
            .sorted()
            .toList();
    List<String> known =
        Victim.hosts(snapshot, Fleet.ROLE).stream().map(NodeId::toString).sorted().toList();
    return snapshot.activeNodes().size() == group.nodes().size()
        && snapshot.allocator().isPresent()
        && snapshot.ready()
        && snapshot.roles().stream().allMatch(role -> role.assigned() == role.count())
        && known.equals(running);
  }

  /** Counts the acts of this trial by a lower token than one that had acted before. */
  private int staleActs(long began) {
    List<NodeEvent> events =
        group.nodes().stream().flatMap(node -> node.events().stream()).toList();
    return (int)
        RoleAct.outdated(RoleAct.of(Fleet.ROLE, events)).stream()
            .filter(act -> act.nanoTime() - began > 0)
            .count();
  }

  private FailoverRun stop() throws Exception {
    long began = System.nanoTime();
    victims.forEach(NodeProcess::terminate);
    Map<Integer, NodeEvent> elsewhere = awaitElsewhere(began);
    double gap = Double.NEGATIVE_INFINITY;
    for (Map.Entry<Integer, NodeProcess> entry : lost.entrySet()) {
      NodeEvent end =
          entry
              .getValue()
              .await(
                  event ->
                      isEnd(event) && slot(event) == entry.getKey() && event.nanoTime() - began > 0,
                  Fleet.TIMEOUT);
      NodeEvent next = Objects.requireNonNull(elsewhere.get(entry.getKey()));
      gap = Math.max(gap, millis(end.nanoTime(), next.nanoTime()));
    }
    return measured(began, elsewhere, Map.of(Part.GAP, gap), 0);
  }

  /** Waits until each lost slot has an instance on another node. */
  private Map<Integer, NodeEvent> awaitElsewhere(long began)
      throws TimeoutException, InterruptedException {
    if (lost.isEmpty()) {
      throw new IllegalStateException("no role runs on " + victims + ":\n" + outputs());
    }
    long end = began + Fleet.TIMEOUT.toNanos();
    while (true) {
      Map<Integer, NodeEvent> first = firstStatements(began);
      if (first.keySet().equals(lost.keySet())) {
        return first;
      }
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException(
            "within "
                + Fleet.TIMEOUT
                + " slots "
                + first.keySet()
                + " of "
                + lost.keySet()
                + " ran elsewhere:\n"
                + outputs());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private String outputs() {
    return group.nodes().stream()
        .map(node -> node + "\n" + node.output().indent(4))
        .collect(Collectors.joining());
  }

  private Map<Integer, NodeEvent> firstStatements(long began) {
    return others.stream()
        .flatMap(node -> node.events().stream())
        .filter(event -> event.isRunning(Fleet.ROLE))
        .filter(event -> event.nanoTime() - began > 0)
        .filter(event -> lost.containsKey(slot(event)))
        .collect(
            Collectors.toMap(
                FailoverTrial::slot,
                event -> event,
                (a, b) -> a.nanoTime() - b.nanoTime() < 0 ? a : b,
                TreeMap::new));
  }

  private FailoverRun measured(
      long began, Map<Integer, NodeEvent> elsewhere, Map<Part, Double> parts, int staleActs) {
    return new FailoverRun(
        victims.stream().map(NodeProcess::name).collect(Collectors.joining(",")),
        elsewhere.values().stream()
            .map(event -> event.field("node"))
            .collect(Collectors.joining(",")),
        millis(began, latest(elsewhere)),
        parts,
        staleActs);
  }

  private static long latest(Map<Integer, NodeEvent> elsewhere) {
    return elsewhere.values().stream().mapToLong(NodeEvent::nanoTime).max().orElseThrow();
  }

  private static boolean isEnd(NodeEvent event) {
    return event.kind().equals(EventLines.ROLE_ENDED) && event.field("role").equals(Fleet.ROLE);
  }

  private static int slot(NodeEvent event) {
    return Integer.parseInt(event.field("slot"));
  }

  private static double millis(long from, long until) {
    return (until - from) / 1e6;
  }
}
