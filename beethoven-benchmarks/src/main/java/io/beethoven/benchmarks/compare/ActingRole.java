package io.beethoven.benchmarks.compare;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;

/** The role as Beethoven runs it: it acts while its right is held, as the README says. */
public final class ActingRole implements RoleTask {

  /** Creates an instance. */
  public ActingRole() {}

  @Override
  public void run(RoleContext context) throws InterruptedException {
    ActLines.act(context.node().toString(), () -> !context.isStopping(), context::isGranted);
  }
}
