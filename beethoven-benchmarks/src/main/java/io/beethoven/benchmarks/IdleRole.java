package io.beethoven.benchmarks;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import java.util.concurrent.CountDownLatch;

/** A role that costs nothing. */
public final class IdleRole implements RoleTask {

  /** Creates an instance. */
  public IdleRole() {}

  @Override
  public void run(RoleContext context) throws InterruptedException {
    new CountDownLatch(1).await();
  }
}
