package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beacon on TCP: non-blocking sockets, a selector, and one daemon thread of its own.
 *
 * <p>The listener is bound without {@code SO_REUSEPORT}, so that a second live process at the same
 * address is refused, and with {@code SO_REUSEADDR}, which on Linux only lets a restarted process
 * bind while old connections linger. Should the loop fail, its thread stays and holds all sockets
 * open until {@link #stop}.
 *
 * <p>Accepted connections are what {@code max-connections} bounds: however many strangers come,
 * this node can still dial.
 */
public final class TcpBeaconTransport implements BeaconTransport {

  private static final Logger LOG = LoggerFactory.getLogger(TcpBeaconTransport.class);
  private static final int BACKLOG = 256;

  private final BeaconSettings settings;
  private final ServerSocketChannel server;
  private final SocketChannel deaf;
  private final Endpoint local;
  private final Endpoint closedPort;
  private final RefusedSignature refused;
  private final AtomicLong ids = new AtomicLong();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private volatile @Nullable SelectorLoop loop;

  private TcpBeaconTransport(
      BeaconSettings settings, ServerSocketChannel server, SocketChannel deaf) throws IOException {
    this.settings = settings;
    this.server = server;
    this.deaf = deaf;
    this.local = SocketAddresses.endpoint(server.getLocalAddress());
    this.closedPort = SocketAddresses.endpoint(deaf.getLocalAddress());
    this.refused = RefusedSignature.calibrate((InetSocketAddress) deaf.getLocalAddress());
  }

  /**
   * Binds the beacon. From here on the address is taken, and whoever connects waits for {@link
   * #start}.
   *
   * @param settings where, and the bounds
   * @return the transport, not started
   * @throws BeaconBindException if it cannot listen there
   */
  public static TcpBeaconTransport bind(BeaconSettings settings) {
    ServerSocketChannel server = null;
    SocketChannel deaf = null;
    try {
      InetSocketAddress address = SocketAddresses.of(settings.bind());
      server = ServerSocketChannel.open(SocketAddresses.family(address.getAddress()));
      server.configureBlocking(false);
      server.bind(address, BACKLOG);
      deaf = deafPort(address.getAddress());
      return new TcpBeaconTransport(settings, server, deaf);
    } catch (IOException e) {
      closeQuietly(server);
      closeQuietly(deaf);
      throw new BeaconBindException(settings.bind(), e);
    }
  }

  /** Takes a port without listening: nobody else can have it, and the kernel refuses it. */
  private static SocketChannel deafPort(InetAddress bound) throws IOException {
    InetAddress host = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    SocketChannel channel = SocketChannel.open(SocketAddresses.family(host));
    channel.bind(new InetSocketAddress(host, 0));
    return channel;
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
  public void start(Listener listener) {
    SelectorLoop started;
    try {
      started = new SelectorLoop(settings, server, refused, ids::incrementAndGet, listener);
    } catch (IOException e) {
      stop();
      throw new UncheckedIOException(e);
    }
    loop = started;
    Thread thread = new Thread(() -> runAndClose(started), "beethoven-beacon-" + local);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dying, defect) -> outlive(started, listener, defect));
    thread.start();
  }

  private void runAndClose(SelectorLoop running) {
    running.run();
    closeAll(running);
  }

  private void closeAll(SelectorLoop ended) {
    closeQuietly(deaf);
    ended.closeEverything();
  }

  /**
   * What the thread does after its loop failed: nothing, with every socket open, until it is told
   * to stop.
   */
  private void outlive(SelectorLoop failed, Listener listener, Throwable defect) {
    LOG.error("beacon: its loop failed, sockets are kept open; local={}", local, defect);
    listener.onEvent(new LoopFailed(defect.toString()));
    while (!failed.isStopRequested()) {
      try {
        stopRequested.await();
      } catch (InterruptedException e) {
        LOG.debug("beacon: interrupted while it holds its sockets");
      }
    }
    closeAll(failed);
  }

  @Override
  public long dial(Endpoint target, Duration connectTimeout, Duration frameTimeout) {
    long id = ids.incrementAndGet();
    submit(running -> running.dial(id, target, connectTimeout, frameTimeout));
    return id;
  }

  @Override
  public void send(long connection, BeaconMessage message) {
    byte[] frame = BeaconCodec.encode(message);
    submit(running -> running.send(connection, frame));
  }

  @Override
  public void hold(long connection) {
    submit(running -> running.hold(connection));
  }

  @Override
  public void keep(long connection) {
    submit(running -> running.keep(connection));
  }

  @Override
  public void close(long connection) {
    submit(running -> running.close(connection));
  }

  @Override
  public void finish(long connection) {
    submit(running -> running.finish(connection));
  }

  private void submit(Consumer<SelectorLoop> order) {
    SelectorLoop running = loop;
    if (running == null) {
      throw new IllegalStateException("the beacon's transport is not started");
    }
    running.submit(() -> order.accept(running));
  }

  @Override
  public void abandon(String reason) {
    SelectorLoop running = loop;
    if (running != null) {
      running.requestFailure(reason);
    }
  }

  @Override
  public void stop() {
    SelectorLoop running = loop;
    if (running == null) {
      closeQuietly(server);
      closeQuietly(deaf);
    } else {
      running.requestStop();
      stopRequested.countDown();
    }
  }

  private static void closeQuietly(@Nullable Closeable socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("beacon: closing failed; reason={}", e.toString());
      }
    }
  }
}
