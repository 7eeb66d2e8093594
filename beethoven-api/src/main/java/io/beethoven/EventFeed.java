package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.model.ClusterEvent;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Carries a guardian's events to the subscribers of the API and tells when the guardian ends.
 * Spawned once for each guardian, as a system actor.
 */
final class EventFeed {

  private EventFeed() {}

  static Behavior<ClusterEvent> create(
      ActorRef<BeethovenGuardian.Command> guardian, EventHub hub, CompletableFuture<Void> ended) {
    return Behaviors.setup(
        context -> {
          context.watch(guardian);
          guardian.tell(new GuardianRequest.Subscribe(context.getSelf()));
          return Behaviors.receive(ClusterEvent.class)
              .onAnyMessage(
                  event -> {
                    hub.publish(event);
                    return Behaviors.same();
                  })
              .onSignal(Terminated.class, signal -> Behaviors.stopped())
              .onSignal(
                  PostStop.class,
                  signal -> {
                    ended.complete(null);
                    return Behaviors.same();
                  })
              .build();
        });
  }
}
