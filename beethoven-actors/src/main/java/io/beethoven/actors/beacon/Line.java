package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.model.Incarnation;
import java.util.Optional;
import java.util.OptionalLong;

/** A lasting connection with a peer. */
final class Line {

  private final LineOpened opened;
  private final Incarnation peer;
  private OptionalLong ticket = OptionalLong.empty();
  private boolean ticketIssued;
  private boolean armed;

  private Line(LineOpened opened, Incarnation peer) {
    this.opened = opened;
    this.peer = peer;
  }

  static Line talk(long id, boolean inbound, Hello theirs, boolean addressesAgree) {
    return new Line(
        new LineOpened(id, Kind.TALK, inbound, Optional.of(theirs), addressesAgree), theirs.node());
  }

  static Line life(long id, boolean inbound, Incarnation peer) {
    return new Line(new LineOpened(id, Kind.LIFE, inbound, Optional.empty(), true), peer);
  }

  long id() {
    return opened.line();
  }

  Kind kind() {
    return opened.kind();
  }

  Incarnation peer() {
    return peer;
  }

  /** Returns what its owner is told when it stands. */
  LineOpened opened() {
    return opened;
  }

  /** Tells whether this side owes the peer a ticket for a life-line. */
  boolean owesTicket() {
    return opened.kind() == Kind.TALK && opened.inbound() && !ticketIssued;
  }

  void issue(long drawn) {
    ticket = OptionalLong.of(drawn);
    ticketIssued = true;
  }

  /** Uses the ticket up, if it is the one that was issued here. */
  boolean redeem(long shown) {
    if (ticket.isPresent() && ticket.getAsLong() == shown) {
      ticket = OptionalLong.empty();
      return true;
    }
    return false;
  }

  /** Tells whether the peer may say this now. */
  boolean admits(BeaconMessage message) {
    if (opened.kind() == Kind.TALK) {
      return message instanceof Votes
          || message instanceof Goodbye
          || (message instanceof LifeTicket && !opened.inbound());
    }
    boolean first = message instanceof Armed && !armed;
    armed = true;
    return first;
  }
}
