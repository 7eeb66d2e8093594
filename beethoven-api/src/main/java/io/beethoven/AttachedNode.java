package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.settings.LifecycleSettings;
import io.beethoven.error.BeethovenClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** A node in an actor system of the program's; it ends with that system and never starts again. */
final class AttachedNode implements NodeLife {

  private final ActorSystem<?> system;
  private final GuardianFactory guardians;
  private final LifecycleSettings settings;
  private final GuardianSlot slot;
  private final EventHub hub;
  private final AtomicBoolean leaving = new AtomicBoolean();
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  AttachedNode(
      ActorSystem<?> system,
      GuardianFactory guardians,
      LifecycleSettings settings,
      GuardianSlot slot,
      EventHub hub) {
    this.system = system;
    this.guardians = guardians;
    this.settings = settings;
    this.slot = slot;
    this.hub = hub;
  }

  @Override
  public void start() {
    SnapshotHolder snapshots = new SnapshotHolder();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    ActorRef<BeethovenGuardian.Command> guardian = spawn(snapshots);
    try {
      system.systemActorOf(
          EventFeed.create(guardian, hub, ended), "beethoven-events", Props.empty());
      NodeLife.awaitPublished(snapshots, ended, settings.startTimeout());
    } catch (RuntimeException e) {
      // What has been started of the node must not go on without its store.
      Adapter.toClassic(system).stop(Adapter.toClassic(guardian));
      NodeLife.atMost(ended, settings.terminateTimeout()).join();
      throw NodeLife.startFailure(e);
    }
    slot.open(new RunningGuardian(system, guardian, snapshots, ended));
    NodeLife.whenDone(ended, this::onEnded);
  }

  private ActorRef<BeethovenGuardian.Command> spawn(SnapshotHolder snapshots) {
    try {
      return system.systemActorOf(guardians.create(snapshots), "beethoven-guardian", Props.empty());
    } catch (RuntimeException e) {
      throw NodeLife.startFailure(e);
    }
  }

  @Override
  public CompletionStage<Void> leave() {
    if (leaving.compareAndSet(false, true)) {
      slot.running().ifPresentOrElse(this::leave, this::onEnded);
    }
    return left.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> whenEnded() {
    return left.minimalCompletionStage();
  }

  private void leave(RunningGuardian running) {
    CompletableFuture<Void> asked = NodeLife.askToLeave(running, settings.leaveTimeout());
    slot.close(new BeethovenClosedException("the node has left", null));
    NodeLife.whenDone(
        asked.thenCompose(done -> NodeLife.atMost(running.ended(), settings.terminateTimeout())),
        this::onEnded);
  }

  private void onEnded() {
    slot.close(
        NodeLife.closing(
            CoordinatedShutdown.get(system).getShutdownReason(),
            "the node has ended with its actor system"));
    hub.close();
    guardians.close();
    left.complete(null);
  }
}
