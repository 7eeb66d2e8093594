package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.List;
import java.util.Objects;

/**
 * What an allocator tells a node. Orders may be lost, delayed, reordered and repeated; each is
 * idempotent. {@link Rights} says how they are obeyed.
 */
public sealed interface Order {

  /** Returns the reign of the allocator that sends it. */
  Epoch epoch();

  /**
   * Asks the node to promise that it obeys no lower epoch, and to report what it holds.
   *
   * @param epoch the reign
   * @param reign drawn by the allocator at the start of its reign, so that two allocators that
   *     chose the same epoch are told apart
   * @param round rises with each question of a reign; the promise repeats it
   */
  record Prepare(Epoch epoch, long reign, long round) implements Order {

    /** Creates an order. */
    public Prepare {
      Objects.requireNonNull(epoch, "epoch");
    }
  }

  /**
   * Gives the node the right to run an instance; on a slot that it holds, a higher token replaces
   * the one that it has.
   *
   * @param epoch the reign
   * @param session the node's session for which it is meant
   * @param slot which slot
   * @param token its fencing token
   * @param spec the definition by which it runs
   */
  record Grant(Epoch epoch, long session, Slot slot, Token token, RoleSpec spec) implements Order {

    /** Creates an order. */
    public Grant {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(spec, "spec");
    }
  }

  /**
   * Takes a right away. Answered only when the instance really has stopped.
   *
   * @param epoch the reign
   * @param session the node's session for which it is meant
   * @param slot which slot
   * @param token the highest token to be taken away
   */
  record Revoke(Epoch epoch, long session, Slot slot, Token token) implements Order {

    /** Creates an order. */
    public Revoke {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * Tells the node which of its own definitions are not the ones that hold.
   *
   * @param epoch the reign
   * @param differences what differs; the whole of it, not only what is new
   */
  record Differ(Epoch epoch, List<Difference> differences) implements Order {

    /** Copies the list. */
    public Differ {
      Objects.requireNonNull(epoch, "epoch");
      differences = List.copyOf(differences);
    }
  }

  /**
   * A definition that is not the one that holds.
   *
   * @param role which role
   * @param text what differs, key by key, for people
   */
  record Difference(RoleName role, String text) {

    /** Creates a difference. */
    public Difference {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(text, "text");
    }
  }
}
