package io.beethoven.actors.role;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Outlook;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What an allocator on this node has to know of the node, always as the role server left it after
 * its last step. Written by the role server alone, read by any thread.
 */
public final class OutlookHolder {

  /** Before the role server has started: no lease, so that an allocator waits. */
  private static final Outlook NOTHING =
      new Outlook(
          Voters.NONE, Set.of(), Optional.empty(), 0, Edits.NONE, List.of(), Map.of(), false);

  private final AtomicReference<Outlook> latest = new AtomicReference<>(NOTHING);

  /** Creates the holder of a node that knows nothing yet. */
  public OutlookHolder() {}

  /**
   * Puts the newest.
   *
   * @param outlook what
   */
  public void publish(Outlook outlook) {
    latest.set(outlook);
  }

  /** Returns the newest. */
  public Outlook latest() {
    return Objects.requireNonNull(latest.get(), "latest");
  }
}
