package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.beacon.TransportEvent.Stopped;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;

/** A beacon on an {@link InMemoryNetwork}. */
final class InMemoryBeaconTransport implements BeaconTransport {

  private final InMemoryNetwork network;
  private final BeaconSettings settings;
  private final Endpoint local;
  private final Endpoint closedPort;
  private final Map<Long, InMemoryConnection> connections = new LinkedHashMap<>();
  private final List<Runnable> missed = new ArrayList<>();
  private Listener listener = event -> {};
  private boolean asleep;
  private boolean failed;
  private boolean dead;

  InMemoryBeaconTransport(InMemoryNetwork network, BeaconSettings settings, Endpoint local) {
    this.network = network;
    this.settings = settings;
    this.local = local;
    this.closedPort = new Endpoint(local.host(), network.newPort());
  }

  InMemoryNetwork network() {
    return network;
  }

  Duration frameTimeout() {
    return settings.frameTimeout();
  }

  ScheduledFuture<?> later(Duration delay, Runnable task) {
    return network.later(delay, () -> whenAwake(task));
  }

  /** Runs what the process would do, now or when it goes on. */
  void whenAwake(Runnable task) {
    if (asleep) {
      missed.add(task);
    } else if (!dead) {
      task.run();
    }
  }

  void tell(TransportEvent event) {
    if (!dead) {
      listener.onEvent(event);
    }
  }

  void add(InMemoryConnection connection) {
    connections.put(connection.id(), connection);
  }

  void remove(InMemoryConnection connection) {
    connections.remove(connection.id());
  }

  boolean admits(String host) {
    long accepted = connections.values().stream().filter(InMemoryConnection::isInbound).count();
    long strangers =
        connections.values().stream().filter(each -> each.isStrangerFrom(host)).count();
    return accepted < settings.maxConnections() && strangers < settings.maxConnectionsPerAddress();
  }

  void freeze() {
    asleep = true;
  }

  void thaw() {
    asleep = false;
    List<Runnable> tasks = List.copyOf(missed);
    missed.clear();
    tasks.forEach(this::whenAwake);
  }

  void die() {
    dead = true;
    connections.values().forEach(InMemoryConnection::die);
    connections.clear();
  }

  @Override
  public Endpoint local() {
    return local;
  }

  @Override
  public Endpoint closedPort() {
    return closedPort;
  }

  @Override
  public void start(Listener told) {
    network.run(() -> listener = told);
  }

  @Override
  public long dial(Endpoint target, Duration connectTimeout, Duration frameTimeout) {
    long id = network.newId();
    order(() -> network.dial(this, id, target, connectTimeout, frameTimeout));
    return id;
  }

  private void order(Runnable order) {
    network.run(() -> whenAwake(order));
  }

  private void with(long id, Consumer<InMemoryConnection> work) {
    order(
        () -> {
          InMemoryConnection connection = connections.get(id);
          if (connection != null) {
            work.accept(connection);
          }
        });
  }

  @Override
  public void send(long connection, BeaconMessage message) {
    byte[] frame = BeaconCodec.encode(message);
    with(connection, each -> each.send(frame));
  }

  @Override
  public void hold(long connection) {
    with(connection, InMemoryConnection::hold);
  }

  @Override
  public void keep(long connection) {
    with(connection, InMemoryConnection::keep);
  }

  @Override
  public void close(long connection) {
    with(connection, each -> each.end(Ending.CLOSED_HERE));
  }

  @Override
  public void finish(long connection) {
    with(connection, InMemoryConnection::finish);
  }

  @Override
  public void abandon(String reason) {
    order(
        () -> {
          failed = true;
          asleep = true;
          tell(new LoopFailed(reason));
        });
  }

  @Override
  public void stop() {
    network.run(
        () -> {
          if (failed) {
            missed.clear();
            asleep = false;
          }
          whenAwake(this::stopNow);
        });
  }

  private void stopNow() {
    network.unbind(this);
    List.copyOf(connections.values()).forEach(each -> each.end(Ending.CLOSED_HERE));
    tell(new Stopped());
    dead = true;
  }
}
