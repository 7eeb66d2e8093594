package io.beethoven.actors.membership;

import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.model.NodeId;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The one actor of a node whose path every other node knows, wherever the guardian was spawned: it
 * hands what it gets to {@link CoreServer}. Spawned by the guardian as a system actor; ends with
 * the {@code CoreServer}.
 */
public final class Doorway {

  private static final String NAME = "beethoven";

  private Doorway() {}

  /**
   * Opens the doorway of this node.
   *
   * @param system the node's actor system
   * @param core where everything goes
   * @throws RuntimeException if the system has a doorway already, because a second guardian was
   *     spawned in it
   */
  public static void open(ActorSystem<?> system, ActorRef<CoreMessage> core) {
    ActorRef<CoreMessage> doorway = system.systemActorOf(create(core), NAME, Props.empty());
    system.log().debug("doorway opened path={}", doorway.path());
  }

  /**
   * Returns the doorway of another node of the same cluster.
   *
   * @param system this node's actor system; the other's has the same name
   * @param node the other node
   * @return its doorway; messages to it are lost while that node has none
   */
  public static ActorRef<CoreMessage> of(ActorSystem<?> system, NodeId node) {
    return ActorRefResolver.get(system)
        .resolveActorRef("pekko://" + system.name() + "@" + node + "/system/" + NAME);
  }

  private static Behavior<CoreMessage> create(ActorRef<CoreMessage> core) {
    return Behaviors.setup(
        context -> {
          context.watch(core);
          return Behaviors.receive(CoreMessage.class)
              .onAnyMessage(
                  message -> {
                    core.tell(message);
                    return Behaviors.same();
                  })
              .onSignal(Terminated.class, signal -> Behaviors.stopped())
              .build();
        });
  }
}
