package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
import java.util.Optional;

/** What {@link BeaconServer} tells the owner of a peer's lines. A line's id is never used again. */
public sealed interface LineEvent {

  /** Which of the two connections to a peer. */
  enum Kind {
    /** Carries hellos, votes and goodbyes. */
    TALK,
    /** Silent once armed; its breaking is evidence. */
    LIFE
  }

  /** How a line ended. */
  enum Cause {
    /** The peer's end was closed: FIN. */
    FIN,
    /** The connection was reset or failed: RST, keepalive, any other I/O error. */
    BROKEN,
    /** Closed by this side: on request, after a deadline, or after a breach of the protocol. */
    CLOSED_HERE
  }

  /**
   * A line stands. For a talk line both hellos are exchanged; for a life-line the ticket was
   * accepted by, or sent to, the peer, and nobody has said {@code Armed} yet.
   *
   * @param line its id
   * @param kind which of the two
   * @param inbound whether the peer dialled
   * @param theirs the peer's hello, on a talk line
   * @param addressesAgree whether both ends see the same two socket addresses; on a life-line
   *     always true
   */
  record LineOpened(
      long line, Kind kind, boolean inbound, Optional<Hello> theirs, boolean addressesAgree)
      implements LineEvent {}

  /**
   * A message arrived.
   *
   * @param line on which line
   * @param message what
   */
  record LineReceived(long line, BeaconMessage message) implements LineEvent {}

  /**
   * A line is gone.
   *
   * @param line its id
   * @param kind which of the two
   * @param cause how it ended
   */
  record LineClosed(long line, Kind kind, Cause cause) implements LineEvent {}

  /**
   * A line could not be opened.
   *
   * @param kind which of the two
   * @param outcome what came of the attempt
   */
  record DialFailed(Kind kind, ProbeOutcome outcome) implements LineEvent {}
}
