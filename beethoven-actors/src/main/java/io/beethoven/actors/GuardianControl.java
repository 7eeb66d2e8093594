package io.beethoven.actors;

import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.actors.control.ControlledNode;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.model.ClusterEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The node behind its control endpoint: the guardian, asked from the endpoint's thread. */
final class GuardianControl implements ControlledNode {

  private final String cluster;
  private final SnapshotHolder snapshots;
  private final ActorSystem<?> system;
  private final ActorRef<BeethovenGuardian.Command> guardian;
  private final SelfDescription description;

  GuardianControl(
      String cluster,
      SnapshotHolder snapshots,
      ActorSystem<?> system,
      ActorRef<BeethovenGuardian.Command> guardian,
      SelfDescription description) {
    this.cluster = cluster;
    this.snapshots = snapshots;
    this.system = system;
    this.guardian = guardian;
    this.description = description;
  }

  @Override
  public CompletionStage<NodeReport> report() {
    return CompletableFuture.completedFuture(
        new NodeReport(cluster, ProcessHandle.current().pid(), snapshots.latest()));
  }

  @Override
  public CompletionStage<NodeFacts> facts() {
    return description.facts(snapshots.latest());
  }

  @Override
  public CompletionStage<Done> leave() {
    guardian.tell(new GuardianRequest.Leave(system.ignoreRef()));
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public Subscription subscribe(Consumer<ClusterEvent> listener) {
    ActorRef<Heard> subscriber =
        system.systemActorOf(
            listen(guardian, listener), "beethoven-control-" + nextName++, Props.empty());
    return () -> subscriber.tell(new Ended());
  }

  /** Only the endpoint's one thread subscribes. */
  private int nextName;

  private sealed interface Heard {}

  private record Event(ClusterEvent event) implements Heard {}

  private record Ended() implements Heard {}

  private static Behavior<Heard> listen(
      ActorRef<BeethovenGuardian.Command> guardian, Consumer<ClusterEvent> listener) {
    return Behaviors.setup(
        context -> {
          guardian.tell(
              new GuardianRequest.Subscribe(
                  context.messageAdapter(ClusterEvent.class, Event::new)));
          return Behaviors.receive(Heard.class)
              .onMessage(
                  Event.class,
                  heard -> {
                    listener.accept(heard.event());
                    return Behaviors.same();
                  })
              .onMessage(Ended.class, ended -> Behaviors.stopped())
              .build();
        });
  }
}
