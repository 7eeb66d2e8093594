package io.beethoven.actors.lifecycle;

import io.beethoven.discovery.Yielded;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What a node's life leaves to its next one in the same process. May be used by any thread. */
public final class Legacy {

  private final AtomicReference<Optional<Yielded>> yielded =
      new AtomicReference<>(Optional.empty());

  /** Creates an empty legacy. */
  public Legacy() {}

  /**
   * Leaves word that the cluster has ended in favour of another one.
   *
   * @param what the two clusters
   */
  public void leave(Yielded what) {
    yielded.set(Optional.of(what));
  }

  /** Tells whether something is left that nobody has taken. */
  public boolean isLeft() {
    return Objects.requireNonNull(yielded.get(), "yielded").isPresent();
  }

  /** Returns what the last life has left, once. */
  public Optional<Yielded> take() {
    return yielded.getAndSet(Optional.empty());
  }
}
