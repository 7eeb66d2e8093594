package io.beethoven.actors.role;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * A behavior that runs as a child of its {@link RoleInstance}, used on that actor's thread only.
 */
final class ActorRun implements Run {

  private final ActorContext<RoleInstance.Command> parent;
  private final ActorRef<?> child;
  private final Optional<Object> stopMessage;

  ActorRun(
      ActorContext<RoleInstance.Command> parent, ActorRef<?> child, Optional<Object> stopMessage) {
    this.parent = parent;
    this.child = child;
    this.stopMessage = stopMessage;
  }

  @Override
  public void stop() {
    stopMessage.ifPresentOrElse(message -> child.<Object>unsafeUpcast().tell(message), this::press);
  }

  @Override
  public void press() {
    parent.stop(child);
  }
}
