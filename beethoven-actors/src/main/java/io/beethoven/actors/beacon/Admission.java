package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.BeaconTransport.Listener;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Allowance;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose connections the beacon takes; belongs to the loop's thread.
 *
 * <p>A stranger is whoever connected and is not yet kept as a line. What it promises, most
 * important first:
 *
 * <ol>
 *   <li>No more connections are held than the settings allow, together and from one address; no
 *       more are taken in a second than {@value #RATE_FACTOR} times as many; none is taken while
 *       the listener is far behind. Nothing here outgrows these numbers.
 *   <li>Connections from one address keep no other address away, and those that say nothing keep
 *       nobody away for long, not even from their own address: where a bound is reached, a newcomer
 *       takes the place of the eldest stranger that has been idle for an eighth of the frame
 *       timeout. If there is none, the newcomer is turned away.
 * </ol>
 */
final class Admission {

  /** How many times the number of connections that may be held may be taken in a second. */
  static final int RATE_FACTOR = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int GRACE_PARTS = 8;

  private final BeaconSettings settings;
  private final Listener listener;
  private final long graceNanos;
  private final Set<TcpConnection> strangers = new LinkedHashSet<>();
  private final Map<InetAddress, Set<TcpConnection>> byAddress = new HashMap<>();
  private final Map<InetAddress, Integer> takenFrom = new HashMap<>();
  private final Allowance telling = new Allowance(1, Duration.ofMinutes(1));
  private int held;
  private int taken;
  private long secondNanos;
  private long turnedAway;

  Admission(BeaconSettings settings, Listener listener) {
    this.settings = settings;
    this.listener = listener;
    this.graceNanos = settings.frameTimeout().toNanos() / GRACE_PARTS;
    this.secondNanos = System.nanoTime();
  }

  /** What is to become of somebody who has just connected. */
  sealed interface Verdict {}

  /** It is taken, and another connection, if named, is closed for it. */
  record Take(Optional<TcpConnection> inPlaceOf) implements Verdict {}

  /** It is closed at once. */
  record TurnAway() implements Verdict {}

  /** Decides about a newcomer from an address. */
  Verdict decide(InetAddress from, long nowNanos) {
    if (nowNanos - secondNanos > SECOND_NANOS) {
      secondNanos = nowNanos;
      taken = 0;
      takenFrom.clear();
    }
    if (listener.isBehind()
        || taken >= RATE_FACTOR * settings.maxConnections()
        || takenFrom.getOrDefault(from, 0) >= RATE_FACTOR * settings.maxConnectionsPerAddress()) {
      return turnAway(from);
    }
    Set<TcpConnection> same = byAddress.getOrDefault(from, Set.of());
    boolean addressIsFull = same.size() >= settings.maxConnectionsPerAddress();
    if (!addressIsFull && held < settings.maxConnections()) {
      return new Take(Optional.empty());
    }
    Optional<TcpConnection> idle = eldestIdle(addressIsFull ? same : strangers, nowNanos);
    return idle.isPresent() ? new Take(idle) : turnAway(from);
  }

  private Optional<TcpConnection> eldestIdle(Set<TcpConnection> among, long nowNanos) {
    return among.stream()
        .takeWhile(each -> nowNanos - each.acceptedNanos > graceNanos)
        .filter(TcpConnection::isIdleStranger)
        .findFirst();
  }

  private Verdict turnAway(InetAddress from) {
    turnedAway++;
    if (telling.take(Instant.now())) {
      LOG.warn(
          "beacon: too many connections, newcomers are turned away (told once in a minute);"
              + " peer={} held={} turned-away={} beethoven.beacon.max-connections={}"
              + " max-connections-per-address={}",
          from,
          held,
          turnedAway,
          settings.maxConnections(),
          settings.maxConnectionsPerAddress());
    }
    return new TurnAway();
  }

  /** Counts a connection that was taken. */
  void taken(TcpConnection connection, long nowNanos) {
    connection.acceptedNanos = nowNanos;
    held++;
    taken++;
    takenFrom.merge(connection.peer, 1, Integer::sum);
    strangers.add(connection);
    byAddress.computeIfAbsent(connection.peer, address -> new LinkedHashSet<>()).add(connection);
  }

  /** Takes in that a connection has become a line. */
  void kept(TcpConnection connection) {
    if (strangers.remove(connection)) {
      byAddress.computeIfPresent(
          connection.peer,
          (address, same) -> {
            same.remove(connection);
            return same.isEmpty() ? null : same;
          });
    }
  }

  /** Takes in that an accepted connection is closed. */
  void closed(TcpConnection connection) {
    kept(connection);
    held--;
  }
}
