package io.beethoven.benchmarks;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A node that also holds connections of the harness open, so that the harness sees for itself when
 * the kernel closes a dead process's sockets, and as much memory as it is told to.
 */
public final class BenchNode {

  /** The kind of the line that tells the witness's port. */
  public static final String WITNESS = "witness";

  private BenchNode() {}

  /**
   * Runs the node.
   *
   * @param args as {@link NodeMain}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Ballast.fill();
    openWitness(System.getProperty("beethoven.node.host", "127.0.0.1"));
    NodeMain.main(args);
  }

  /**
   * Accepts connections of the harness, on daemon threads, and tells where in a {@link #WITNESS}
   * line.
   *
   * @param host the address to listen at
   * @throws IOException if it cannot
   */
  public static void openWitness(String host) throws IOException {
    ServerSocket witness = new ServerSocket(0, 16, InetAddress.getByName(host));
    Thread thread = new Thread(() -> accept(witness), "witness");
    thread.setDaemon(true);
    thread.start();
    EventLines.standard().onNode(WITNESS, Map.of("port", Integer.toString(witness.getLocalPort())));
  }

  private static void accept(ServerSocket witness) {
    List<Socket> held = new ArrayList<>();
    try {
      while (true) {
        held.add(witness.accept());
      }
    } catch (IOException e) {
      System.err.println("witness failed after " + held.size() + " connections: " + e);
    }
  }
}
