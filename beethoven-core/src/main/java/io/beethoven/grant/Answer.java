package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.Objects;

/** What a node tells an allocator. Answers may be lost, delayed, reordered and repeated. */
public sealed interface Answer {

  /** Returns the node that sends it. */
  Incarnation node();

  /**
   * The node promised the epoch that its report names.
   *
   * @param report what it holds
   * @param catalog what it knows
   * @param round the round of the question
   */
  record Promised(Report report, Catalog catalog, long round) implements Answer {

    /** Creates an answer. */
    public Promised {
      Objects.requireNonNull(report, "report");
      Objects.requireNonNull(catalog, "catalog");
    }

    @Override
    public Incarnation node() {
      return report.node();
    }
  }

  /**
   * What the node holds, after a change or an order or from time to time.
   *
   * @param report what it holds
   */
  record Reported(Report report) implements Answer {

    /** Creates an answer. */
    public Reported {
      Objects.requireNonNull(report, "report");
    }

    @Override
    public Incarnation node() {
      return report.node();
    }
  }

  /**
   * The node holds no right on a slot up to a token, and will never take one.
   *
   * @param node which node
   * @param slot which slot
   * @param token the highest token that it will refuse
   */
  record Stopped(Incarnation node, Slot slot, Token token) implements Answer {

    /** Creates an answer. */
    public Stopped {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * The node did not obey a grant and never will.
   *
   * @param node which node
   * @param slot which slot
   * @param token the token of the grant
   * @param reason why
   */
  record Refused(Incarnation node, Slot slot, Token token, Reason reason) implements Answer {

    /** Creates an answer. */
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

    /** Creates an answer. */
    public Nacked {
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(promised, "promised");
    }
  }

  /** Why a grant was not obeyed. */
  enum Reason {
    /** It was meant for another session. */
    SESSION,
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
