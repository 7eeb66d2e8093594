package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.List;
import java.util.Objects;

/**
 * What a node holds at one moment, complete.
 *
 * @param node which life of which node
 * @param promised the epoch below which it obeys nothing
 * @param session rises whenever the node drops everything at once; orders for another one are
 *     refused
 * @param version rises with each report of this life of the node; of two reports the higher holds
 * @param accepting whether it takes rights at all
 * @param draining whether it is leaving and wants its rights revoked
 * @param held its rights, sorted by slot
 * @param released what it gave up lately because it failed, at most one entry per role
 */
public record Report(
    Incarnation node,
    Epoch promised,
    long session,
    long version,
    boolean accepting,
    boolean draining,
    List<Held> held,
    List<Released> released) {

  /** Creates a report. */
  public Report {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(promised, "promised");
    held = List.copyOf(held);
    released = List.copyOf(released);
  }

  /** How far an instance is. */
  public enum InstanceState {
    /** Not ready yet. */
    STARTING,
    /** Ready. */
    RUNNING,
    /** It failed and will be started again here. */
    RESTARTING,
    /**
     * A one-shot instance that has done its work; it keeps its slot, so that it is not run again.
     */
    COMPLETED,
    /** Being stopped. */
    STOPPING
  }

  /**
   * A right and its instance.
   *
   * @param slot which slot
   * @param token its fencing token
   * @param state how far the instance is
   */
  public record Held(Slot slot, Token token, InstanceState state) {

    /** Creates an entry. */
    public Held {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(state, "state");
    }
  }

  /**
   * A right that the node gave up because its instance failed too often.
   *
   * @param slot which slot
   * @param token the token that it had
   * @param reason the last failure, for people
   */
  public record Released(Slot slot, Token token, String reason) {

    /** Creates an entry. */
    public Released {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
