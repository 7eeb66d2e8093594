package io.beethoven.testkit.witness;

import io.beethoven.role.RoleContext;
import io.beethoven.testkit.witness.WitnessEvent.Kind;

/** An instance of a role that a {@link Witness} watches. May be used by any thread. */
public final class WitnessedInstance {

  private final Witness witness;
  private final int number;
  private final RoleContext context;

  WitnessedInstance(Witness witness, int number, RoleContext context) {
    this.witness = witness;
    this.number = number;
    this.context = context;
  }

  /**
   * Looks whether the right is held, and lets the witness know. To be called where the role does
   * what it is there for, in place of {@link RoleContext#isGranted}. Does not block.
   *
   * @return whether the right is held
   */
  public boolean act() {
    WitnessEvent act = look(Kind.ACT);
    witness.act(act);
    return act.granted();
  }

  /** Says that nothing of the instance runs any more. More calls do nothing. */
  public void end() {
    witness.end(this, look(Kind.STOP));
  }

  WitnessEvent look(Kind kind) {
    long before = System.nanoTime();
    // The token first: one that rises in between makes the look an older one, not a false one.
    String token = context.token().text();
    boolean granted = context.isGranted();
    long after = System.nanoTime();
    return new WitnessEvent(
        kind,
        witness.process(),
        number,
        context.node().toString(),
        context.role().value(),
        context.slot(),
        token,
        granted,
        before,
        after);
  }
}
