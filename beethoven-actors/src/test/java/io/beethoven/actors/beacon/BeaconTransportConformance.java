package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Refused;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.beacon.TransportEvent.Stopped;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder.Malformed;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link BeaconTransport} must do. */
abstract class BeaconTransportConformance {

  static final Duration LONG = Duration.ofSeconds(30);
  static final Duration SHORT = Duration.ofMillis(80);

  private static final Votes LARGE =
      new Votes(
          Collections.nCopies(200, new Incarnation(new NodeId("127.0.0.1", 25_520), 1)), List.of());

  private final List<BeaconTransport> opened = new ArrayList<>();

  /** Opens a transport that is bound and not started. */
  abstract BeaconTransport bind(BeaconSettings settings);

  @AfterEach
  void stopAll() {
    opened.forEach(BeaconTransport::stop);
  }

  static BeaconSettings settings(String host, Duration frameTimeout) {
    return new BeaconSettings(new Endpoint(host, 0), 8, 4, frameTimeout, SHORT);
  }

  /** A started transport and what it tells. */
  final class Beacon {
    final TransportProbe probe = new TransportProbe();
    final BeaconTransport transport;

    Beacon(BeaconSettings settings) {
      transport = bind(settings);
      opened.add(transport);
      transport.start(probe);
    }

    Endpoint at() {
      return transport.local();
    }
  }

  Beacon beacon(String host) {
    return new Beacon(settings(host, LONG));
  }

  /** A connection from one beacon to another. */
  record Connection(long here, long there) {}

  Connection connect(Beacon from, Beacon to) throws InterruptedException {
    long here = from.transport.dial(to.at(), LONG, LONG);
    from.probe.expectConnected(here);
    return new Connection(here, to.probe.expectAccepted());
  }

  @Test
  void shouldTellBothEndsTheirAddressesWhenDialled() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");

    long id = a.transport.dial(b.at(), LONG, LONG);

    Connected connected = a.probe.expectConnected(id);
    TransportEvent.Accepted accepted = b.probe.expect(TransportEvent.Accepted.class);
    assertThat(connected.local().host()).isEqualTo("127.0.0.2");
    assertThat(connected.remote()).isEqualTo(b.at());
    assertThat(accepted.local()).isEqualTo(b.at());
    assertThat(accepted.remote()).isEqualTo(connected.local());
  }

  @Test
  void shouldSayRefusedWhenNobodyListens() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    b.transport.stop();
    b.probe.expect(new Stopped());

    assertThat(a.probe.expectFailure(a.transport.dial(b.at(), LONG, LONG)))
        .isEqualTo(new Refused());
    assertThat(a.probe.expectFailure(a.transport.dial(a.transport.closedPort(), LONG, LONG)))
        .isEqualTo(new Refused());
  }

  @Test
  void shouldSayFailedWhenTheHostIsNoAddress() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");

    assertThat(a.probe.expectFailure(a.transport.dial(new Endpoint("localhost", 1), LONG, LONG)))
        .isInstanceOf(Failed.class);
  }

  @Test
  void shouldDeliverInOrderWhenManyAreSent() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);
    b.transport.keep(connection.there());
    // An echo shows that the order was carried out.
    b.transport.send(connection.there(), new Armed());
    a.probe.expectMessage(connection.here(), new Armed());

    for (int i = 0; i < 200; i++) {
      a.transport.send(connection.here(), new LifeTicket(i));
    }
    a.transport.send(connection.here(), new Armed());

    for (int i = 0; i < 200; i++) {
      b.probe.expectMessage(connection.there(), new LifeTicket(i));
    }
    b.probe.expectMessage(connection.there(), new Armed());
  }

  @Test
  void shouldTakeLongMessagesOnlyWhenKept() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection kept = connect(a, b);
    b.transport.keep(kept.there());
    // An echo shows that the order was carried out.
    b.transport.send(kept.there(), new Armed());
    a.probe.expectMessage(kept.here(), new Armed());
    Connection stranger = connect(a, b);

    a.transport.send(kept.here(), LARGE);
    b.probe.expectMessage(kept.there(), LARGE);
    a.transport.send(stranger.here(), LARGE);
    Received received = b.probe.expect(Received.class);
    assertThat(received.frame()).isInstanceOf(Malformed.class);
  }

  @Test
  void shouldThrowAtOnceWhenAMessageCannotBeEncoded() {
    Beacon a = beacon("127.0.0.2");
    Votes tooMany = new Votes(Collections.nCopies(257, LARGE.proved().get(0)), List.of());

    assertThatThrownBy(() -> a.transport.send(1, tooMany))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTellFinToThePeerWhenClosed() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);

    a.transport.close(connection.here());
    a.transport.close(connection.here());
    a.transport.send(connection.here(), new Armed());

    assertThat(a.probe.expectClosed(connection.here())).isEqualTo(Ending.CLOSED_HERE);
    assertThat(b.probe.expectClosed(connection.there())).isEqualTo(Ending.FIN);
    a.probe.expectNothing();
    b.probe.expectNothing();
  }

  @Test
  void shouldDeliverEverythingAndThenFinWhenFinished() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);

    a.transport.send(connection.here(), new Armed());
    a.transport.finish(connection.here());
    a.transport.send(connection.here(), new LifeTicket(1));

    b.probe.expectMessage(connection.there(), new Armed());
    assertThat(b.probe.expectClosed(connection.there())).isEqualTo(Ending.FIN);
    assertThat(a.probe.expectClosed(connection.here())).isEqualTo(Ending.FIN);
  }

  @Test
  void shouldCloseHereWhenThePeerDoesNotCloseAfterTheFinish() throws InterruptedException {
    Beacon a = new Beacon(settings("127.0.0.2", SHORT));
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);
    b.transport.hold(connection.there());
    b.transport.send(connection.there(), new Armed());
    a.probe.expectMessage(connection.here(), new Armed());

    a.transport.finish(connection.here());

    assertThat(a.probe.expectClosed(connection.here())).isEqualTo(Ending.CLOSED_HERE);
  }

  @Test
  void shouldTimeOutWhenAStrangerSaysNothing() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = new Beacon(settings("127.0.0.3", SHORT));
    Connection connection = connect(a, b);

    assertThat(b.probe.expectClosed(connection.there())).isEqualTo(Ending.TIMED_OUT);
    assertThat(a.probe.expectClosed(connection.here())).isEqualTo(Ending.FIN);
  }

  @Test
  void shouldTimeOutWhenThePeerDoesNotAnswer() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");

    long id = a.transport.dial(b.at(), LONG, SHORT);

    a.probe.expectConnected(id);
    assertThat(a.probe.expectClosed(id)).isEqualTo(Ending.TIMED_OUT);
  }

  @Test
  void shouldWaitForEverWhenKept() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = new Beacon(settings("127.0.0.3", SHORT));
    Connection connection = connect(a, b);
    b.transport.keep(connection.there());
    Connection stranger = connect(a, b);

    assertThat(b.probe.expectClosed(stranger.there())).isEqualTo(Ending.TIMED_OUT);
    a.probe.expect(new Closed(stranger.here(), Ending.FIN));
    b.transport.send(connection.there(), new Armed());
    a.probe.expectMessage(connection.here(), new Armed());
  }

  @Test
  void shouldReadNothingWhileHeld() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = new Beacon(settings("127.0.0.3", SHORT));
    Connection connection = connect(a, b);
    b.transport.hold(connection.there());
    b.transport.send(connection.there(), new Armed());
    a.probe.expectMessage(connection.here(), new Armed());

    a.transport.send(connection.here(), LARGE);
    a.transport.close(connection.here());
    b.probe.expectNothing();
    b.transport.keep(connection.there());

    b.probe.expectMessage(connection.there(), LARGE);
    assertThat(b.probe.expectClosed(connection.there())).isEqualTo(Ending.FIN);
  }

  @Test
  void shouldTurnAwayWhenAnAddressHasTooManyStrangers() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Beacon c = beacon("127.0.0.4");
    Connection first = connect(a, b);
    connect(a, b);
    connect(a, b);
    connect(a, b);

    long fifth = a.transport.dial(b.at(), LONG, LONG);

    a.probe.expectConnected(fifth);
    assertThat(a.probe.expectClosed(fifth)).isEqualTo(Ending.FIN);
    connect(c, b);
    b.transport.keep(first.there());
    b.transport.send(first.there(), new Armed());
    a.probe.expectMessage(first.here(), new Armed());
    connect(a, b);
  }

  @Test
  void shouldTurnAwayWhenThereAreTooManyConnectionsAndStillDial() throws InterruptedException {
    Beacon b = beacon("127.0.0.3");
    for (int i = 0; i < 8; i++) {
      connect(beacon("127.0.0." + (10 + i)), b);
    }
    Beacon last = beacon("127.0.0.20");

    long ninth = last.transport.dial(b.at(), LONG, LONG);

    last.probe.expectConnected(ninth);
    assertThat(last.probe.expectClosed(ninth)).isEqualTo(Ending.FIN);
    connect(b, last);
  }

  @Test
  void shouldCloseHereWhenAPeerFloodsIt() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);
    b.transport.keep(connection.there());

    for (int i = 0; i < 20_000; i++) {
      a.transport.send(connection.here(), new Armed());
    }

    TransportEvent event = b.probe.expect(TransportEvent.class);
    int received = 0;
    while (event instanceof Received) {
      received++;
      event = b.probe.expect(TransportEvent.class);
    }
    assertThat(event).isEqualTo(new Closed(connection.there(), Ending.CLOSED_HERE));
    assertThat(received).isLessThan(20_000);
  }

  @Test
  void shouldCloseEverythingAndSayStoppedLastWhenStopped() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection out = connect(a, b);
    Connection in = connect(b, a);

    a.transport.stop();
    a.transport.stop();

    assertThat(List.of(a.probe.expect(Closed.class), a.probe.expect(Closed.class)))
        .containsExactlyInAnyOrder(
            new Closed(out.here(), Ending.CLOSED_HERE), new Closed(in.there(), Ending.CLOSED_HERE));
    a.probe.expect(new Stopped());
    assertThat(List.of(b.probe.expect(Closed.class), b.probe.expect(Closed.class)))
        .containsExactlyInAnyOrder(
            new Closed(out.there(), Ending.FIN), new Closed(in.here(), Ending.FIN));
    a.probe.expectNothing();
  }

  @Test
  void shouldKeepEverySocketOpenWhenAbandonedUntilItIsStopped() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);

    b.transport.abandon("a defect");

    assertThat(b.probe.expect(LoopFailed.class).reason()).contains("a defect");
    a.probe.expectNothing();
    long mute = a.transport.dial(b.at(), LONG, SHORT);
    a.probe.expectConnected(mute);
    assertThat(a.probe.expectClosed(mute)).isEqualTo(Ending.TIMED_OUT);
    b.transport.stop();
    assertThat(a.probe.expectClosed(connection.here())).isEqualTo(Ending.FIN);
    b.probe.expect(new Closed(connection.there(), Ending.CLOSED_HERE));
    b.probe.expect(new Stopped());
  }
}
