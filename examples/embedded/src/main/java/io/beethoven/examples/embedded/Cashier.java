package io.beethoven.examples.embedded;

import io.beethoven.role.RoleContext;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A role that is an actor: the one cashier of all shops. */
final class Cashier {

  /** What it understands. */
  enum Command {
    /** Time has passed. */
    TICK,
    /** The role shall stop here. */
    STOP
  }

  private Cashier() {}

  static Behavior<Command> create(RoleContext role) {
    return Behaviors.withTimers(
        timers -> {
          System.out.println("the cashier works at " + role.node());
          timers.startTimerWithFixedDelay(Command.TICK, Duration.ofSeconds(1));
          return Behaviors.receive(Command.class)
              .onMessageEquals(Command.TICK, Behaviors::same)
              .onMessageEquals(Command.STOP, Behaviors::stopped)
              .build();
        });
  }
}
