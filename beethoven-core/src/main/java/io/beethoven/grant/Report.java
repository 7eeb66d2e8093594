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
 * @param session rises whenever the node drops everything at once, and whenever it gets its lease
 *     back; orders for another one are refused
 * @param version rises with each report of this life of the node; of two reports the higher holds
 * @param standing whether it takes roles
 * @param held its rights, sorted by slot
 * @param reserved its reservations, sorted by slot
 * @param released what it gave up lately because it failed, at most one entry per role
 * @param creditedBy the voters that gave it credit since it joined
 * @param shared what the allocator takes over first
 */
public record Report(
    Incarnation node,
    Epoch promised,
    long session,
    long version,
    Standing standing,
    List<Held> held,
    List<Reserved> reserved,
    List<Released> released,
    List<Incarnation> creditedBy,
    Shared shared) {

  /** Copies the lists. */
  public Report {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(promised, "promised");
    Objects.requireNonNull(standing, "standing");
    Objects.requireNonNull(shared, "shared");
    held = List.copyOf(held);
    reserved = List.copyOf(reserved);
    released = List.copyOf(released);
    creditedBy = List.copyOf(creditedBy);
  }

  /** Whether a node takes roles. */
  public enum Standing {
    /** It takes roles. */
    OPEN,
    /** It has no lease at present and holds nothing. */
    WITHOUT_LEASE,
    /** It is about to join a cluster and takes no roles. */
    CLOSED,
    /** It is leaving and wants its roles taken over. */
    LEAVING
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

    /** Checks the parts. */
    public Held {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(state, "state");
    }
  }

  /**
   * A reservation.
   *
   * @param slot which slot
   * @param token the token of the right that it becomes
   * @param condition the nodes that all have to be dead first
   */
  public record Reserved(Slot slot, Token token, List<Incarnation> condition) {

    /** Copies the list. */
    public Reserved {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      condition = List.copyOf(condition);
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

    /** Checks the parts. */
    public Released {
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
