package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The messages of Beethoven that the actors of one actor system did not handle. */
public final class UnhandledMessages {

  private final Queue<UnhandledMessage> seen = new ConcurrentLinkedQueue<>();

  private UnhandledMessages() {}

  /**
   * Collects from now on.
   *
   * @param kit whose
   * @return what comes
   */
  public static UnhandledMessages of(ActorTestKit kit) {
    UnhandledMessages unhandled = new UnhandledMessages();
    var collector =
        kit.spawn(
            Behaviors.<UnhandledMessage>receive(
                (context, message) -> {
                  if (message.getMessage().getClass().getName().startsWith("io.beethoven")) {
                    unhandled.seen.add(message);
                  }
                  return Behaviors.same();
                }));
    kit.system().eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, collector));
    return unhandled;
  }

  /** Asserts that there was none so far. */
  public void assertNone() {
    assertThat(seen).as("unhandled messages").isEmpty();
  }
}
