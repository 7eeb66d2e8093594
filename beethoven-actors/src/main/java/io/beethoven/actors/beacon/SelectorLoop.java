package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.BeaconTransport.Listener;
import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Refused;
import io.beethoven.actors.beacon.ProbeOutcome.Silent;
import io.beethoven.actors.beacon.TcpConnection.Waiting;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.DialFailed;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.beacon.TransportEvent.Stopped;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Allowance;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the beacon's thread does: waits for its sockets, its orders and its deadlines. Everything
 * but {@link #submit}, {@link #requestStop} and {@link #requestFailure} happens on that thread.
 */
final class SelectorLoop {

  private static final Logger LOG = LoggerFactory.getLogger(SelectorLoop.class);
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int READS_PER_TURN = 8;
  private static final int ACCEPTS_PER_TURN = 64;
  private static final int ORDERS_PER_TURN = 64;
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private final Selector selector;
  private final ServerSocketChannel server;
  private final SelectionKey serverKey;
  private final RefusedSignature refused;
  private final LongSupplier ids;
  private final Listener listener;

  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final Map<Long, TcpConnection> connections = new HashMap<>();
  private final Admission admission;
  private final Allowance tellingOfBreaches = new Allowance(10, Duration.ofSeconds(10));
  private final Allowance tellingOfFailures = new Allowance(1, Duration.ofMinutes(1));
  private final Deadlines deadlines = new Deadlines();
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private final long frameTimeoutNanos;

  private long acceptAgainNanos;
  private boolean acceptPaused;
  private volatile boolean stopRequested;
  private volatile @Nullable String failureRequested;

  SelectorLoop(
      BeaconSettings settings,
      ServerSocketChannel server,
      RefusedSignature refused,
      LongSupplier ids,
      Listener listener)
      throws IOException {
    this.server = server;
    this.refused = refused;
    this.ids = ids;
    this.listener = listener;
    this.frameTimeoutNanos = settings.frameTimeout().toNanos();
    this.admission = new Admission(settings, listener);
    this.selector = Selector.open();
    this.serverKey = server.register(selector, SelectionKey.OP_ACCEPT);
  }

  void submit(Runnable order) {
    orders.add(order);
    selector.wakeup();
  }

  void requestStop() {
    stopRequested = true;
    selector.wakeup();
  }

  boolean isStopRequested() {
    return stopRequested;
  }

  void requestFailure(String reason) {
    failureRequested = reason;
    selector.wakeup();
  }

  /** Runs until it is told to stop; what it throws is a failure of the loop itself. */
  void run() {
    while (!stopRequested) {
      try {
        selector.select(this::onReady, millisToWait());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (Thread.interrupted()) {
        LOG.warn("beacon: its thread was interrupted; goes on");
      }
      String failure = failureRequested;
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      runOrders();
      long now = System.nanoTime();
      deadlines.expire(now, this::onLate);
      resumeAccepting(now);
    }
  }

  private long millisToWait() {
    long now = System.nanoTime();
    long left = deadlines.millisLeft(now);
    if (!acceptPaused) {
      return left;
    }
    long pause = Math.max(1, Duration.ofNanos(acceptAgainNanos - now).toMillis());
    return left == 0 ? pause : Math.min(left, pause);
  }

  /** Runs some orders; a sweep of hundreds must not keep a peer's end waiting. */
  private void runOrders() {
    for (int i = 0; i < ORDERS_PER_TURN; i++) {
      Runnable order = orders.poll();
      if (order == null) {
        return;
      }
      order.run();
    }
    selector.wakeup();
  }

  private void onReady(SelectionKey ready) {
    if (ready.attachment() instanceof TcpConnection connection) {
      guard(connection, () -> onReady(connection));
    } else {
      accept();
    }
  }

  private void onReady(TcpConnection connection) throws IOException {
    if (connection.closed) {
      // In favour of another one that came in the same round.
      return;
    }
    if (connection.waiting == Waiting.CONNECTION) {
      if (connection.key.isConnectable()) {
        finishConnect(connection);
      }
      return;
    }
    if (connection.key.isReadable()) {
      read(connection);
    }
    if (!connection.closed && connection.key.isWritable()) {
      connection.flush();
    }
  }

  /** Something that concerns one connection and may cost that connection, and no more. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void guard(TcpConnection connection, Work work) {
    try {
      work.run();
    } catch (IOException e) {
      LOG.debug("beacon: connection failed; peer={} reason={}", connection.peer, e.toString());
      end(connection, Ending.BROKEN);
    } catch (RuntimeException e) {
      LOG.error("beacon: connection closed after a defect; peer={}", connection.peer, e);
      end(connection, Ending.CLOSED_HERE);
    }
  }

  private void accept() {
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
      SocketChannel channel;
      try {
        channel = server.accept();
      } catch (IOException e) {
        if (!server.isOpen()) {
          throw new UncheckedIOException(e);
        }
        if (tellingOfFailures.take(Instant.now())) {
          LOG.warn("beacon: cannot accept, goes on trying; reason={}", e.toString());
        }
        serverKey.interestOps(0);
        acceptPaused = true;
        acceptAgainNanos = System.nanoTime() + ACCEPT_PAUSE.toNanos();
        return;
      }
      if (channel == null) {
        return;
      }
      try {
        admit(channel);
      } catch (IOException | RuntimeException e) {
        LOG.debug("beacon: an accepted connection failed; reason={}", e.toString());
        closeQuietly(channel);
      }
    }
  }

  private void resumeAccepting(long nowNanos) {
    if (acceptPaused && acceptAgainNanos - nowNanos <= 0) {
      acceptPaused = false;
      serverKey.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    InetAddress peer = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
    long now = System.nanoTime();
    if (!(admission.decide(peer, now) instanceof Admission.Take take)) {
      closeQuietly(channel);
      return;
    }
    take.inPlaceOf().ifPresent(idle -> end(idle, idle.endingWhenLate()));
    Endpoint local = SocketAddresses.endpoint(channel.getLocalAddress());
    Endpoint remote = SocketAddresses.endpoint(channel.getRemoteAddress());
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    TcpConnection connection = new TcpConnection(ids.getAsLong(), channel, key, true, peer);
    key.attach(connection);
    admission.taken(connection, now);
    connections.put(connection.id, connection);
    waitFor(connection, Waiting.FIRST_FRAME, frameTimeoutNanos);
    listener.onEvent(new Accepted(connection.id, local, remote));
  }

  void dial(long id, Endpoint target, Duration connectTimeout, Duration frameTimeout) {
    SocketChannel channel = null;
    TcpConnection connection = null;
    try {
      InetSocketAddress address = SocketAddresses.of(target);
      channel = SocketChannel.open(SocketAddresses.family(address.getAddress()));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      bindLocalEnd(channel, address.getAddress());
      SelectionKey key = channel.register(selector, 0);
      connection = new TcpConnection(id, channel, key, false, address.getAddress());
      connection.firstFrameNanos = frameTimeout.toNanos();
      key.attach(connection);
      connections.put(id, connection);
      waitFor(connection, Waiting.CONNECTION, connectTimeout.toNanos());
      if (channel.connect(address)) {
        onConnected(connection);
      } else {
        key.interestOps(SelectionKey.OP_CONNECT);
      }
    } catch (IOException | RuntimeException e) {
      if (connection != null) {
        dialFailed(connection, outcomeOf(e));
      } else {
        closeQuietly(channel);
        listener.onEvent(new DialFailed(id, outcomeOf(e)));
      }
    }
  }

  /**
   * Dials from the address that the beacon is known by: on loopback, 127.0.0.2 must not look like
   * 127.0.0.1.
   */
  private void bindLocalEnd(SocketChannel channel, InetAddress target) throws IOException {
    InetAddress own = ((InetSocketAddress) server.getLocalAddress()).getAddress();
    if (!own.isAnyLocalAddress() && own.getClass() == target.getClass()) {
      channel.bind(new InetSocketAddress(own, 0));
    }
  }

  private ProbeOutcome outcomeOf(Exception e) {
    return e instanceof IOException io && refused.matches(io)
        ? new Refused()
        : new Failed(e.toString());
  }

  private void finishConnect(TcpConnection connection) {
    try {
      if (connection.channel.finishConnect()) {
        onConnected(connection);
      }
    } catch (IOException | RuntimeException e) {
      dialFailed(connection, outcomeOf(e));
    }
  }

  private void onConnected(TcpConnection connection) throws IOException {
    Endpoint local = SocketAddresses.endpoint(connection.channel.getLocalAddress());
    Endpoint remote = SocketAddresses.endpoint(connection.channel.getRemoteAddress());
    if (local.equals(remote)) {
      // The kernel chose the very port that was dialled: nobody listens there, it met itself.
      dialFailed(connection, new Refused());
      return;
    }
    connection.key.interestOps(SelectionKey.OP_READ);
    waitFor(connection, Waiting.FIRST_FRAME, connection.firstFrameNanos);
    listener.onEvent(new Connected(connection.id, local, remote));
  }

  private void dialFailed(TcpConnection connection, ProbeOutcome outcome) {
    if (forget(connection)) {
      listener.onEvent(new DialFailed(connection.id, outcome));
    }
  }

  private void read(TcpConnection connection) throws IOException {
    for (int i = 0; i < READS_PER_TURN; i++) {
      buffer.clear();
      int count = connection.channel.read(buffer);
      if (count < 0) {
        end(connection, Ending.FIN);
        return;
      }
      if (count == 0) {
        return;
      }
      if (connection.finishing || connection.decoder.isEnded()) {
        if (!connection.admitsDiscarded(count)) {
          end(connection, Ending.CLOSED_HERE);
        }
      } else {
        take(connection, connection.decoder.feed(bytes, 0, count));
      }
      if (connection.closed) {
        return;
      }
    }
  }

  private void take(TcpConnection connection, List<FrameDecoder.Result> frames) {
    long now = System.nanoTime();
    if (!connection.admitsFrames(frames.size(), now)) {
      tellOfBreach("too many frames", connection);
      end(connection, Ending.CLOSED_HERE);
      return;
    }
    if (!frames.isEmpty()) {
      deadlines.clear(connection);
    }
    if (connection.waiting == Waiting.NOTHING && connection.decoder.isInsideFrame()) {
      waitFor(connection, Waiting.REST_OF_FRAME, frameTimeoutNanos);
    }
    for (FrameDecoder.Result frame : frames) {
      listener.onEvent(new Received(connection.id, frame));
    }
  }

  void send(long id, byte[] frame) {
    with(
        id,
        connection -> {
          if (!connection.finishing && !connection.write(frame)) {
            tellOfBreach("it does not read", connection);
            end(connection, Ending.CLOSED_HERE);
          }
        });
  }

  private void tellOfBreach(String what, TcpConnection connection) {
    if (tellingOfBreaches.take(Instant.now())) {
      LOG.warn("beacon: connection closed; peer={} reason=\"{}\"", connection.peer, what);
    }
  }

  void hold(long id) {
    with(
        id,
        connection -> {
          deadlines.clear(connection);
          connection.key.interestOpsAnd(~SelectionKey.OP_READ);
        });
  }

  void keep(long id) {
    with(
        id,
        connection -> {
          if (connection.waiting == Waiting.FIRST_FRAME) {
            deadlines.clear(connection);
          }
          connection.kept = true;
          admission.kept(connection);
          connection.decoder.allowPayload(BeaconCodec.MAX_PAYLOAD_BYTES);
          connection.keepAlive();
          connection.key.interestOpsOr(SelectionKey.OP_READ);
        });
  }

  void close(long id) {
    with(id, connection -> end(connection, Ending.CLOSED_HERE));
  }

  void finish(long id) {
    with(
        id,
        connection -> {
          connection.finishing = true;
          waitFor(connection, Waiting.PEERS_END, frameTimeoutNanos);
          connection.key.interestOpsOr(SelectionKey.OP_READ);
          connection.flush();
        });
  }

  /** Something to do with a connection that stands. */
  @FunctionalInterface
  private interface WorkOn {
    void accept(TcpConnection connection) throws IOException;
  }

  private void with(long id, WorkOn work) {
    TcpConnection connection = connections.get(id);
    if (connection == null) {
      return;
    }
    if (connection.waiting == Waiting.CONNECTION) {
      // Nothing but a close makes sense before it is connected.
      guard(connection, () -> dialFailed(connection, new Failed("given up")));
    } else {
      guard(connection, () -> work.accept(connection));
    }
  }

  private void waitFor(TcpConnection connection, Waiting waiting, long nanos) {
    deadlines.set(connection, waiting, System.nanoTime() + nanos);
  }

  private void onLate(TcpConnection connection) {
    if (connection.waiting == Waiting.CONNECTION) {
      dialFailed(connection, new Silent());
    } else {
      end(connection, connection.endingWhenLate());
    }
  }

  private void end(TcpConnection connection, Ending ending) {
    if (connection.waiting == Waiting.CONNECTION) {
      dialFailed(connection, new Failed("given up"));
    } else if (forget(connection)) {
      listener.onEvent(new Closed(connection.id, ending));
    }
  }

  private boolean forget(TcpConnection connection) {
    if (connection.closed) {
      return false;
    }
    connection.closed = true;
    connections.remove(connection.id);
    if (connection.inbound) {
      admission.closed(connection);
    }
    closeQuietly(connection.channel);
    return true;
  }

  /** Closes everything, after the loop ended or failed. */
  void closeEverything() {
    for (TcpConnection connection : new ArrayList<>(connections.values())) {
      end(connection, Ending.CLOSED_HERE);
    }
    closeQuietly(server);
    closeQuietly(selector);
    listener.onEvent(new Stopped());
  }

  private static void closeQuietly(@Nullable AutoCloseable closeable) {
    if (closeable == null) {
      return;
    }
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.debug("beacon: closing failed; reason={}", e.toString());
    }
  }
}
