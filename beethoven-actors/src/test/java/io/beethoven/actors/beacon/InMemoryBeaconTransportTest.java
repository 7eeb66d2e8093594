package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.actors.beacon.ProbeOutcome.Refused;
import io.beethoven.actors.beacon.ProbeOutcome.Silent;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconMessage.Armed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryBeaconTransportTest extends BeaconTransportConformance {

  private final InMemoryNetwork network = new InMemoryNetwork();

  @Override
  BeaconTransport bind(BeaconSettings settings) {
    return network.bind(settings);
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  private static InMemoryBeaconTransport of(Beacon beacon) {
    return (InMemoryBeaconTransport) beacon.transport;
  }

  @Test
  void shouldEndWithFinAndRefuseWhenKilled() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);

    network.kill(of(b));

    a.probe.expect(new Closed(connection.here(), Ending.FIN));
    assertThat(a.probe.expectFailure(a.transport.dial(b.at(), LONG, LONG)))
        .isEqualTo(new Refused());
    b.probe.expectNothing();
  }

  @Test
  void shouldLoseEverythingWhenSilenced() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    Connection connection = connect(a, b);

    network.silence("127.0.0.3");
    a.transport.send(connection.here(), new Armed());
    network.kill(of(b));

    a.probe.expectNothing();
    b.probe.expectNothing();
    assertThat(a.probe.expectFailure(a.transport.dial(b.at(), SHORT, SHORT)))
        .isEqualTo(new Silent());
  }

  @Test
  void shouldAcceptAndSayNothingWhenFrozenAndGoOnWhenThawed() throws InterruptedException {
    Beacon a = beacon("127.0.0.2");
    Beacon b = beacon("127.0.0.3");
    network.freeze(of(b));

    long id = a.transport.dial(b.at(), LONG, LONG);
    a.probe.expectConnected(id);
    a.transport.send(id, new Armed());
    b.probe.expectNothing();
    network.thaw(of(b));

    b.probe.expectMessage(b.probe.expectAccepted(), new Armed());
  }

  @Test
  void shouldRefuseToBindWhenTheAddressIsTaken() {
    Beacon a = beacon("127.0.0.2");
    BeaconSettings same = new BeaconSettings(a.at(), 8, 4, LONG, SHORT);

    assertThatThrownBy(() -> network.bind(same)).isInstanceOf(BeaconBindException.class);
  }
}
