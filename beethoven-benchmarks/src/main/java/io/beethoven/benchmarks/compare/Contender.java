package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcessBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A library with a setting, as a stage needs to know it. */
interface Contender {

  /** Returns the library's name on a command line and in JSON. */
  String name();

  /** Returns how it is set up. */
  Setting setting();

  /**
   * Tells whether the failover takes half a minute or so: its runs are then made side by side, for
   * they do little but wait.
   */
  boolean isSlow(Event event);

  /** Returns how long after a restart the library may still count the process that was there. */
  default Duration restAfterRestart() {
    return Duration.ZERO;
  }

  /**
   * Describes a node.
   *
   * @param host its address
   * @param site where it and its neighbours are
   */
  NodeProcessBuilder node(String host, Site site);

  /** Describes the process that the nodes need beside them, if they do. */
  Optional<NodeProcessBuilder> server(Site site);

  /**
   * Waits until all nodes know of each other and the role acts on one of them.
   *
   * @param nodes all of the stage
   * @param timeout how long to wait
   * @throws TimeoutException if it does not come to that
   * @throws InterruptedException if this thread is interrupted
   */
  void awaitWhole(NodeGroup nodes, Duration timeout) throws TimeoutException, InterruptedException;
}
