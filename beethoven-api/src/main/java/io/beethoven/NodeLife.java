package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.actors.protocol.GuardianRequest.LeaveReply;
import io.beethoven.error.BeethovenAddressTakenException;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.error.BeethovenException;
import io.beethoven.error.BeethovenStartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node starts and ends: with an actor system of its own, or in one of the program's. */
interface NodeLife {

  /** The log of both lives. */
  Logger LOG = LoggerFactory.getLogger(Beethoven.class);

  /**
   * Starts the node. Called once.
   *
   * @throws BeethovenException if it does not start
   */
  void start();

  /**
   * Leaves the cluster in good order and ends the node. Calling it again returns the same stage.
   *
   * @return completed when the node has ended, within the times that the settings give
   */
  CompletionStage<Void> leave();

  /** Returns a stage that completes when the node has ended, whoever wanted that. Never fails. */
  CompletionStage<Void> whenEnded();

  /** Waits until a guardian has published its first snapshot, and so answers queries. */
  static void awaitPublished(
      SnapshotHolder snapshots, CompletableFuture<Void> ended, Duration limit) {
    long begun = System.nanoTime();
    while (!snapshots.isPublished()) {
      if (ended.isDone()) {
        throw new BeethovenStartException(
            "the node ended while it started; the log says why", null);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new BeethovenStartException("the start was interrupted", null);
      }
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new BeethovenStartException(
            "the node did not answer queries within " + limit.toMillis() + " ms", null);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Returns the exception for requests to a node whose actor system ended so. */
  static BeethovenException closing(Optional<CoordinatedShutdown.Reason> reason, String otherwise) {
    return reason
        .filter(BeethovenGuardian.AddressTaken.class::isInstance)
        .map(BeethovenGuardian.AddressTaken.class::cast)
        .<BeethovenException>map(
            taken ->
                new BeethovenAddressTakenException(
                    "the node has ended, because another living node has its address: "
                        + taken.holder()
                        + "; give one of the two another address"))
        .orElseGet(() -> new BeethovenClosedException(otherwise, null));
  }

  /** Returns what to throw when a start failed so; an actor system that ends refuses new actors. */
  static BeethovenException startFailure(RuntimeException failure) {
    return failure instanceof BeethovenException known
        ? known
        : new BeethovenStartException("the node ended while it started; the log says why", failure);
  }

  /** Asks a guardian to leave; completed when it has left, has ended, or the time is over. */
  static CompletableFuture<Void> askToLeave(RunningGuardian running, Duration limit) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    whenDone(running.ended(), () -> done.complete(null));
    AskPattern.<BeethovenGuardian.Command, LeaveReply>ask(
            running.guardian(), GuardianRequest.Leave::new, limit, running.system().scheduler())
        .whenComplete((reply, failure) -> done.complete(null));
    return done.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Does something when a stage completes, well or not. */
  static void whenDone(CompletionStage<?> stage, Runnable action) {
    stage.whenComplete((value, failure) -> action.run());
  }

  /** Returns a stage that completes with another one, or when the time is over. */
  static CompletableFuture<Void> atMost(CompletableFuture<Void> stage, Duration limit) {
    return stage.copy().completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
