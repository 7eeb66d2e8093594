package io.beethoven.actors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Something between two nodes that ends TCP connections and opens others in their place. */
final class Forwarder implements AutoCloseable {

  private final ServerSocket server = new ServerSocket();
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private final AtomicInteger opened = new AtomicInteger();

  Forwarder(String host, int port, String targetHost) throws IOException {
    target = new InetSocketAddress(targetHost, port);
    server.bind(new InetSocketAddress(host, port));
    run("forwarder-" + host + ":" + port, this::acceptAll);
  }

  private void acceptAll() throws IOException {
    while (!server.isClosed()) {
      Socket near = server.accept();
      Socket far = new Socket();
      try {
        far.connect(target);
      } catch (IOException e) {
        near.close();
        continue;
      }
      opened.incrementAndGet();
      sockets.add(near);
      sockets.add(far);
      run("forward", () -> copy(near, far));
      run("forward-back", () -> copy(far, near));
    }
  }

  /** Returns how many connections were forwarded so far. */
  int opened() {
    return opened.get();
  }

  private void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } finally {
      sockets.remove(from);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A connection or the listener was closed.
                return;
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Breaks the connections that stand; new ones are forwarded as before. */
  void dropConnections() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    dropConnections();
  }
}
