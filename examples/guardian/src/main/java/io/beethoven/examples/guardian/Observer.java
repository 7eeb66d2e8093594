package io.beethoven.examples.guardian;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.Beethoven;
import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.protocol.GuardianRequest.GetRoles;
import io.beethoven.actors.protocol.GuardianRequest.RolesReply;
import io.beethoven.actors.protocol.GuardianRequest.Subscribe;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.model.ClusterEvent;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The root actor of a program: spawns the guardian of a node as its child, asks it for the roles
 * every second, and hears of events. It is not restarted.
 */
public final class Observer extends AbstractBehavior<Observer.Command> {

  /** What it understands: all of it private. */
  public sealed interface Command {}

  private record Ask() implements Command {}

  private record Answered(RolesReply reply) implements Command {}

  private record Unanswered(Throwable reason) implements Command {}

  private record Heard(ClusterEvent event) implements Command {}

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final ActorRef<BeethovenGuardian.Command> beethoven;

  /**
   * Runs until the process is ended.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Config config = Beethoven.overlay(ConfigFactory.load());
    ActorSystem.create(create(BeethovenSettings.parse(config)), "observers", config)
        .getWhenTerminated()
        .toCompletableFuture()
        .join();
  }

  static Behavior<Command> create(BeethovenSettings settings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Observer(context, timers, settings)));
  }

  private Observer(
      ActorContext<Command> context, TimerScheduler<Command> timers, BeethovenSettings settings) {
    super(context);
    this.beethoven =
        context.spawn(
            BeethovenGuardian.create(
                BeethovenGuardian.Setup.of(
                    settings, settings.roleRegistry(), settings.roleSpecs())),
            "beethoven");
    beethoven.tell(new Subscribe(context.messageAdapter(ClusterEvent.class, Heard::new)));
    timers.startTimerWithFixedDelay(new Ask(), EVERY);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Unanswered.class, this::onUnanswered)
        .onMessage(Heard.class, this::onHeard)
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    getContext()
        .ask(
            RolesReply.class,
            beethoven,
            EVERY,
            GetRoles::new,
            (reply, failure) -> reply != null ? new Answered(reply) : new Unanswered(failure));
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    System.out.println("roles: " + answered.reply().roles());
    return this;
  }

  private Behavior<Command> onUnanswered(Unanswered unanswered) {
    System.out.println("no answer: " + unanswered.reason());
    return this;
  }

  private Behavior<Command> onHeard(Heard heard) {
    System.out.println("event: " + heard.event());
    return this;
  }
}
