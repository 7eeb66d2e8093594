package io.beethoven.actors;

import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.actors.control.ControlledNode;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The node behind its control endpoint: the guardian, asked from the endpoint's thread. */
final class GuardianControl implements ControlledNode {

  private final String cluster;
  private final SnapshotHolder snapshots;
  private final ActorSystem<?> system;
  private final ActorRef<BeethovenGuardian.Command> guardian;
  private final SelfDescription description;
  private final Duration timeout;

  GuardianControl(
      String cluster,
      SnapshotHolder snapshots,
      ActorSystem<?> system,
      ActorRef<BeethovenGuardian.Command> guardian,
      SelfDescription description,
      Duration timeout) {
    this.cluster = cluster;
    this.snapshots = snapshots;
    this.system = system;
    this.guardian = guardian;
    this.description = description;
    this.timeout = timeout;
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
  public CompletionStage<Optional<String>> setCount(RoleName role, int count) {
    return AskPattern.<BeethovenGuardian.Command, SetCountReply>ask(
            guardian,
            replyTo -> new GuardianRequest.SetCount(role, count, replyTo),
            timeout,
            system.scheduler())
        .thenApply(SetCountReply::refusal);
  }

  @Override
  public CompletionStage<List<NodeId>> forceQuorum() {
    return AskPattern.<BeethovenGuardian.Command, QuorumForcedReply>ask(
            guardian, GuardianRequest.ForceQuorum::new, timeout, system.scheduler())
        .thenApply(QuorumForcedReply::declaredDead);
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
