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

  /**
   * So much is held back at most of what is said again anyway; of more the oldest is lost, as in a
   * network. A disk may be full for days.
   */
  static final int MAX_REPEATED = 256;

  private record Saying(Runnable words, boolean repeated) {}

  private final Function<Durable, CompletionStage<Done>> keeper;
  private final Deque<Saying> unsaid = new ArrayDeque<>();
  private int repeated;
  private Durable newest = Durable.NOTHING;
  private boolean keeping;

  Outbox(Function<Durable, CompletionStage<Done>> keeper) {
    this.keeper = keeper;
  }

  /** Says something, now or once everything is kept that was to be kept before. */
  void say(Runnable words) {
    say(new Saying(words, false));
  }

  /** Says something that is said again if it is lost, or asked for again. */
  void sayRepeated(Runnable words) {
    say(new Saying(words, true));
  }

  private void say(Saying saying) {
    if (!keeping) {
      saying.words().run();
      return;
    }
    unsaid.add(saying);
    if (saying.repeated() && ++repeated > MAX_REPEATED) {
      unsaid.remove(unsaid.stream().filter(Saying::repeated).findFirst().orElseThrow());
      repeated--;
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
    repeated = 0;
    while (!unsaid.isEmpty()) {
      unsaid.remove().words().run();
    }
  }
}
