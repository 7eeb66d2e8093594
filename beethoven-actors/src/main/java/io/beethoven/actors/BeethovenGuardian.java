package io.beethoven.actors;

/** The one address that an embedding program needs: spawns and wires everything else. */
public final class BeethovenGuardian {

  private BeethovenGuardian() {}

  /** What it understands: {@link io.beethoven.actors.protocol.GuardianRequest}. */
  public interface Command {}
}
