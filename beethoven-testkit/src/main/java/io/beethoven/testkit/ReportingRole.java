package io.beethoven.testkit;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A role that does nothing but tell of itself on standard output: {@link EventLines#ROLE_RUNNING}
 * as its first statement, {@link EventLines#ROLE_ENDED} as its last, and in between, some times a
 * second, {@link EventLines#ROLE_ACTED} with the moment at which it found its right to be held.
 */
public final class ReportingRole implements RoleTask {

  /** How often it looks. */
  private static final long LOOK_MILLIS = 10;

  /** How often it tells, while nothing changes. */
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Creates an instance. */
  public ReportingRole() {}

  @Override
  public void run(RoleContext context) throws InterruptedException {
    EventLines lines = EventLines.standard();
    lines.onRole(EventLines.ROLE_RUNNING, context, Map.of());
    try {
      act(context, lines);
    } finally {
      lines.onRole(EventLines.ROLE_ENDED, context, Map.of());
    }
  }

  private static void act(RoleContext context, EventLines lines) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long told = System.nanoTime() - TELL_NANOS;
    while (!context.isStopping()) {
      // The moment first: a process that is frozen in between did not act after it.
      long now = System.nanoTime();
      if (now - told >= TELL_NANOS && context.isGranted()) {
        told = now;
        lines.onRole(EventLines.ROLE_ACTED, context, Map.of("acted", Long.toString(now)));
      }
      never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
