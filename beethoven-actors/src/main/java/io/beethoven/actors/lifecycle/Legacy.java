package io.beethoven.actors.lifecycle;

import io.beethoven.actors.state.MemoryStateStore;
import io.beethoven.actors.state.StateStore;
import io.beethoven.discovery.Yielded;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What a node's life leaves to its next one in the same process. May be used by any thread. */
public final class Legacy {

  private final AtomicReference<Optional<Yielded>> yielded =
      new AtomicReference<>(Optional.empty());

  private final StateStore store;
  private final AtomicReference<Durable> durable;
  private final AtomicInteger lives = new AtomicInteger();

  /** Creates a legacy that ends with the process. */
  public Legacy() {
    this(new MemoryStateStore());
  }

  /**
   * Creates a legacy that holds what an earlier process has left.
   *
   * @param store where it is kept; closed by whoever opened it, or here if this fails
   * @throws io.beethoven.error.BeethovenStateException if what is there cannot be understood; it is
   *     left as it is
   */
  public Legacy(StateStore store) {
    this.store = store;
    try {
      this.durable = new AtomicReference<>(store.load());
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Leaves word that the cluster has ended in favour of another one.
   *
   * @param what the two clusters
   */
  public void leave(Yielded what) {
    yielded.set(Optional.of(what));
  }

  /**
   * Begins a life. A former one can keep nothing from now on: its disk may have been slow.
   *
   * @return keeps what the next life has to know of the cluster. May block on a disk; throws a
   *     {@link io.beethoven.error.BeethovenStateException} if that cannot be done, and an {@link
   *     IllegalStateException} if a later life has begun
   */
  public Consumer<Durable> begin() {
    int life;
    synchronized (lives) {
      life = lives.incrementAndGet();
    }
    return state -> keep(life, state);
  }

  private synchronized void keep(int life, Durable state) {
    requireLast(life);
    store.store(state);
    synchronized (lives) {
      // Nobody was told yet that it is kept, so that the next life may begin without it.
      requireLast(life);
      durable.set(state);
    }
  }

  private void requireLast(int life) {
    if (life != lives.get()) {
      throw new IllegalStateException("a later life of this node has begun");
    }
  }

  /** Tells whether keeping blocks on a disk. */
  public boolean isSlow() {
    return !(store instanceof MemoryStateStore);
  }

  /** Returns what the next life has to know of the cluster. */
  public Durable kept() {
    Durable kept = Objects.requireNonNull(durable.get(), "durable");
    // The cluster is over: nothing counts but how far its tokens went.
    return isLeft()
        ? new Durable(Voters.NONE, kept.promised(), Edits.NONE, kept.longestLease())
        : kept;
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
