package io.beethoven.actors.role;

import io.beethoven.grant.Durable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;

/**
 * What a node says, held back until what has to be kept first is kept. Used by one thread at a
 * time; whoever keeps something waits for it and reports back.
 */
final class Outbox {

  /** Something that is being kept. */
  record Keeping(Durable state, CompletionStage<Done> done) {}

  private final Function<Durable, CompletionStage<Done>> keeper;
  private final Deque<Runnable> unsaid = new ArrayDeque<>();
  private Durable newest = Durable.NOTHING;
  private boolean keeping;

  Outbox(Function<Durable, CompletionStage<Done>> keeper) {
    this.keeper = keeper;
  }

  /** Says something, now or once everything is kept that was to be kept before. */
  void say(Runnable saying) {
    if (keeping) {
      unsaid.add(saying);
    } else {
      saying.run();
    }
  }

  /**
   * Has something kept, one after the other, of several that wait only the newest.
   *
   * @return what to wait for; empty if there is nothing to wait for, or that is waited for already
   */
  Optional<Keeping> keep(Durable state) {
    newest = state;
    return keeping ? Optional.empty() : keepNewest();
  }

  /**
   * Something is kept.
   *
   * @return what to wait for next, if it is not the newest
   */
  Optional<Keeping> kept(Durable state) {
    if (!state.equals(newest)) {
      return keepNewest();
    }
    sayAll();
    return Optional.empty();
  }

  /** Tries again, after something could not be kept. */
  Optional<Keeping> keepNewest() {
    CompletableFuture<Done> done = keeper.apply(newest).toCompletableFuture();
    keeping = !done.isDone() || done.isCompletedExceptionally();
    if (keeping) {
      return Optional.of(new Keeping(newest, done));
    }
    sayAll();
    return Optional.empty();
  }

  private void sayAll() {
    keeping = false;
    while (!unsaid.isEmpty()) {
      unsaid.remove().run();
    }
  }
}
