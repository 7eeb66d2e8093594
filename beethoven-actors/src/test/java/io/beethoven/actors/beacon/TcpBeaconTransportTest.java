package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.beacon.TransportEvent.Stopped;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TcpBeaconTransportTest extends BeaconTransportConformance {

  @Override
  BeaconTransport bind(BeaconSettings settings) {
    return TcpBeaconTransport.bind(settings);
  }

  @Test
  void shouldRefuseToBindWhenTheAddressIsTaken() {
    Beacon a = beacon("127.0.0.2");
    BeaconSettings same = new BeaconSettings(a.at(), 8, 4, LONG, SHORT);

    assertThatThrownBy(() -> TcpBeaconTransport.bind(same))
        .isInstanceOfSatisfying(
            BeaconBindException.class, e -> assertThat(e.endpoint()).isEqualTo(a.at()))
        .hasMessageStartingWith("beacon cannot listen at " + a.at());
  }

  @Test
  void shouldRefuseToBindWhenTheAddressIsNotOfThisHostOrNoAddress() {
    BeaconSettings foreign = new BeaconSettings(new Endpoint("192.0.2.1", 0), 8, 4, LONG, SHORT);
    BeaconSettings name = new BeaconSettings(new Endpoint("localhost", 0), 8, 4, LONG, SHORT);

    assertThatThrownBy(() -> TcpBeaconTransport.bind(foreign))
        .isInstanceOf(BeaconBindException.class);
    assertThatThrownBy(() -> TcpBeaconTransport.bind(name)).isInstanceOf(BeaconBindException.class);
  }

  @Test
  void shouldBindAgainAtOnceWhenTheFormerOneClosedItsConnectionsItself()
      throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);
    // Closing first leaves the connection lingering at this end.
    b.transport.stop();
    b.probe.expect(new Closed(connection.there(), Ending.CLOSED_HERE));
    b.probe.expect(new Stopped());
    a.probe.expect(new Closed(connection.here(), Ending.FIN));

    Beacon restarted = new Beacon(new BeaconSettings(b.at(), 8, 4, LONG, SHORT));

    connect(a, restarted);
  }

  @Test
  void shouldTellBrokenWhenThePeerResets() throws InterruptedException, IOException {
    Beacon b = beacon("127.0.0.3");
    RawPeer peer = RawPeer.dial("127.0.0.9", b.at());
    long id = b.probe.expectAccepted();

    peer.reset();

    assertThat(b.probe.expectClosed(id)).isEqualTo(Ending.BROKEN);
  }

  @Test
  void shouldDecodeWhenAFrameComesByteByByte() throws InterruptedException, IOException {
    Beacon b = beacon("127.0.0.3");
    try (RawPeer peer = RawPeer.dial("127.0.0.9", b.at())) {
      long id = b.probe.expectAccepted();
      for (byte each : BeaconCodec.encode(new LifeTicket(7))) {
        peer.sayBytes(each);
      }

      b.probe.expectMessage(id, new LifeTicket(7));
    }
  }

  @Test
  void shouldTimeOutWhenAFrameDripsIn() throws InterruptedException, IOException {
    Beacon b = new Beacon(settings("127.0.0.3", SHORT));
    try (RawPeer peer = RawPeer.dial("127.0.0.9", b.at())) {
      long id = b.probe.expectAccepted();
      b.transport.keep(id);
      peer.say(new Armed());
      b.probe.expectMessage(id, new Armed());
      peer.sayBytes((byte) 0xBE);

      assertThat(b.probe.expectClosed(id)).isEqualTo(Ending.TIMED_OUT);
      assertThat(peer.bytesUntilClosed()).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void shouldCloseHereWhenThePeerDoesNotRead() throws InterruptedException, IOException {
    Beacon b = beacon("127.0.0.3");
    Votes large =
        new Votes(
            Collections.nCopies(
                256, new Incarnation(new NodeId("h".repeat(BeaconCodec.MAX_HOST_BYTES), 1), 1)),
            Collections.nCopies(
                256, new Incarnation(new NodeId("h".repeat(BeaconCodec.MAX_HOST_BYTES), 1), 1)));
    try (RawPeer peer = RawPeer.dial("127.0.0.9", b.at())) {
      long id = b.probe.expectAccepted();
      b.transport.keep(id);
      for (int i = 0; i < 400; i++) {
        b.transport.send(id, large);
      }

      assertThat(b.probe.expectClosed(id)).isEqualTo(Ending.CLOSED_HERE);
      assertThat(peer.hear()).isEqualTo(large);
    }
  }

  @Test
  void shouldCloseHereWhenAPeerGoesOnTalkingAfterTheFinish()
      throws InterruptedException, IOException {
    Beacon b = beacon("127.0.0.3");
    try (RawPeer peer = RawPeer.dial("127.0.0.9", b.at())) {
      long id = b.probe.expectAccepted();
      b.transport.send(id, new Armed());
      b.transport.finish(id);
      assertThat(peer.hear()).isEqualTo(new Armed());
      assertThat(peer.bytesUntilClosed()).as("the beacon has finished").isZero();

      peer.sayBytes(new byte[TcpConnection.MAX_DISCARDED_BYTES + 1]);

      assertThat(b.probe.expectClosed(id)).isEqualTo(Ending.CLOSED_HERE);
    }
  }

  @Test
  void shouldGoOnWhenItsThreadIsInterrupted() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    AtomicReference<Thread> thread = new AtomicReference<>();
    TransportProbe probe = new TransportProbe();
    BeaconTransport b = TcpBeaconTransport.bind(settings("127.0.0.3", LONG));
    b.start(
        event -> {
          thread.set(Thread.currentThread());
          probe.onEvent(event);
        });
    long here = a.transport.dial(b.local(), LONG, LONG);
    a.probe.expectConnected(here);
    long there = probe.expectAccepted();

    for (int i = 0; i < 3; i++) {
      thread.get().interrupt();
      b.send(there, new Armed());
      a.probe.expectMessage(here, new Armed());
    }

    long again = a.transport.dial(b.local(), LONG, LONG);
    a.probe.expectConnected(again);
    probe.expectAccepted();
    b.stop();
  }

  @Test
  void shouldCloseOneConnectionOnlyWhenHandlingItFails() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    TransportProbe probe = new TransportProbe();
    BeaconTransport b = TcpBeaconTransport.bind(settings("127.0.0.3", LONG));
    b.start(
        event -> {
          if (event instanceof Received) {
            throw new IllegalStateException("a defect in a listener");
          }
          probe.onEvent(event);
        });
    long first = a.transport.dial(b.local(), LONG, LONG);
    a.probe.expectConnected(first);
    long firstThere = probe.expectAccepted();
    long second = a.transport.dial(b.local(), LONG, LONG);
    a.probe.expectConnected(second);
    long secondThere = probe.expectAccepted();

    a.transport.send(first, new Armed());

    probe.expect(new Closed(firstThere, Ending.CLOSED_HERE));
    a.probe.expect(new Closed(first, Ending.FIN));
    b.send(secondThere, new Armed());
    a.probe.expectMessage(second, new Armed());
    b.stop();
  }

  @Test
  void shouldKeepEverySocketOpenWhenTheLoopDies() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    AtomicReference<Thread> thread = new AtomicReference<>();
    TransportProbe probe = new TransportProbe();
    BeaconTransport b = TcpBeaconTransport.bind(settings("127.0.0.3", LONG));
    b.start(
        event -> {
          thread.set(Thread.currentThread());
          if (event instanceof Received) {
            throw new AssertionError("as if memory had run out");
          }
          probe.onEvent(event);
        });
    long first = a.transport.dial(b.local(), LONG, LONG);
    a.probe.expectConnected(first);
    long firstThere = probe.expectAccepted();

    a.transport.send(first, new Armed());

    assertThat(probe.expect(LoopFailed.class).reason()).contains("as if memory had run out");
    thread.get().interrupt();
    System.gc();
    a.probe.expectNothing();
    a.transport.close(first);
    a.probe.expect(new Closed(first, Ending.CLOSED_HERE));
    long mute = a.transport.dial(b.local(), LONG, SHORT);
    a.probe.expectConnected(mute);
    assertThat(a.probe.expectClosed(mute)).isEqualTo(Ending.TIMED_OUT);
    b.stop();
    probe.expect(new Closed(firstThere, Ending.CLOSED_HERE));
    probe.expect(new Stopped());
  }

  @Test
  void shouldFreeTheAddressWhenStoppedBeforeItStarted() {
    BeaconTransport never = TcpBeaconTransport.bind(settings("127.0.0.3", LONG));
    never.stop();

    BeaconTransport next =
        TcpBeaconTransport.bind(new BeaconSettings(never.local(), 8, 4, LONG, SHORT));

    assertThat(next.local()).isEqualTo(never.local());
    next.stop();
  }
}
