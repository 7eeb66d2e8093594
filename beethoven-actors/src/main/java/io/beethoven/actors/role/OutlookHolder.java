package io.beethoven.actors.role;

import io.beethoven.grant.Outlook;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What an allocator on this node has to know of the node, always as the role server left it after
 * its last step. Written by the role server alone, read by any thread.
 */
public final class OutlookHolder {

  private final AtomicReference<Optional<Outlook>> latest = new AtomicReference<>(Optional.empty());

  /** Creates an empty holder. */
  public OutlookHolder() {}

  /**
   * Puts the newest.
   *
   * @param outlook what
   */
  public void publish(Outlook outlook) {
    latest.set(Optional.of(outlook));
  }

  /** Returns the newest; empty before the role server has started. */
  public Optional<Outlook> latest() {
    return Objects.requireNonNull(latest.get(), "latest");
  }
}
