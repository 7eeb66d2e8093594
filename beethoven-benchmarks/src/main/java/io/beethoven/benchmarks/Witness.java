package io.beethoven.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A plain TCP connection to a process, to see when the kernel closes it. */
public final class Witness implements AutoCloseable {

  private final Socket socket;
  private final CompletableFuture<Long> ended = new CompletableFuture<>();

  /**
   * Connects.
   *
   * @param host where
   * @param port where
   * @throws IOException if nobody listens there
   */
  public Witness(String host, int port) throws IOException {
    socket = new Socket(InetAddress.getByName(host), port);
    Thread thread = new Thread(this::read, "witness");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try {
      int got = socket.getInputStream().read();
      if (got >= 0) {
        ended.completeExceptionally(new IOException("the witness must not talk, said " + got));
      }
    } catch (IOException e) {
      // A reset ends the connection as well as a FIN does.
    }
    ended.complete(System.nanoTime());
  }

  /**
   * Waits for the end of the connection.
   *
   * @param timeout how long
   * @return when it ended, by {@link System#nanoTime}
   * @throws TimeoutException if it goes on
   * @throws InterruptedException if this thread is interrupted
   */
  public long awaitEnd(Duration timeout) throws TimeoutException, InterruptedException {
    try {
      return ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
