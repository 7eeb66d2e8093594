package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Refused;
import io.beethoven.actors.beacon.ProbeOutcome.Silent;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.DialFailed;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Endpoint;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A network within one JVM for any number of {@link InMemoryBeaconTransport}s, with hosts that are
 * silent, frozen or killed. All that happens on it happens on one thread.
 */
final class InMemoryNetwork implements AutoCloseable {

  private static final int FIRST_EPHEMERAL = 40_000;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "in-memory-network"));
  private final Map<Endpoint, InMemoryBeaconTransport> beacons = new HashMap<>();
  private final Set<String> silent = new HashSet<>();
  private long nextId;
  private int nextPort = FIRST_EPHEMERAL;

  /** Opens a beacon; refuses an address that is taken as the kernel does. */
  synchronized InMemoryBeaconTransport bind(BeaconSettings settings) {
    Endpoint wanted = settings.bind();
    Endpoint local = wanted.port() == 0 ? new Endpoint(wanted.host(), newPort()) : wanted;
    InMemoryBeaconTransport transport = new InMemoryBeaconTransport(this, settings, local);
    if (beacons.putIfAbsent(local, transport) != null) {
      throw new BeaconBindException(local, new java.net.BindException("taken"));
    }
    return transport;
  }

  synchronized long newId() {
    nextId++;
    return nextId;
  }

  synchronized int newPort() {
    nextPort++;
    return nextPort;
  }

  private synchronized InMemoryBeaconTransport at(Endpoint target) {
    return beacons.get(target);
  }

  synchronized void unbind(InMemoryBeaconTransport transport) {
    beacons.remove(transport.local(), transport);
  }

  /** Drops all that goes to a host or comes from it. */
  synchronized void silence(String host) {
    silent.add(host);
  }

  synchronized boolean isCut(Endpoint one, Endpoint other) {
    return silent.contains(one.host()) || silent.contains(other.host());
  }

  /** Ends a process: its peers see FIN, and its address refuses. */
  void kill(InMemoryBeaconTransport victim) {
    run(
        () -> {
          unbind(victim);
          victim.die();
        });
  }

  /** Stops a process, whose kernel goes on accepting. */
  void freeze(InMemoryBeaconTransport victim) {
    run(victim::freeze);
  }

  /** Lets it go on, with all that it missed. */
  void thaw(InMemoryBeaconTransport victim) {
    run(victim::thaw);
  }

  void run(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(task);
    }
  }

  ScheduledFuture<?> later(Duration delay, Runnable task) {
    return thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void dial(InMemoryBeaconTransport from, long id, Endpoint to, Duration connect, Duration frame) {
    try {
      SocketAddresses.of(to);
    } catch (UnknownHostException e) {
      from.tell(new DialFailed(id, new Failed(e.toString())));
      return;
    }
    if (isCut(from.local(), to)) {
      later(connect, () -> from.tell(new DialFailed(id, new Silent())));
      return;
    }
    InMemoryBeaconTransport target = at(to);
    if (target == null) {
      from.tell(new DialFailed(id, new Refused()));
      return;
    }
    Endpoint port = new Endpoint(from.local().host(), newPort());
    InMemoryConnection here = new InMemoryConnection(from, id, false, port, to);
    InMemoryConnection there = new InMemoryConnection(target, newId(), true, to, port);
    here.join(there);
    from.add(here);
    here.expectFrameWithin(frame);
    from.tell(new Connected(id, port, to));
    target.whenAwake(
        () -> {
          if (!target.admits(port.host())) {
            there.die();
            return;
          }
          target.add(there);
          there.expectFrameWithin(target.frameTimeout());
          target.tell(new Accepted(there.id(), to, port));
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
