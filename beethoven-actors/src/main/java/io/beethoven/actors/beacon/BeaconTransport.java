package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import java.time.Duration;

/**
 * The beacon's sockets: a listener that is bound when the transport exists, and connections that
 * carry {@link BeaconMessage}s.
 *
 * <p>What every implementation keeps to, most important first:
 *
 * <ol>
 *   <li>Sockets are closed at the end of the process, by {@link #close}, {@link #finish} or {@link
 *       #stop}, and after a breach or a deadline; never by a failure of the transport itself, nor
 *       by an interrupt.
 *   <li>{@code FIN} is told only if the peer's end was really closed in order, and {@code Refused}
 *       only if the other host's kernel refused the connection.
 *   <li>What a stranger can make it hold is bounded: by number of accepted connections, all
 *       together and per address; by time, until the first frame and for each unfinished one; by
 *       bytes, inward and outward; by frames in a second, and until the connection is kept. While
 *       the listener {@linkplain Listener#isBehind is behind}, newcomers are turned away. It sends
 *       nothing by itself.
 *   <li>It reads whatever arrives at once, but for connections that are {@linkplain #hold held}, so
 *       that a dying process leaves nothing unread and the kernel sends FIN.
 *   <li>Trouble with one connection touches no other.
 *   <li>The listener hears {@link TransportEvent}s in the order it describes, on one thread of the
 *       transport.
 * </ol>
 *
 * <p>All methods can be called from any thread and return at once. An id that is unknown, or gone,
 * is ignored.
 */
public interface BeaconTransport {

  /**
   * Takes what the transport tells, on the transport's thread; must return at once and not throw.
   */
  @FunctionalInterface
  interface Listener {

    /**
     * Takes an event.
     *
     * @param event what happened
     */
    void onEvent(TransportEvent event);

    /**
     * Tells whether so many events are still to be dealt with that nobody new shall be taken.
     *
     * @return true if newcomers shall be turned away
     */
    default boolean isBehind() {
      return false;
    }
  }

  /**
   * Returns where the beacon listens.
   *
   * @return the address, with the real port
   */
  Endpoint local();

  /**
   * Returns an address of this host that refuses every connection as long as the transport is open:
   * taken, and nobody listens. Serves to try the path of a refused connection.
   *
   * @return the address
   */
  Endpoint closedPort();

  /**
   * Begins to accept. Called once.
   *
   * @param listener told of everything
   */
  void start(Listener listener);

  /**
   * Dials from the beacon's own address, unless that is a wildcard. The listener hears {@code
   * Connected} or {@code DialFailed}.
   *
   * @param target where; a host that is no IP address fails
   * @param connectTimeout how long to wait for the connection
   * @param frameTimeout how long to wait for the first frame after that, unless the connection is
   *     {@linkplain #keep kept}
   * @return the id of the connection to be
   */
  long dial(Endpoint target, Duration connectTimeout, Duration frameTimeout);

  /**
   * Sends a message, in the order of the calls. A peer that does not read costs a bounded number of
   * bytes and then its connection.
   *
   * @param connection on which connection
   * @param message what
   * @throws IllegalArgumentException if the message exceeds a bound of the codec
   */
  void send(long connection, BeaconMessage message);

  /**
   * Stops reading an accepted connection until it is {@linkplain #keep kept}; its end is not
   * noticed meanwhile. It still counts as a stranger's.
   *
   * @param connection which
   */
  void hold(long connection);

  /**
   * Makes a connection a line: no stranger's any more, no deadline for a first frame, messages of
   * any length, kernel keepalive.
   *
   * @param connection which
   */
  void keep(long connection);

  /**
   * Closes a connection at once, with whatever is not written yet. The listener hears {@code
   * Closed}.
   *
   * @param connection which
   */
  void close(long connection);

  /**
   * Writes what is queued, ends this direction, and waits for the peer to close too, for a bounded
   * time; ignores what comes meanwhile. The listener hears {@code Closed} with {@code FIN} only if
   * the peer closed, so that it has read everything.
   *
   * @param connection which
   */
  void finish(long connection);

  /**
   * Gives up without closing anything, as if the transport itself had failed.
   *
   * @param reason for people
   */
  void abandon(String reason);

  /**
   * Closes everything, also after a failure. The listener hears {@code Stopped} last. Idempotent.
   */
  void stop();
}
