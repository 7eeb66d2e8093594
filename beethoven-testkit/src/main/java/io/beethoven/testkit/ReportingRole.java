package io.beethoven.testkit;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A role that does nothing but tell of itself on standard output: {@link EventLines#ROLE_RUNNING}
 * as its first statement, {@link EventLines#ROLE_ENDED} as its last.
 */
public final class ReportingRole implements RoleTask {

  /** Creates an instance. */
  public ReportingRole() {}

  @Override
  public void run(RoleContext context) throws InterruptedException {
    EventLines.standard().onRole(EventLines.ROLE_RUNNING, context, Map.of());
    try {
      new CountDownLatch(1).await();
    } finally {
      EventLines.standard().onRole(EventLines.ROLE_ENDED, context, Map.of());
    }
  }
}
