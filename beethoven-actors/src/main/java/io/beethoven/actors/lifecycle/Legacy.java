package io.beethoven.actors.lifecycle;

import io.beethoven.discovery.Yielded;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What a node's life leaves to its next one in the same process. May be used by any thread. */
public final class Legacy {

  private final AtomicReference<Optional<Yielded>> yielded =
      new AtomicReference<>(Optional.empty());

  private final AtomicReference<Durable> durable = new AtomicReference<>(Durable.NOTHING);

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

  /**
   * Keeps what the next life has to know of the cluster.
   *
   * @param state what
   */
  public void keep(Durable state) {
    durable.set(state);
  }

  /** Returns what was kept last. */
  public Durable kept() {
    return Objects.requireNonNull(durable.get(), "durable");
  }

  /** The cluster is over: the next life has to know nothing of it but how far its tokens went. */
  public void forgetCluster() {
    durable.updateAndGet(state -> new Durable(Voters.NONE, state.promised(), Edits.NONE));
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
