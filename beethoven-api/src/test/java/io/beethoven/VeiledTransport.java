package io.beethoven;

import io.beethoven.actors.beacon.BeaconTransport;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import java.time.Duration;
import java.util.function.Predicate;

/** A beacon's sockets from which some addresses are hidden: whoever dials them is refused. */
final class VeiledTransport implements BeaconTransport {

  private final BeaconTransport transport;
  private final Predicate<Endpoint> hidden;

  VeiledTransport(BeaconTransport transport, Predicate<Endpoint> hidden) {
    this.transport = transport;
    this.hidden = hidden;
  }

  @Override
  public long dial(Endpoint target, Duration connectTimeout, Duration frameTimeout) {
    Endpoint reached = hidden.test(target) ? transport.closedPort() : target;
    return transport.dial(reached, connectTimeout, frameTimeout);
  }

  @Override
  public Endpoint local() {
    return transport.local();
  }

  @Override
  public Endpoint closedPort() {
    return transport.closedPort();
  }

  @Override
  public void start(Listener listener) {
    transport.start(listener);
  }

  @Override
  public void send(long connection, BeaconMessage message) {
    transport.send(connection, message);
  }

  @Override
  public void hold(long connection) {
    transport.hold(connection);
  }

  @Override
  public void keep(long connection) {
    transport.keep(connection);
  }

  @Override
  public void close(long connection) {
    transport.close(connection);
  }

  @Override
  public void finish(long connection) {
    transport.finish(connection);
  }

  @Override
  public void abandon(String reason) {
    transport.abandon(reason);
  }

  @Override
  public void stop() {
    transport.stop();
  }
}
