package io.beethoven.examples.guardian;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;

/** A role that is named in the configuration, and made and started by Beethoven. */
public final class Lamp implements RoleLifecycle {

  /** Creates a lamp that is off. */
  public Lamp() {}

  @Override
  public void start(RoleContext context) {
    System.out.println("a " + context.arguments().get("colour") + " lamp at " + context.node());
  }

  @Override
  public void stop() {
    System.out.println("the lamp is off");
  }
}
