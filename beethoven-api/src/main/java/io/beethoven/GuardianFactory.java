package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import org.apache.pekko.actor.typed.Behavior;

/** Makes guardians, one for each start of an actor system. */
@FunctionalInterface
interface GuardianFactory {

  /**
   * Makes a guardian.
   *
   * @param snapshots where its node publishes what it knows
   */
  Behavior<BeethovenGuardian.Command> create(SnapshotHolder snapshots);

  /** Lets go of what all of them shared: the last one has ended. */
  default void close() {}
}
