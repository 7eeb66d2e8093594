package io.beethoven.testkit.witness;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import org.jspecify.annotations.Nullable;

/** A lifecycle that is watched from before its start until it has stopped. */
final class WitnessedLifecycle implements RoleLifecycle {

  private final Witness witness;
  private final RoleLifecycle role;
  private @Nullable WitnessedInstance instance;

  WitnessedLifecycle(Witness witness, RoleLifecycle role) {
    this.witness = witness;
    this.role = role;
  }

  @Override
  public void start(RoleContext context) throws Exception {
    WitnessedInstance begun = witness.begin(context);
    instance = begun;
    boolean started = false;
    try {
      role.start(context);
      started = true;
    } finally {
      if (!started) {
        begun.end();
      }
    }
  }

  @Override
  public void stop() throws Exception {
    try {
      role.stop();
    } finally {
      if (instance != null) {
        instance.end();
      }
    }
  }
}
