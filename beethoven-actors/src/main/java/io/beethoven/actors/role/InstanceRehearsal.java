package io.beethoven.actors.role;

import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.grant.Moment;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Starts and stops an instance of an invented role, so that the classes are loaded before the first
 * real one has to start in a hurry. Nobody else hears of it. It ends by itself.
 */
public final class InstanceRehearsal {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final NodeId NODE = new NodeId("rehearsal", 1);
  private static final RoleSpec ROLE =
      new RoleSpec(
          new RoleName("rehearsal"),
          1,
          Map.of(),
          Readiness.EXPLICIT,
          false,
          LIMIT,
          LIMIT,
          HandOver.STOP_FIRST,
          true);

  private InstanceRehearsal() {}

  /**
   * Creates the behavior.
   *
   * @param settings how roles are run here
   * @return the behavior; tell it nothing
   */
  public static Behavior<?> create(RoleSettings settings) {
    return Behaviors.<RoleInstance.Event>setup(context -> rehearse(context, settings));
  }

  private static Behavior<RoleInstance.Event> rehearse(
      ActorContext<RoleInstance.Event> context, RoleSettings settings) {
    Moment now = new Moment(0, Instant.EPOCH);
    LeaseView lease = new LeaseView(() -> now);
    lease.set(Optional.of(now.plus(LIMIT)));
    Slot slot = new Slot(ROLE.name(), 0);
    ActorRef<RoleInstance.Command> instance =
        context.spawn(
            RoleInstance.create(
                new RoleInstance.Setup(
                    slot,
                    NODE,
                    ROLE,
                    new RoleImplementation.Task(() -> InstanceRehearsal::waitToBeStopped),
                    new RightState(Token.NONE, lease),
                    new RoleThreads(new RolesRunning()),
                    settings),
                context.getSelf()),
            "instance");
    return Behaviors.receive(RoleInstance.Event.class)
        .onMessage(
            RoleInstance.Changed.class,
            changed -> {
              instance.tell(RoleInstance.Stop.INSTANCE);
              return Behaviors.same();
            })
        .onMessage(RoleInstance.Event.class, ended -> Behaviors.stopped())
        .build();
  }

  private static void waitToBeStopped(RoleContext context) throws InterruptedException {
    context.onRevoked(() -> {});
    if (context.isGranted()) {
      context.ready();
    }
    new CountDownLatch(1).await();
  }
}
