package io.beethoven;

import com.typesafe.config.Config;
import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.LifecycleSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.error.BeethovenException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/**
 * A node with an actor system of its own. If the cluster drops it, it starts another actor system
 * in the same process, since an actor system that was dropped can never return.
 */
final class OwnedNode implements NodeLife {

  /** Ends of an actor system that somebody wanted. */
  private static final Set<CoordinatedShutdown.Reason> WANTED =
      Set.of(
          CoordinatedShutdown.jvmExitReason(),
          CoordinatedShutdown.clusterLeavingReason(),
          BeethovenGuardian.ShutdownReason.LEFT);

  private static final String CLOSED = "the node was closed";

  private enum Phase {
    NEW,
    STARTING,
    RUNNING,
    LEAVING,
    ENDED
  }

  private final Config merged;
  private final BeethovenSettings settings;
  private final LifecycleSettings times;
  private final GuardianFactory guardians;
  private final GuardianSlot slot;
  private final EventHub hub;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  OwnedNode(
      Config merged,
      BeethovenSettings settings,
      GuardianFactory guardians,
      GuardianSlot slot,
      EventHub hub) {
    this.merged = merged;
    this.settings = settings;
    this.times = settings.lifecycle();
    this.guardians = guardians;
    this.slot = slot;
    this.hub = hub;
  }

  @Override
  public void start() {
    phase.set(Phase.STARTING);
    opened(launch(), times.restartBackoffMin());
  }

  /** Starts an actor system and waits until its guardian answers. */
  private RunningGuardian launch() {
    SnapshotHolder snapshots = new SnapshotHolder();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    ActorSystem<BeethovenGuardian.Command> system = createSystem(snapshots);
    system.getWhenTerminated().whenComplete((done, failure) -> ended.complete(null));
    try {
      system.systemActorOf(
          EventFeed.create(system, hub, new CompletableFuture<>()),
          "beethoven-events",
          Props.empty());
      NodeLife.awaitPublished(snapshots, ended, times.startTimeout());
    } catch (RuntimeException e) {
      system.terminate();
      NodeLife.atMost(ended, times.terminateTimeout()).join();
      throw NodeLife.startFailure(e);
    }
    return new RunningGuardian(system, system, snapshots, ended);
  }

  private ActorSystem<BeethovenGuardian.Command> createSystem(SnapshotHolder snapshots) {
    try {
      return ActorSystem.create(
          guardians.create(snapshots), settings.clusterName(), PekkoOverlay.over(merged, settings));
    } catch (RuntimeException e) {
      throw Addresses.explain(e, settings);
    }
  }

  private void opened(RunningGuardian running, Duration nextBackoff) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(running.system());
    slot.open(running);
    long since = System.nanoTime();
    if (!phase.compareAndSet(Phase.STARTING, Phase.RUNNING)) {
      running.system().terminate();
    }
    NodeLife.whenDone(
        running.ended(),
        () -> {
          boolean lasted = System.nanoTime() - since > times.restartBackoffMax().toNanos();
          onEnded(shutdown.getShutdownReason(), lasted ? times.restartBackoffMin() : nextBackoff);
        });
  }

  private void onEnded(Optional<CoordinatedShutdown.Reason> reason, Duration backoff) {
    boolean wanted = reason.filter(WANTED::contains).isPresent();
    boolean taken = reason.filter(BeethovenGuardian.AddressTaken.class::isInstance).isPresent();
    if (!wanted && !taken && phase.compareAndSet(Phase.RUNNING, Phase.STARTING)) {
      slot.interrupt();
      LOG.warn(
          "The node's actor system ended and is started again cluster={} backoff={}",
          settings.clusterName(),
          backoff);
      Thread thread =
          new Thread(() -> restart(backoff), "beethoven-restart-" + settings.clusterName());
      thread.setDaemon(true);
      thread.start();
    } else {
      end(NodeLife.closing(reason, wanted ? "the node has left the cluster" : CLOSED));
    }
  }

  private void restart(Duration first) {
    Duration backoff = first;
    while (phase.get() == Phase.STARTING) {
      pause(backoff);
      backoff = min(backoff.multipliedBy(2), times.restartBackoffMax());
      if (phase.get() != Phase.STARTING) {
        break;
      }
      try {
        opened(launch(), backoff);
        return;
      } catch (BeethovenException e) {
        LOG.warn("The node could not be started again and tries on backoff={}", backoff, e);
      }
    }
    end(NodeLife.closing(Optional.empty(), CLOSED));
  }

  private void pause(Duration backoff) {
    long until = System.nanoTime() + backoff.toNanos();
    while (phase.get() == Phase.STARTING && until - System.nanoTime() > 0) {
      LockSupport.parkNanos(Math.min(until - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(50)));
    }
  }

  @Override
  public CompletionStage<Void> leave() {
    Phase before = phase.getAndUpdate(now -> now == Phase.ENDED ? now : Phase.LEAVING);
    if (before == Phase.RUNNING) {
      slot.running()
          .ifPresentOrElse(this::leave, () -> end(NodeLife.closing(Optional.empty(), CLOSED)));
    } else if (before == Phase.NEW) {
      end(NodeLife.closing(Optional.empty(), "the node was never started"));
    }
    return left.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> whenEnded() {
    return left.minimalCompletionStage();
  }

  private void leave(RunningGuardian running) {
    CompletableFuture<Void> asked = NodeLife.askToLeave(running, times.leaveTimeout());
    slot.close(new BeethovenClosedException("the node has left", null));
    NodeLife.whenDone(
        asked.thenCompose(
            done -> {
              running.system().terminate();
              return NodeLife.atMost(running.ended(), times.terminateTimeout());
            }),
        () -> end(NodeLife.closing(Optional.empty(), "the node has left")));
  }

  private void end(BeethovenException reason) {
    phase.set(Phase.ENDED);
    slot.close(reason);
    hub.close();
    guardians.close();
    left.complete(null);
  }

  private static Duration min(Duration left, Duration right) {
    return left.compareTo(right) <= 0 ? left : right;
  }
}
