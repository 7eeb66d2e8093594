package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.BeaconTransport.Listener;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.DialFailed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.FrameDecoder.Decoded;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that keeps events until a test asks for them. Every wait is bounded. */
final class TransportProbe implements Listener {

  private static final long PATIENCE_MILLIS = 5_000;
  private static final long QUIET_MILLIS = 60;

  private final BlockingQueue<TransportEvent> events = new LinkedBlockingQueue<>();

  @Override
  public void onEvent(TransportEvent event) {
    events.add(event);
  }

  <E extends TransportEvent> E expect(Class<E> type) throws InterruptedException {
    TransportEvent event = events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(event).isInstanceOf(type);
    return type.cast(event);
  }

  void expect(TransportEvent expected) throws InterruptedException {
    assertThat(events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(expected);
  }

  long expectAccepted() throws InterruptedException {
    return expect(Accepted.class).connection();
  }

  void expectMessage(long connection, BeaconMessage message) throws InterruptedException {
    expect(new Received(connection, new Decoded(message)));
  }

  void expectNothing() throws InterruptedException {
    assertThat(Optional.ofNullable(events.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS))).isEmpty();
  }

  /** Returns the outcome of an attempt that must fail. */
  ProbeOutcome expectFailure(long connection) throws InterruptedException {
    DialFailed failed = expect(DialFailed.class);
    assertThat(failed.connection()).isEqualTo(connection);
    return failed.outcome();
  }

  Connected expectConnected(long connection) throws InterruptedException {
    Connected connected = expect(Connected.class);
    assertThat(connected.connection()).isEqualTo(connection);
    return connected;
  }

  TransportEvent.Ending expectClosed(long connection) throws InterruptedException {
    Closed closed = expect(Closed.class);
    assertThat(closed.connection()).isEqualTo(connection);
    return closed.ending();
  }
}
