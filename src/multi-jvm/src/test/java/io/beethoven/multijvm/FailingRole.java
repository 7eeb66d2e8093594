package io.beethoven.multijvm;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import io.beethoven.testkit.EventLines;
import java.util.Map;

/** A role that tells that it was entered, and fails. */
public final class FailingRole implements RoleTask {

  /** Creates an instance. */
  public FailingRole() {}

  @Override
  public void run(RoleContext context) {
    EventLines.standard().onRole(EventLines.ROLE_RUNNING, context, Map.of());
    throw new IllegalStateException("out of order");
  }
}
