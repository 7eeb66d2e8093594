package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpProxyTest {

  private static final String HOST = "127.0.0.9";

  private final int port = freePort();

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private NodeProcess proxy(int target) throws Exception {
    NodeProcess proxy =
        NodeProcess.at(HOST)
            .mainClass(TcpProxy.class.getName())
            .arguments(HOST, Integer.toString(port), Integer.toString(target))
            .start();
    proxy.await(EventLines.STARTED, Duration.ofSeconds(30));
    return proxy;
  }

  @Test
  void shouldPassBytesOnInBothDirections() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(HOST));
        NodeProcess proxy = proxy(server.getLocalPort());
        Socket client = new Socket(HOST, port);
        Socket behind = server.accept()) {
      assertThat(proxy.isAlive()).isTrue();
      client.getOutputStream().write(7);
      assertThat(behind.getInputStream().read()).isEqualTo(7);
      behind.getOutputStream().write(8);
      assertThat(client.getInputStream().read()).isEqualTo(8);
      behind.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldTakeConnectionsWhenNobodyIsBehindIt() throws Exception {
    int nobody = freePort();
    try (NodeProcess proxy = proxy(nobody);
        Socket client = new Socket(HOST, port)) {
      assertThat(proxy.isAlive()).isTrue();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }
}
