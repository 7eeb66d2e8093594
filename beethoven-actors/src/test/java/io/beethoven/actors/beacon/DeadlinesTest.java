package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.TcpConnection.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final long FAR = 60_000_000_000L;

  private final Deadlines deadlines = new Deadlines();

  private interface WithKey {
    void run(SocketChannel channel, SelectionKey key);
  }

  private static void withKey(WithKey test) throws IOException {
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      test.run(channel, channel.register(selector, 0));
    }
  }

  private static TcpConnection connection(long id, SocketChannel channel, SelectionKey key) {
    return new TcpConnection(id, channel, key, true, InetAddress.getLoopbackAddress());
  }

  @Test
  void shouldNotPileUpWhenConnectionsComeAndGo() throws IOException {
    withKey(
        (channel, key) -> {
          for (int i = 0; i < 200_000; i++) {
            TcpConnection connection = connection(i, channel, key);
            deadlines.set(connection, Waiting.FIRST_FRAME, FAR + i);
            deadlines.set(connection, Waiting.PEERS_END, FAR + i);
            connection.closed = true;
          }

          assertThat(deadlines.size()).isLessThanOrEqualTo(4_096);
        });
  }

  @Test
  void shouldStillTellThoseInForceWhenStaleOnesWereThrownOut() throws IOException {
    withKey(
        (channel, key) -> {
          List<TcpConnection> inForce = new ArrayList<>();
          for (int i = 0; i < 3_000; i++) {
            TcpConnection kept = connection(i, channel, key);
            deadlines.set(kept, Waiting.FIRST_FRAME, FAR + i);
            inForce.add(kept);
            for (int j = 0; j < 5; j++) {
              TcpConnection gone = connection(-i, channel, key);
              deadlines.set(gone, Waiting.FIRST_FRAME, FAR);
              gone.closed = true;
            }
          }

          List<TcpConnection> late = new ArrayList<>();
          deadlines.expire(
              2 * FAR,
              connection -> {
                connection.closed = true;
                late.add(connection);
              });

          assertThat(late).isEqualTo(inForce);
        });
  }
}
