package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A guardian that runs, and what it lives in.
 *
 * @param system its actor system
 * @param guardian its address
 * @param snapshots where its node publishes what it knows
 * @param ended completed when the guardian runs no longer
 * @param unanswered what to do, when it ends, about requests that it has not answered
 */
record RunningGuardian(
    ActorSystem<?> system,
    ActorRef<BeethovenGuardian.Command> guardian,
    SnapshotHolder snapshots,
    CompletableFuture<Void> ended,
    Set<Runnable> unanswered) {

  RunningGuardian(
      ActorSystem<?> system,
      ActorRef<BeethovenGuardian.Command> guardian,
      SnapshotHolder snapshots,
      CompletableFuture<Void> ended) {
    this(system, guardian, snapshots, ended, ConcurrentHashMap.newKeySet());
    NodeLife.whenDone(ended, () -> unanswered().forEach(Runnable::run));
  }
}
