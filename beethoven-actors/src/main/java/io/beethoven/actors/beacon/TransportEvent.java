package io.beethoven.actors.beacon;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder;

/**
 * What a {@link BeaconTransport} tells its listener. Of one connection, in this order: {@link
 * Accepted}, or {@link Connected}, or else {@link DialFailed} and nothing more; any number of
 * {@link Received}; {@link Closed}, exactly once.
 */
public sealed interface TransportEvent {

  /** How a connection ended. */
  enum Ending {
    /** The peer closed its end: FIN. */
    FIN,
    /** The connection was reset or failed. */
    BROKEN,
    /** The peer took too long for its first frame, or to complete one. */
    TIMED_OUT,
    /** Closed by this side: on request, at the stop, or since a bound was exceeded. */
    CLOSED_HERE
  }

  /**
   * Somebody dialled this beacon.
   *
   * @param connection its id
   * @param local this end
   * @param remote the other end
   */
  record Accepted(long connection, Endpoint local, Endpoint remote) implements TransportEvent {}

  /**
   * An attempt to dial succeeded.
   *
   * @param connection its id
   * @param local this end
   * @param remote the other end
   */
  record Connected(long connection, Endpoint local, Endpoint remote) implements TransportEvent {}

  /**
   * An attempt to dial came to nothing.
   *
   * @param connection its id
   * @param outcome refused, silent or failed
   */
  record DialFailed(long connection, ProbeOutcome outcome) implements TransportEvent {}

  /**
   * A frame arrived, or bytes that are none.
   *
   * @param connection its id
   * @param frame what they say
   */
  record Received(long connection, FrameDecoder.Result frame) implements TransportEvent {}

  /**
   * A connection is gone.
   *
   * @param connection its id
   * @param ending how it ended
   */
  record Closed(long connection, Ending ending) implements TransportEvent {}

  /**
   * The transport can do nothing more, but keeps every socket open until it is stopped: a living
   * process must not look like a dead one. Only {@link Stopped} comes after it.
   *
   * @param reason for people
   */
  record LoopFailed(String reason) implements TransportEvent {}

  /** The transport has stopped and every socket is closed. Nothing comes after it. */
  record Stopped() implements TransportEvent {}
}
