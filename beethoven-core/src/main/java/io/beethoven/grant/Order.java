package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What an allocator tells a node (4.5). Orders may be lost, delayed, reordered and repeated; each
 * is idempotent. {@link Participant} says how they are obeyed.
 */
public sealed interface Order {

  /** Returns the reign of the allocator that sends it. */
  Epoch epoch();

  /** An order about one slot, meant for one session of its node. */
  sealed interface SlotOrder extends Order {

    /** Returns the node's session for which it is meant. */
    long session();

    /** Returns which slot. */
    Slot slot();

    /** Returns the token that is given, or the highest one that is taken away. */
    Token token();
  }

  /**
   * Asks the node to promise that it obeys no lower epoch, and to report what it holds.
   *
   * @param epoch the reign
   * @param reign drawn by the allocator at the start of its reign, so that two allocators that
   *     chose the same epoch are told apart
   * @param round rises with each question of a reign; the promise repeats it
   * @param shared what the node takes over first
   * @param named every node that the allocator ever heard of and does not hold for dead
   */
  record Prepare(Epoch epoch, long reign, long round, Shared shared, List<Incarnation> named)
      implements Order {

    /** Copies the list. */
    public Prepare {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(shared, "shared");
      named = List.copyOf(named);
    }
  }

  /**
   * Gives the node the right to run an instance; on a slot that it holds, a higher token replaces
   * the one that it has; on one that it has reserved, the right replaces the reservation.
   *
   * @param epoch the reign
   * @param session the node's session for which it is meant
   * @param slot which slot
   * @param token its fencing token
   * @param spec the definition by which it runs
   */
  record Grant(Epoch epoch, long session, Slot slot, Token token, RoleSpec spec)
      implements SlotOrder {

    /** Checks the parts. */
    public Grant {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(spec, "spec");
    }
  }

  /**
   * Lets the node run an instance once certain nodes are dead: its reservation becomes a right by
   * itself (4.4).
   *
   * @param epoch the reign
   * @param session the node's session for which it is meant
   * @param slot which slot
   * @param token its fencing token
   * @param condition the nodes that all have to be dead, not empty
   * @param spec the definition by which it will run
   */
  record Reserve(
      Epoch epoch, long session, Slot slot, Token token, List<Incarnation> condition, RoleSpec spec)
      implements SlotOrder {

    /** Copies the list. */
    public Reserve {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(spec, "spec");
      condition = List.copyOf(condition);
      if (condition.isEmpty()) {
        throw new IllegalArgumentException("the condition of a reservation must name a node");
      }
    }
  }

  /**
   * Takes a reservation away, unless it has become a right.
   *
   * @param epoch the reign
   * @param session the node's session for which it is meant
   * @param slot which slot
   * @param token the highest token to be taken away
   */
  record Withdraw(Epoch epoch, long session, Slot slot, Token token) implements SlotOrder {

    /** Checks the parts. */
    public Withdraw {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
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
  record Revoke(Epoch epoch, long session, Slot slot, Token token) implements SlotOrder {

    /** Checks the parts. */
    public Revoke {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * Asks a voter to give a node no more credit (4.3), or whether it still gives none.
   *
   * @param epoch the reign
   * @param node whom
   * @param attempt rises with each attempt of a reign to exclude a node, so that what belongs to a
   *     former one counts for nothing
   * @param round 1 to begin, 2 to ask whether the block stands
   * @param life after how long the voter drops the block by itself
   */
  record Block(Epoch epoch, Incarnation node, long attempt, int round, Duration life)
      implements Order {

    /** Checks the parts. */
    public Block {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(life, "life");
    }
  }

  /**
   * Lets a voter give a node credit again.
   *
   * @param epoch the reign
   * @param node whom
   * @param attempt the highest attempt that is over
   */
  record Unblock(Epoch epoch, Incarnation node, long attempt) implements Order {

    /** Checks the parts. */
    public Unblock {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(node, "node");
    }
  }

  /**
   * Stores a change of the voters that is on its way (3.4).
   *
   * @param epoch the reign
   * @param shared the voters and D
   * @param edits the edited definitions, so that a new voter has them
   * @param named every node that the allocator ever heard of and does not hold for dead
   */
  record StoreVoters(Epoch epoch, Shared shared, Edits edits, List<Incarnation> named)
      implements Order {

    /** Copies the list. */
    public StoreVoters {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(shared, "shared");
      Objects.requireNonNull(edits, "edits");
      named = List.copyOf(named);
    }

    Voters voters() {
      return shared.voters();
    }
  }

  /**
   * Stores edited definitions (4.6.8).
   *
   * @param epoch the reign
   * @param edits all of them
   */
  record StoreEdits(Epoch epoch, Edits edits) implements Order {

    /** Checks the parts. */
    public StoreEdits {
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(edits, "edits");
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

    /** Checks the parts. */
    public Difference {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(text, "text");
    }
  }
}
