package io.beethoven;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.error.BeethovenException;
import io.beethoven.error.BeethovenTimeoutException;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/**
 * The guardian that runs now, or will run next. Requests wait here while a node starts its actor
 * system again, and are asked again if the guardian ends before it has answered.
 */
final class GuardianSlot {

  /**
   * Runs on the thread that completes. Without it, stages that Pekko returns go through the common
   * pool, which on small machines starts a thread for each answer.
   */
  private static final Executor HERE = Runnable::run;

  private static final Executor SOON = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final AtomicReference<CompletableFuture<RunningGuardian>> current =
      new AtomicReference<>(new CompletableFuture<>());
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SnapshotHolder latest;
  private volatile @Nullable BeethovenException closed;

  /** Puts a guardian in, for those that wait and those to come; does nothing once closed. */
  void open(RunningGuardian running) {
    CompletableFuture<RunningGuardian> next = CompletableFuture.completedFuture(running);
    CompletableFuture<RunningGuardian> before =
        current.getAndUpdate(now -> now.isCompletedExceptionally() ? now : next);
    latest = running.snapshots();
    before.complete(running);
    waiting.forEach(Runnable::run);
  }

  /** Takes the guardian out; requests wait for the next one. Does nothing once closed. */
  void interrupt() {
    CompletableFuture<RunningGuardian> next = new CompletableFuture<>();
    current.updateAndGet(now -> now.isDone() && !now.isCompletedExceptionally() ? next : now);
  }

  /** Takes the guardian out for good; requests fail. */
  void close(BeethovenException reason) {
    CompletableFuture<RunningGuardian> none = CompletableFuture.failedFuture(reason);
    CompletableFuture<RunningGuardian> before =
        current.getAndUpdate(now -> now.isCompletedExceptionally() ? now : none);
    if (!before.isCompletedExceptionally()) {
      closed = reason;
      before.completeExceptionally(reason);
      waiting.forEach(Runnable::run);
    }
  }

  /** Ends the waiting of a request, if there is something to be told. */
  private void tell(CompletableFuture<RunningGuardian> request) {
    CompletableFuture<RunningGuardian> now = next();
    if (now.isDone()) {
      CompletionStage<RunningGuardian> known = now;
      known.whenComplete(
          (guardian, reason) -> {
            if (reason == null) {
              request.complete(guardian);
            } else {
              request.completeExceptionally(unwrap(reason));
            }
          });
    }
  }

  /**
   * Checks that a guardian runs or will.
   *
   * @throws BeethovenException the reason of {@link #close}
   */
  void requireOpen() {
    BeethovenException reason = closed;
    if (reason != null) {
      throw reason;
    }
  }

  /** Returns the guardian, if one runs. */
  Optional<RunningGuardian> running() {
    CompletableFuture<RunningGuardian> now = next();
    return now.isDone() && !now.isCompletedExceptionally()
        ? Optional.of(now.join())
        : Optional.empty();
  }

  /**
   * Returns what is known without asking anybody. While no guardian runs, that is what the last one
   * knew, standalone and not ready.
   *
   * @throws IllegalStateException before the first guardian
   */
  ClusterSnapshot snapshot() {
    SnapshotHolder holder = latest;
    if (holder == null) {
      throw new IllegalStateException("the node has not started");
    }
    ClusterSnapshot known = holder.latest();
    return running().isPresent()
        ? known
        : new ClusterSnapshot(
            known.self(),
            ClusterMode.STANDALONE,
            known.clusterNodes(),
            List.of(),
            known.roles(),
            known.allocator(),
            false);
  }

  /**
   * Asks the guardian.
   *
   * @param question what is asked, for people
   * @param timeout how long at most
   * @param request builds the request
   * @return completed on a thread of Pekko or of the JDK's common pool; it fails with a {@link
   *     BeethovenTimeoutException}, or with the reason of {@link #close}
   */
  <T> CompletionStage<T> ask(
      String question,
      Duration timeout,
      Function<ActorRef<T>, ? extends BeethovenGuardian.Command> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    attempt(new Question<>(question, timeout, System.nanoTime(), request), answer);
    return answer.minimalCompletionStage();
  }

  private CompletableFuture<RunningGuardian> next() {
    return Objects.requireNonNull(current.get());
  }

  private record Question<T>(
      String text,
      Duration timeout,
      long askedNanos,
      Function<ActorRef<T>, ? extends BeethovenGuardian.Command> request) {

    long nanosLeft() {
      return timeout.toNanos() - (System.nanoTime() - askedNanos);
    }

    BeethovenTimeoutException late(Throwable cause) {
      return new BeethovenTimeoutException(
          "no answer to " + text + " within " + timeout.toMillis() + " ms", cause);
    }
  }

  private <T> void attempt(Question<T> question, CompletableFuture<T> answer) {
    Optional<RunningGuardian> running = running();
    if (running.isPresent()) {
      askNow(running.get(), question, answer);
      return;
    }
    CompletableFuture<RunningGuardian> next = new CompletableFuture<>();
    Runnable told = () -> tell(next);
    waiting.add(told);
    CompletionStage<RunningGuardian> awaited =
        next.orTimeout(Math.max(0, question.nanosLeft()), TimeUnit.NANOSECONDS);
    awaited.whenComplete(
        (guardian, failure) -> {
          waiting.remove(told);
          if (failure == null) {
            askNow(guardian, question, answer);
          } else {
            answer.completeExceptionally(
                failure instanceof TimeoutException ? question.late(failure) : unwrap(failure));
          }
        });
    // Whoever came in between has not told this one.
    told.run();
  }

  private <T> void askNow(
      RunningGuardian running, Question<T> question, CompletableFuture<T> answer) {
    long left = question.nanosLeft();
    if (left <= 0) {
      answer.completeExceptionally(question.late(new TimeoutException()));
      return;
    }
    CompletableFuture<T> reply = new CompletableFuture<>();
    Runnable onEnd = () -> reply.completeExceptionally(new TimeoutException("the guardian ended"));
    running.unanswered().add(onEnd);
    if (running.ended().isDone()) {
      onEnd.run();
    }
    try {
      AskPattern.<BeethovenGuardian.Command, T>ask(
              running.guardian(),
              replyTo -> question.request().apply(replyTo),
              Duration.ofNanos(left),
              running.system().scheduler())
          .whenCompleteAsync(
              (value, failure) -> {
                if (failure == null) {
                  reply.complete(value);
                } else {
                  reply.completeExceptionally(failure);
                }
              },
              HERE);
    } catch (IllegalArgumentException e) {
      running.unanswered().remove(onEnd);
      answer.completeExceptionally(e);
      return;
    } catch (RuntimeException e) {
      // The actor system is ending.
      reply.completeExceptionally(new TimeoutException(e.toString()));
    }
    CompletionStage<T> replied = reply;
    replied.whenComplete(
        (value, failure) -> {
          running.unanswered().remove(onEnd);
          if (failure == null) {
            answer.complete(value);
          } else if (unwrap(failure) instanceof TimeoutException && question.nanosLeft() > 0) {
            SOON.execute(() -> attempt(question, answer));
          } else {
            answer.completeExceptionally(question.late(unwrap(failure)));
          }
        });
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
