package io.beethoven.benchmarks;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import io.beethoven.testkit.EventLines;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A role that tells when it is entered and when it ends, and costs nothing in between. */
final class ScaleRole implements RoleTask {

  @Override
  public void run(RoleContext context) throws InterruptedException {
    EventLines lines = EventLines.standard();
    lines.onRole(EventLines.ROLE_RUNNING, context, Map.of());
    try {
      new CountDownLatch(1).await();
    } finally {
      lines.onRole(EventLines.ROLE_ENDED, context, Map.of());
    }
  }
}
