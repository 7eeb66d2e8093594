package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.LineEvent.Cause;
import io.beethoven.actors.beacon.LineEvent.DialFailed;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.discovery.Allowance;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.FrameDecoder;
import io.beethoven.discovery.FrameDecoder.Decoded;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a node and who owns them; {@link BeaconServer}'s state.
 *
 * <p>A peer has at most one talk line and one life-line: a newer one replaces the older, since only
 * a peer that lost its end dials again. A talk line of a peer that nobody owns yet is held unread.
 */
final class Lines {

  private static final Logger LOG = LoggerFactory.getLogger(Lines.class);

  private final BeaconTransport transport;
  private final LongSupplier tickets;
  private final Allowance telling = new Allowance(10, Duration.ofSeconds(10));
  private final Map<Long, Line> lines = new HashMap<>();
  private final Map<Incarnation, ActorRef<LineEvent>> owners = new HashMap<>();

  Lines(BeaconTransport transport, LongSupplier tickets) {
    this.transport = transport;
    this.tickets = tickets;
  }

  boolean isOwned(Incarnation peer) {
    return owners.containsKey(peer);
  }

  boolean owns(ActorRef<?> owner) {
    return owners.containsValue(owner);
  }

  List<Incarnation> peersOf(ActorRef<?> owner) {
    return owners.entrySet().stream()
        .filter(entry -> entry.getValue().equals(owner))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  Optional<Line> line(long id) {
    return Optional.ofNullable(lines.get(id));
  }

  /** Returns the ids of all talk lines, owned or held. */
  List<Long> talkLines() {
    return lines.values().stream()
        .filter(line -> line.kind() == Kind.TALK)
        .map(Line::id)
        .sorted()
        .toList();
  }

  long heldLines() {
    return lines.values().stream().filter(line -> !isOwned(line.peer())).count();
  }

  /** Names a peer's owner, who is told of its lines; returns the one before. */
  Optional<ActorRef<LineEvent>> own(Incarnation peer, ActorRef<LineEvent> owner) {
    ActorRef<LineEvent> before = owners.put(peer, owner);
    if (!owner.equals(before)) {
      linesOf(peer).forEach(this::present);
    }
    return Optional.ofNullable(before);
  }

  /** Gives a peer up; its former owner hears nothing more. */
  Optional<ActorRef<LineEvent>> release(Incarnation peer) {
    for (Line line : linesOf(peer)) {
      lines.remove(line.id());
      transport.close(line.id());
    }
    return Optional.ofNullable(owners.remove(peer));
  }

  private List<Line> linesOf(Incarnation peer) {
    return lines.values().stream().filter(line -> line.peer().equals(peer)).toList();
  }

  /** Takes a new line in, which the caller has kept or held. */
  void add(Line line) {
    for (Line older : linesOf(line.peer())) {
      if (older.kind() == line.kind()) {
        lines.remove(older.id());
        transport.close(older.id());
        tellOwner(line.peer(), new LineClosed(older.id(), older.kind(), Cause.CLOSED_HERE));
      }
    }
    lines.put(line.id(), line);
    if (isOwned(line.peer())) {
      present(line);
    }
  }

  private void present(Line line) {
    transport.keep(line.id());
    tellOwner(line.peer(), line.opened());
    if (line.owesTicket()) {
      long ticket = tickets.getAsLong();
      line.issue(ticket);
      transport.send(line.id(), new LifeTicket(ticket));
    }
  }

  /**
   * Uses up the ticket that opens a life-line; false if none was issued to this peer, or another
   * one.
   */
  boolean redeem(LifeOpen open) {
    return linesOf(open.node()).stream().anyMatch(line -> line.redeem(open.ticket()));
  }

  void onReceived(Line line, FrameDecoder.Result frame) {
    if (frame instanceof Decoded decoded && line.admits(decoded.message())) {
      tellOwner(line.peer(), new LineReceived(line.id(), decoded.message()));
    } else {
      tellOfBreach(frame.getClass().getSimpleName(), line.peer(), line.kind());
      transport.close(line.id());
    }
  }

  /** Logs a breach, but not as often as strangers may like. */
  void tellOfBreach(String what, Incarnation peer, Kind kind) {
    if (telling.take(Instant.now())) {
      LOG.warn("beacon: line closed after a breach; peer={} kind={} breach={}", peer, kind, what);
    }
  }

  void onClosed(Line line, Ending ending) {
    lines.remove(line.id());
    Cause cause =
        switch (ending) {
          case FIN -> Cause.FIN;
          case BROKEN -> Cause.BROKEN;
          case TIMED_OUT, CLOSED_HERE -> Cause.CLOSED_HERE;
        };
    tellOwner(line.peer(), new LineClosed(line.id(), line.kind(), cause));
  }

  void dialFailed(Incarnation peer, Kind kind, ProbeOutcome outcome) {
    tellOwner(peer, new DialFailed(kind, outcome));
  }

  private void tellOwner(Incarnation peer, LineEvent event) {
    ActorRef<LineEvent> owner = owners.get(peer);
    if (owner != null) {
      owner.tell(event);
    }
  }
}
