package io.beethoven.actors.state;

import io.beethoven.grant.Durable;
import java.util.Objects;

/** Keeps the state as long as the process lives: for a node without a directory. */
public final class MemoryStateStore implements StateStore {

  private Durable kept = Durable.NOTHING;
  private boolean closed;

  /** Creates a store that keeps nothing yet. */
  public MemoryStateStore() {}

  @Override
  public Durable load() {
    requireOpen();
    return kept;
  }

  @Override
  public void store(Durable durable) {
    requireOpen();
    kept = Objects.requireNonNull(durable, "durable");
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the state store is closed");
    }
  }
}
