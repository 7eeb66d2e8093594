package io.beethoven.peers;

import io.beethoven.benchmarks.BenchNode;
import io.beethoven.testkit.ParentWatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What every node of a peer does first. */
final class NodeStart {

  private NodeStart() {}

  /**
   * Sees to it that the process ends with its parent, that the harness can see the kernel close its
   * sockets, and that nothing but warnings is logged.
   *
   * @param args the arguments of the process
   * @return where it is
   * @throws java.io.IOException if it cannot listen
   */
  static Seat seat(String[] args) throws java.io.IOException {
    ParentWatch.start();
    Logger.getLogger("").setLevel(Level.WARNING);
    Seat seat = Seat.parse(args);
    BenchNode.openWitness(seat.host());
    return seat;
  }

  /**
   * Adds what is to be done upon SIGTERM, for libraries that do nothing by themselves.
   *
   * @param leave the orderly end
   */
  static void onTerm(Runnable leave) {
    Runtime.getRuntime().addShutdownHook(new Thread(leave, "leave"));
  }
}
