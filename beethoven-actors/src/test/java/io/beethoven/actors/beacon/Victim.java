package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder.Decoded;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A beacon on TCP that others attack: it answers the first message of each connection, as {@link
 * BeaconServer} does, closes after nonsense, and counts.
 */
final class Victim implements BeaconTransport.Listener, AutoCloseable {

  static final String HOST = "127.0.0.3";

  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger received = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger mostOpen = new AtomicInteger();
  volatile boolean passive;
  volatile boolean behind;

  private final TcpBeaconTransport transport;

  Victim(int maxConnections, int perAddress, Duration frameTimeout) {
    transport =
        TcpBeaconTransport.bind(
            new BeaconSettings(
                new Endpoint(HOST, 0),
                maxConnections,
                perAddress,
                frameTimeout,
                Duration.ofMillis(100)));
    transport.start(this);
  }

  Endpoint at() {
    return transport.local();
  }

  RawPeer dialFrom(String host) throws IOException {
    return RawPeer.dial(host, at());
  }

  /** Tells whether somebody honest, who dials from an address, is answered. */
  boolean serves(String host) {
    try (RawPeer peer = dialFrom(host)) {
      peer.say(new LifeTicket(1));
      return peer.hear().equals(new Armed());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void onEvent(TransportEvent event) {
    if (event instanceof Accepted) {
      accepted.incrementAndGet();
      mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    } else if (event instanceof Closed) {
      open.decrementAndGet();
    } else if (event instanceof Received message) {
      received.incrementAndGet();
      if (!passive) {
        answer(message);
      }
    }
  }

  private void answer(Received message) {
    if (message.frame() instanceof Decoded) {
      transport.send(message.connection(), new Armed());
      transport.finish(message.connection());
    } else {
      transport.close(message.connection());
    }
  }

  @Override
  public boolean isBehind() {
    return behind;
  }

  @Override
  public void close() {
    transport.stop();
  }
}
