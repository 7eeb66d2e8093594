package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What a node tells an allocator. Answers may be lost, delayed, reordered and repeated. */
public sealed interface Answer {

  /** Returns the node that sends it. */
  Incarnation node();

  /**
   * The node promised the epoch that its report names.
   *
   * @param report what it holds
   * @param testimony what it knows
   * @param round the round of the question
   */
  record Promised(Report report, Testimony testimony, long round) implements Answer {

    /** Checks the parts. */
    public Promised {
      Objects.requireNonNull(report, "report");
      Objects.requireNonNull(testimony, "testimony");
    }

    @Override
    public Incarnation node() {
      return report.node();
    }
  }

  /**
   * What a new allocator has to know besides what the node holds.
   *
   * @param catalog the roles that it can run and defines
   * @param edits the edited definitions that it stored
   * @param named every node that it ever gave credit to or heard of, and does not hold for dead
   * @param foreign the highest epoch that it obeyed before it came to this cluster
   * @param leaseTerm how long it counts a credit
   * @param longestLease the longest term that it or a former life of it gave credit for
   */
  record Testimony(
      Catalog catalog,
      Edits edits,
      List<Incarnation> named,
      Epoch foreign,
      Duration leaseTerm,
      Duration longestLease) {

    /** Copies the list. */
    public Testimony {
      Objects.requireNonNull(catalog, "catalog");
      Objects.requireNonNull(edits, "edits");
      Objects.requireNonNull(foreign, "foreign");
      Objects.requireNonNull(leaseTerm, "leaseTerm");
      Objects.requireNonNull(longestLease, "longestLease");
      named = List.copyOf(named);
    }
  }

  /**
   * What the node holds, after a change or an order or from time to time.
   *
   * @param report what it holds
   */
  record Reported(Report report) implements Answer {

    /** Checks the parts. */
    public Reported {
      Objects.requireNonNull(report, "report");
    }

    @Override
    public Incarnation node() {
      return report.node();
    }
  }

  /**
   * The node lives; said at each request for credit.
   *
   * @param node which node
   * @param promised the epoch below which it obeys nothing
   * @param version the version of its newest report, so that a lost one is noticed
   */
  record Alive(Incarnation node, Epoch promised, long version) implements Answer {

    /** Checks the parts. */
    public Alive {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(promised, "promised");
    }
  }

  /**
   * The node holds no right or reservation on a slot up to a token, and will never take one.
   *
   * @param node which node
   * @param slot which slot
   * @param token the highest token that it will refuse
   */
  record Stopped(Incarnation node, Slot slot, Token token) implements Answer {

    /** Checks the parts. */
    public Stopped {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * The node did not obey a grant or a reservation and never will.
   *
   * @param node which node
   * @param slot which slot
   * @param token the token of the order
   * @param reason why
   */
  record Refused(Incarnation node, Slot slot, Token token, Reason reason) implements Answer {

    /** Checks the parts. */
    public Refused {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * The node promised a higher epoch, or the same epoch to another allocator.
   *
   * @param node which node
   * @param promised which epoch
   * @param reign the reign to which it was promised, see {@link Order.Prepare}
   */
  record Nacked(Incarnation node, Epoch promised, long reign) implements Answer {

    /** Checks the parts. */
    public Nacked {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(promised, "promised");
    }
  }

  /**
   * A voter gives a node no credit (4.3).
   *
   * @param node the voter
   * @param epoch the reign for which it blocks
   * @param blocked whom
   * @param attempt the attempt that is answered
   * @param round the round that is answered
   * @param leaseTerm how long the blocked node counts a credit, as far as the voter knows
   */
  record Blocked(
      Incarnation node,
      Epoch epoch,
      Incarnation blocked,
      long attempt,
      int round,
      Duration leaseTerm)
      implements Answer {

    /** Checks the parts. */
    public Blocked {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(epoch, "epoch");
      Objects.requireNonNull(blocked, "blocked");
      Objects.requireNonNull(leaseTerm, "leaseTerm");
    }
  }

  /**
   * The node stored a change of the voters that is on its way (3.4).
   *
   * @param node the node
   * @param voters what it stored
   */
  record VotersStored(Incarnation node, Voters voters) implements Answer {

    /** Checks the parts. */
    public VotersStored {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(voters, "voters");
    }
  }

  /**
   * The node stored edited definitions (4.6.8).
   *
   * @param node the node
   * @param epoch the reign of the edits
   * @param seq their number
   */
  record EditsStored(Incarnation node, Epoch epoch, long seq) implements Answer {

    /** Checks the parts. */
    public EditsStored {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(epoch, "epoch");
    }
  }

  /** Why a grant or a reservation was not obeyed. */
  enum Reason {
    /** It was meant for another session. */
    SESSION,
    /** The node has no lease. */
    LEASE,
    /** A token as high has been taken away already, or a higher one is held. */
    FLOOR,
    /** The node holds another slot of the role, or its former instance has not stopped yet. */
    HELD,
    /** The node takes no rights at present. */
    CLOSED,
    /** The node cannot run the role. */
    NO_IMPLEMENTATION
  }
}
