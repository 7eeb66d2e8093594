package io.beethoven.grant;

import io.beethoven.grant.Order.Difference;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.List;
import java.util.Optional;

/** What the owner of a {@link Participant} has to do after a step, in the order given. */
public sealed interface ParticipantEffect {

  /**
   * Start an instance.
   *
   * @param slot in which slot
   * @param token its token
   * @param spec its definition
   * @param cause why
   */
  record Start(Slot slot, Token token, RoleSpec spec, Cause cause) implements ParticipantEffect {}

  /** Why an instance starts. */
  enum Cause {
    /** The allocator granted it. */
    GRANT,
    /** The node succeeds a dead one (4.4). */
    SUCCESSION
  }

  /**
   * Stop the instance in a slot, and say when it has stopped. Its right lasts until then.
   *
   * @param slot which slot
   */
  record Stop(Slot slot) implements ParticipantEffect {}

  /**
   * The right of an instance is gone for ever: let it know before anything else, stop it, and say
   * when it has stopped.
   *
   * @param slot which slot
   */
  record Forfeit(Slot slot) implements ParticipantEffect {}

  /**
   * The instance in a slot has another token from now on.
   *
   * @param slot which slot
   * @param token the new token
   */
  record Retoken(Slot slot, Token token) implements ParticipantEffect {}

  /**
   * The lease is another one: a right is valid only until it ends, whether or not anything is
   * handled by then.
   *
   * @param until when it ends by the node's clocks, both count; empty if there is none
   */
  record Lease(Optional<Moment> until) implements ParticipantEffect {}

  /**
   * Answer the sender of the order that was handled.
   *
   * @param answer what to say
   */
  record Reply(Answer answer) implements ParticipantEffect {}

  /**
   * Tell the allocator that was promised last, if there is one.
   *
   * @param answer what to say
   */
  record Tell(Answer answer) implements ParticipantEffect {}

  /**
   * Tell another node.
   *
   * @param to which
   * @param contact what to say
   */
  record Send(Incarnation to, Contact contact) implements ParticipantEffect {}

  /**
   * Tell every peer this node's votes, and repeat it until they are confirmed.
   *
   * @param proved whose death this node proved, the latest last
   * @param dead whom it holds for dead, the latest last
   */
  record TellVotes(List<Incarnation> proved, List<Incarnation> dead) implements ParticipantEffect {

    /** Copies the lists. */
    public TellVotes {
      proved = List.copyOf(proved);
      dead = List.copyOf(dead);
    }
  }

  /**
   * Nodes entered D.
   *
   * @param nodes which, sorted by address
   */
  record Dead(List<Incarnation> nodes) implements ParticipantEffect {

    /** Copies the list. */
    public Dead {
      nodes = List.copyOf(nodes);
    }
  }

  /** The other nodes hold this one for dead: it must end this life. Said once. */
  record HeldForDead() implements ParticipantEffect {}

  /**
   * Keep this over a restart, before anything that follows is done.
   *
   * @param state what
   */
  record Keep(Durable state) implements ParticipantEffect {}

  /** The allocator is silent: start one that stands in for it (4.6). */
  record StandIn() implements ParticipantEffect {}

  /**
   * Say in the log which of this node's definitions do not hold.
   *
   * @param differences what differs and was not said before
   */
  record Warn(List<Difference> differences) implements ParticipantEffect {

    /** Copies the list. */
    public Warn {
      differences = List.copyOf(differences);
    }
  }
}
