package io.beethoven.benchmarks.compare;

import io.beethoven.testkit.EventLines;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What an instance of the role does in each library: it acts every few milliseconds, and says so on
 * standard output.
 */
public final class ActLines {

  /** The role that runs once somewhere. */
  public static final String ROLE = "melody";

  /** The kind of the line by which a node tells how many members it knows of. */
  public static final String MEMBERS = "members";

  /** The field of that line. */
  public static final String COUNT = "count";

  private static final long PAUSE_MILLIS = 5;

  private ActLines() {}

  /**
   * Acts until told to stop.
   *
   * @param node the node's name
   * @param goesOn tells whether the library lets the instance run
   * @param mayAct tells whether the library lets it act at this moment
   * @throws InterruptedException if this thread is interrupted
   */
  public static void act(String node, BooleanSupplier goesOn, BooleanSupplier mayAct)
      throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    tell(EventLines.ROLE_RUNNING, node, System.nanoTime());
    try {
      while (goesOn.getAsBoolean()) {
        // The moment first: a process that is frozen in between did not act after it.
        long now = System.nanoTime();
        if (mayAct.getAsBoolean()) {
          tell(EventLines.ROLE_ACTED, node, now);
        }
        never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } finally {
      tell(EventLines.ROLE_ENDED, node, System.nanoTime());
    }
  }

  /**
   * Tells how many members a node knows of.
   *
   * @param count itself among them
   */
  public static void members(int count) {
    EventLines.standard().onNode(MEMBERS, Map.of(COUNT, Integer.toString(count)));
  }

  private static void tell(String kind, String node, long nanoTime) {
    EventLines.standard()
        .onNode(kind, Map.of("role", ROLE, "node", node, "acted", Long.toString(nanoTime)));
  }
}
