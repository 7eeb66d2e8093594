package io.beethoven.multijvm;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.RoleAct;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the roles themselves said, on all nodes that ever were: each life of an instance, from its
 * first statement to its last, or to the end of its process. All times are of the machine's
 * monotonic clock.
 */
final class RoleWitness {

  private static final long STILL_RUNNING = Long.MAX_VALUE;

  /** One life of an instance. */
  record Life(String role, int slot, String node, String token, long from, long until) {

    boolean isRunning() {
      return until == STILL_RUNNING;
    }
  }

  private final Map<NodeProcess, Long> ends = new HashMap<>();

  /** The process was seen dead or is about to be killed: what it ran ends no later than now. */
  void onEnd(NodeProcess node, long nanoTime) {
    ends.putIfAbsent(node, nanoTime);
  }

  /** Returns all lives of a role's instances on the given processes, by their begin. */
  List<Life> lives(String role, List<NodeProcess> nodes) {
    List<Life> lives = new ArrayList<>();
    nodes.forEach(node -> collect(role, node, lives));
    lives.sort(Comparator.comparingLong(Life::from));
    return lives;
  }

  private void collect(String role, NodeProcess node, List<Life> lives) {
    List<NodeEvent> own =
        node.events().stream().filter(event -> event.field("role").equals(role)).toList();
    long end = ends.getOrDefault(node, STILL_RUNNING);
    NodeEvent running = null;
    for (NodeEvent event : own) {
      if (event.kind().equals(EventLines.ROLE_RUNNING)) {
        running = event;
      } else if (event.kind().equals(EventLines.ROLE_ENDED) && running != null) {
        lives.add(life(running, node, event.nanoTime()));
        running = null;
      }
    }
    if (running != null) {
      lives.add(life(running, node, end));
    }
  }

  private static Life life(NodeEvent begin, NodeProcess node, long until) {
    return new Life(
        begin.field("role"),
        Integer.parseInt(begin.field("slot")),
        node.name(),
        begin.field("token"),
        begin.nanoTime(),
        until);
  }

  /** Returns the acts of a role on the given processes, in the order of their moments. */
  static List<RoleAct> acts(String role, List<NodeProcess> nodes) {
    return RoleAct.of(role, nodes.stream().flatMap(node -> node.events().stream()).toList());
  }

  /** Returns how many of these lives overlapped at most, from a moment on. */
  static int mostAtOnce(List<Life> lives, long since) {
    List<long[]> steps = new ArrayList<>();
    for (Life life : lives) {
      if (life.until() > since) {
        steps.add(new long[] {Math.max(life.from(), since), 1});
        steps.add(new long[] {life.until(), -1});
      }
    }
    // At the same moment an end counts before a begin.
    steps.sort(
        Comparator.<long[]>comparingLong(step -> step[0]).thenComparingLong(step -> step[1]));
    int running = 0;
    int most = 0;
    for (long[] step : steps) {
      running += (int) step[1];
      most = Math.max(most, running);
    }
    return most;
  }
}
