package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Answers hellos, dials, and holds the lines to peers; owns the transport and so the beacon's
 * thread.
 *
 * <p>Spawned by the guardian before anything else, since the beacon is the node's life sign, and
 * stopped last.
 */
public final class BeaconServer {

  private BeaconServer() {}

  /** What it understands. */
  public sealed interface Command {}

  /**
   * Changes what this node says of itself in hellos. Every {@link PeerSeen} of a hello that was
   * answered with the older standing is sent before {@code replyTo} is told.
   *
   * @param standing the new standing
   * @param replyTo told when it is in force
   */
  public record Announce(Standing standing, ActorRef<Announced> replyTo) implements Command {}

  /**
   * The answer to {@link Announce}.
   *
   * @param standing the standing in force
   */
  public record Announced(Standing standing) {}

  /**
   * Dials an address, exchanges hellos, and closes.
   *
   * @param target where
   * @param connectTimeout how long to wait for the connection
   * @param helloTimeout how long to wait for the hello after that
   * @param replyTo told once
   */
  public record Probe(
      Endpoint target,
      Duration connectTimeout,
      Duration helloTimeout,
      ActorRef<ProbeResult> replyTo)
      implements Command {}

  /**
   * The answer to {@link Probe}.
   *
   * @param target what was dialled
   * @param outcome what came of it
   */
  public record ProbeResult(Endpoint target, ProbeOutcome outcome) {}

  /**
   * Names the actor that is told of every acceptable inbound hello.
   *
   * @param listener told, each time
   */
  public record Subscribe(ActorRef<PeerSeen> listener) implements Command {}

  /**
   * Somebody of this cluster said hello to this node.
   *
   * @param theirs what they said
   */
  public record PeerSeen(Hello theirs) {}

  /**
   * Makes an actor the owner of all lines with a peer, present and future. A talk line or life-line
   * of a peer without an owner is kept waiting for a few seconds, since two nodes do not learn of
   * each other in the same instant. Replaces an earlier owner. The owner's end releases the peer.
   *
   * @param peer which life of which node
   * @param owner told of everything on its lines
   */
  public record Own(Incarnation peer, ActorRef<LineEvent> owner) implements Command {}

  /**
   * Gives a peer up and closes its lines.
   *
   * @param peer which
   */
  public record Release(Incarnation peer) implements Command {}

  /**
   * Opens a talk line to an owned peer. The owner hears {@code LineOpened} or {@code DialFailed}.
   *
   * @param peer which; an answer by another incarnation counts as failed
   * @param target its beacon
   */
  public record DialTalk(Incarnation peer, Endpoint target) implements Command {}

  /**
   * Opens a life-line to an owned peer with a ticket that it issued. The owner hears {@code
   * LineOpened} or {@code DialFailed}.
   *
   * @param peer which
   * @param target its beacon
   * @param ticket what {@code LifeTicket} said
   */
  public record DialLife(Incarnation peer, Endpoint target, long ticket) implements Command {}

  /**
   * Sends a message on a line; nothing happens if the line is gone.
   *
   * @param line its id
   * @param message what
   */
  public record Send(long line, BeaconMessage message) implements Command {}

  /**
   * Closes a line. The owner hears {@code LineClosed} with {@code CLOSED_HERE}.
   *
   * @param line its id
   */
  public record CloseLine(long line) implements Command {}

  /**
   * Says goodbye on every talk line, waits until it is written or a short deadline passed, closes
   * everything, and stops.
   *
   * @param replyTo told when all sockets are closed
   */
  public record Shutdown(ActorRef<Done> replyTo) implements Command {}
}
