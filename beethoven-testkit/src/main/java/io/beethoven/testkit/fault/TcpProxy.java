package io.beethoven.testkit.fault;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.ParentWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;

/**
 * The main class of a process that stands in the path to a port, as a sidecar does: it takes
 * connections for it, whether or not anybody is behind it.
 */
public final class TcpProxy {

  private static final int BUFFER_BYTES = 8192;

  private TcpProxy() {}

  /**
   * Runs until its parent ends.
   *
   * @param args address, port to listen at, port to connect to
   * @throws IOException if it cannot listen
   */
  public static void main(String[] args) throws IOException {
    ParentWatch.start();
    InetAddress address = InetAddress.getByName(args[0]);
    int target = Integer.parseInt(args[2]);
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[1]), 64, address)) {
      EventLines.standard().onNode(EventLines.STARTED, Map.of());
      while (true) {
        Socket client = server.accept();
        start(() -> serve(client, address, target));
      }
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Socket client, InetAddress address, int port) {
    try (client;
        Socket server = new Socket(address, port)) {
      start(() -> copy(server, client));
      copy(client, server);
    } catch (IOException nobodyBehind) {
      // The client sees its connection close.
      return;
    }
  }

  /** Ends both when one has ended. */
  private static void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException closed) {
      // The other direction ends as well.
      return;
    }
  }
}
