package io.beethoven.actors.control;

import io.beethoven.actors.settings.ControlSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control endpoint: newline-delimited JSON on a Unix-domain socket, for other processes of the
 * same user on the same machine.
 *
 * <p>A request is a line {@code {"op":…}}; its answer is a line {@code {"result":…}} or {@code
 * {"error":…}}. A client may send one request after the other. After {@code {"op":"events"}} the
 * answer {@code {"result":"streaming"}} is followed by a line per event until the client closes.
 *
 * <p>Requests, answers, clients and times are bounded by {@link ControlSettings}: a line that is
 * too long, is no JSON object, or does not come in time is answered with an error and the
 * connection closed; a client that does not take what it asked for is dropped. One thread of its
 * own does all of it.
 */
public final class ControlServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  /** The client that could not be accepted, as when descriptors have run out, is still waiting. */
  private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ControlSettings settings;
  private final Path socket;
  private final ControlHandler handler;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final SelectionKey accepting;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Set<ControlSession> sessions = new HashSet<>();
  private long acceptAgainNanos;
  private boolean acceptPaused;
  private boolean acceptFailing;
  private volatile boolean closing;

  private ControlServer(
      ControlSettings settings,
      Path socket,
      ControlHandler handler,
      ServerSocketChannel listener,
      SelectionKey accepting) {
    this.settings = settings;
    this.socket = socket;
    this.handler = handler;
    this.listener = listener;
    this.selector = accepting.selector();
    this.accepting = accepting;
    this.thread = new Thread(this::run, "beethoven-control");
    this.thread.setDaemon(true);
  }

  /**
   * Opens the endpoint.
   *
   * @param settings its bounds
   * @param socket the socket's path, as {@link ControlSocket#path} gives it; the file of a dead
   *     process is replaced
   * @param handler answers the requests
   * @return the open endpoint
   * @throws IOException if a living process serves the socket, its directory belongs to somebody
   *     else, or the system refuses
   */
  public static ControlServer open(ControlSettings settings, Path socket, ControlHandler handler)
      throws IOException {
    Objects.requireNonNull(handler, "handler");
    ServerSocketChannel listener = SocketFile.bind(socket);
    try {
      listener.configureBlocking(false);
      SelectionKey accepting = listener.register(Selector.open(), SelectionKey.OP_ACCEPT);
      ControlServer server = new ControlServer(settings, socket, handler, listener, accepting);
      server.thread.start();
      return server;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** Returns the socket's path. */
  public Path socket() {
    return socket;
  }

  /**
   * Removes the socket and drops all clients. Returns when that is done, or after two seconds; more
   * calls do nothing.
   */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    if (Thread.currentThread() != thread) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs a task on the server's thread, soon; does nothing once the server is closed. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(millisToDeadline());
        for (SelectionKey key : selector.selectedKeys()) {
          onReady(key);
        }
        selector.selectedKeys().clear();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        long now = System.nanoTime();
        acceptAgain(now);
        Set.copyOf(sessions).forEach(session -> session.onTime(now));
        sessions.removeIf(ControlSession::isClosed);
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.warn("control endpoint failed socket={}", socket, e);
    } finally {
      shutDown();
    }
  }

  private long millisToDeadline() {
    long now = System.nanoTime();
    long least = TimeUnit.MINUTES.toNanos(1);
    for (ControlSession session : sessions) {
      least = Math.min(least, session.deadlineNanos() - now);
    }
    if (acceptPaused) {
      least = Math.min(least, acceptAgainNanos - now);
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(least) + 1);
  }

  private void onReady(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.attachment() instanceof ControlSession session) {
      session.onReady();
    } else {
      accept();
    }
  }

  private void accept() {
    try {
      for (SocketChannel channel = listener.accept();
          channel != null;
          channel = listener.accept()) {
        take(channel);
        acceptFailing = false;
      }
    } catch (IOException e) {
      if (!acceptFailing) {
        acceptFailing = true;
        LOG.warn(
            "control client not accepted, goes on trying socket={} reason={}",
            socket,
            e.getMessage());
      }
      acceptPaused = true;
      acceptAgainNanos = System.nanoTime() + ACCEPT_PAUSE_NANOS;
      accepting.interestOps(0);
    }
  }

  private void acceptAgain(long now) {
    if (acceptPaused && acceptAgainNanos - now <= 0) {
      acceptPaused = false;
      accepting.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void take(SocketChannel channel) throws IOException {
    sessions.removeIf(ControlSession::isClosed);
    SelectionKey key;
    try {
      channel.configureBlocking(false);
      if (sessions.size() >= settings.maxClients()) {
        try (channel) {
          channel.write(line("{\"error\":\"too many clients, at most " + settings.maxClients()));
        }
        return;
      }
      key = channel.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    ControlSession session = new ControlSession(this, settings, handler, channel, key);
    key.attach(session);
    sessions.add(session);
  }

  private static ByteBuffer line(String start) {
    return ByteBuffer.wrap((start + "\"}\n").getBytes(StandardCharsets.UTF_8));
  }

  private void shutDown() {
    try {
      // First the file, while it is surely this server's: afterwards another one may bind.
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("control socket not removed socket={} reason={}", socket, e.getMessage());
    }
    sessions.forEach(ControlSession::close);
    try {
      listener.close();
      selector.close();
    } catch (IOException e) {
      LOG.debug("control endpoint not closed cleanly socket={}", socket, e);
    }
  }
}
