package io.beethoven.cli.demo;

import io.beethoven.cli.Ticker;
import io.beethoven.cli.demo.DemoStep.Kind;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeGroup.RoleEntry;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What happens in the demo, one step after the other. */
final class Demo {

  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
  private static final String SUBNET = "127.0.0.0/29";
  private static final int PORT = 25520;
  private static final int BEACON_PORT = 25521;
  private static final Duration FORMATION_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(30);
  private static final Set<String> OWN_EVENTS =
      Set.of(
          EventLines.STARTED,
          EventLines.READY,
          EventLines.ROLE_RUNNING,
          EventLines.ROLE_ENDED,
          EventLines.LEAVING,
          EventLines.ENDED,
          "mode-changed");

  private final DemoView view;
  private final Duration pause;
  private final Object viewLock = new Object();
  private volatile String observer = HOSTS.get(0) + ":" + PORT;

  /**
   * Creates a demo.
   *
   * @param view shows it
   * @param pause between two steps, for people to look
   */
  Demo(DemoView view, Duration pause) {
    this.view = view;
    this.pause = pause;
  }

  /** What to kill, and which of its roles to watch. */
  record Target(String node, String role) {}

  /** How long it took, and where the role runs now. */
  private record Failover(double millis, String to) {}

  /**
   * Plays it.
   *
   * @throws DemoException if it cannot begin
   * @throws TimeoutException if a step takes too long
   * @throws IOException if a process cannot be started
   * @throws InterruptedException if this thread is interrupted
   */
  void play() throws DemoException, TimeoutException, InterruptedException, IOException {
    DemoPorts.requireFree(HOSTS, List.of(PORT, BEACON_PORT));
    try (NodeGroup group = new NodeGroup()) {
      long begun = System.nanoTime();
      for (String host : HOSTS) {
        NodeProcess node = group.start(description(host));
        step(
            Kind.STARTING,
            "Process "
                + node.pid()
                + " is started as node "
                + node.name()
                + "; the nodes look for each other on "
                + SUBNET,
            Map.of("node", node.name(), "pid", Long.toString(node.pid())));
      }
      ClusterSnapshot formed = group.awaitWhole(FORMATION_TIMEOUT);
      double formedMillis = millisSince(begun);
      observer = formed.allocator().map(NodeId::toString).orElse(observer);
      int nodes = formed.activeNodes().size();
      step(
          Kind.FORMED,
          String.format(
              Locale.ROOT,
              "They are one cluster and all roles run, %.1f s after the first was started",
              formedMillis / 1000),
          Map.of("formed_ms", millis(formedMillis), "allocator", observer));
      pause();

      Target target =
          pick(formed)
              .orElseThrow(
                  () -> new DemoException("no role runs beside the allocator: " + formed.roles()));
      Failover failover = kill(group, target);
      pause();

      double backMillis = bringBack(group, target.node());
      pause();

      ClusterSnapshot last = group.awaitWhole(FORMATION_TIMEOUT);
      step(Kind.ENDING, "All nodes leave in good order, and their processes end", Map.of());
      group.leave(END_TIMEOUT);
      DemoSummary summary =
          new DemoSummary(
              nodes,
              formedMillis,
              failover.millis(),
              backMillis,
              target.node(),
              target.role(),
              failover.to(),
              last.roles());
      synchronized (viewLock) {
        view.onSummary(summary);
      }
    }
  }

  private Failover kill(NodeGroup group, Target target)
      throws TimeoutException, InterruptedException {
    NodeProcess victim = group.node(target.node());
    long killed = victim.kill();
    step(
        Kind.KILLED,
        "kill -9 of process " + victim.pid() + ": node " + target.node() + " is gone",
        Map.of("node", target.node(), "pid", Long.toString(victim.pid()), "role", target.role()));
    RoleEntry entry = group.awaitRole(target.role(), target.node(), killed, FAILOVER_TIMEOUT);
    double millis = (entry.nanoTime() - killed) / 1e6;
    step(
        Kind.FAILED_OVER,
        String.format(
            Locale.ROOT,
            "Role %s, which ran there, runs on %s after %.0f ms",
            target.role(),
            entry.node(),
            millis),
        Map.of(
            "role",
            target.role(),
            "from",
            target.node(),
            "to",
            entry.node(),
            "failover_ms",
            millis(millis)));
    return new Failover(millis, entry.node());
  }

  private double bringBack(NodeGroup group, String name)
      throws TimeoutException, InterruptedException, IOException {
    long begun = System.nanoTime();
    NodeProcess node = group.startAgain(group.node(name));
    step(
        Kind.RESTARTING,
        "The node is started again at the same address",
        Map.of("node", name, "pid", Long.toString(node.pid())));
    group.awaitWhole(FORMATION_TIMEOUT);
    double millis = millisSince(begun);
    step(
        Kind.BACK,
        String.format(Locale.ROOT, "It is back after %.1f s", millis / 1000),
        Map.of("node", name, "back_ms", millis(millis), "allocator", observer));
    return millis;
  }

  private NodeProcessBuilder description(String host) {
    return NodeProcess.at(host)
        .port(PORT)
        .beaconPort(BEACON_PORT)
        .subnet(SUBNET)
        .cluster("beethoven-demo")
        .role("piano", 1, Ticker.class)
        .role("violin", 2, Ticker.class)
        .role("cello", 2, Ticker.class)
        .onEvent(event -> onEvent(host + ":" + PORT, event));
  }

  /**
   * Picks what to kill: not the allocator's node, and a role that can go on elsewhere.
   *
   * @param snapshot what a node knows
   * @return the node and its role
   */
  static Optional<Target> pick(ClusterSnapshot snapshot) {
    for (RoleStatus role : snapshot.roles()) {
      if (role.nodes().size() < snapshot.activeNodes().size()) {
        for (NodeId node : role.nodes()) {
          if (snapshot.allocator().filter(node::equals).isEmpty()) {
            return Optional.of(new Target(node.toString(), role.role().value()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private void onEvent(String node, NodeEvent event) {
    // What all nodes say of the cluster is shown once, as the observer says it.
    if (event.kind().equals(Ticker.TICK)) {
      return;
    }
    if (OWN_EVENTS.contains(event.kind()) || node.equals(observer)) {
      synchronized (viewLock) {
        view.onEvent(node, event);
      }
    }
  }

  private void step(Kind kind, String words, Map<String, String> fields) {
    synchronized (viewLock) {
      view.onStep(new DemoStep(kind, words, fields));
    }
  }

  private void pause() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
  }

  private static double millisSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e6;
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
