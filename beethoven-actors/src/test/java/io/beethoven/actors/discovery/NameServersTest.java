package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class NameServersTest {

  private static final int TYPE_A = 1;
  private static final int TYPE_AAAA = 28;
  private static final int NO_SUCH_NAME = 3;

  /** A name server on loopback that knows one name. */
  private static final class NameServer implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
    private final List<InetAddress> addresses = new CopyOnWriteArrayList<>();
    private final List<Integer> asked = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::serve, "name-server");

    NameServer() throws IOException {
      thread.start();
    }

    String at() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
      byte[] buffer = new byte[512];
      while (!socket.isClosed()) {
        try {
          DatagramPacket query = new DatagramPacket(buffer, buffer.length);
          socket.receive(query);
          byte[] answer = answer(query.getData(), query.getLength());
          socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
        } catch (IOException e) {
          return;
        }
      }
    }

    /** Repeats the question and adds a record for each address of the type that is asked for. */
    private byte[] answer(byte[] query, int length) {
      int end = 12;
      StringBuilder name = new StringBuilder();
      while (query[end] != 0) {
        name.append(new String(query, end + 1, query[end], StandardCharsets.US_ASCII)).append('.');
        end += query[end] + 1;
      }
      int type = query[end + 2];
      asked.add(type);
      boolean known = name.toString().equals("peers.example.");
      List<byte[]> records = new ArrayList<>();
      for (InetAddress address : addresses) {
        byte[] bytes = address.getAddress();
        if (known && bytes.length == (type == TYPE_A ? 4 : 16)) {
          records.add(bytes);
        }
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer head = ByteBuffer.allocate(12);
      head.putShort((short) ((query[0] & 0xff) << 8 | query[1] & 0xff));
      head.putShort((short) (0x8180 | (known ? 0 : NO_SUCH_NAME)));
      head.putShort((short) 1).putShort((short) records.size());
      answer.writeBytes(head.array());
      answer.write(query, 12, end + 5 - 12);
      for (byte[] bytes : records) {
        ByteBuffer record = ByteBuffer.allocate(12);
        record.putShort((short) 0xc00c).putShort((short) type).putShort((short) 1).putInt(5);
        record.putShort((short) bytes.length);
        answer.writeBytes(record.array());
        answer.writeBytes(bytes);
      }
      return answer.toByteArray();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void shouldTellAllAddressesOfBothKindsWhenTheNameHasThem() throws IOException {
    try (NameServer server = new NameServer()) {
      server.addresses.add(InetAddress.getByName("10.1.0.7"));
      server.addresses.add(InetAddress.getByName("fd00::7"));
      server.addresses.add(InetAddress.getByName("10.1.0.9"));

      assertThat(NameServers.at(server.at()).resolve("peers.example"))
          .containsExactlyInAnyOrderElementsOf(server.addresses);
      assertThat(server.asked).containsExactly(TYPE_A, TYPE_AAAA);
    }
  }

  @Test
  void shouldKeepNoAnswerWhenAskedAgain() throws IOException {
    try (NameServer server = new NameServer()) {
      NameResolver resolver = NameServers.at(server.at());
      assertThat(resolver.resolve("peers.example.")).isEmpty();
      server.addresses.add(InetAddress.getByName("10.1.0.7"));

      assertThat(resolver.resolve("peers.example."))
          .containsExactly(InetAddress.getByName("10.1.0.7"));
    }
  }

  @Test
  void shouldKnowNobodyWhenTheNameDoesNotExist() throws IOException {
    try (NameServer server = new NameServer()) {
      server.addresses.add(InetAddress.getByName("10.1.0.7"));

      assertThat(NameServers.at(server.at()).resolve("nobody.example")).isEmpty();
    }
  }

  @Test
  void shouldFailWhenNoServerAnswers() throws IOException {
    try (DatagramSocket mute = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      NameResolver resolver = NameServers.at("127.0.0.1:" + mute.getLocalPort());

      assertThatIOException()
          .isThrownBy(() -> resolver.resolve("peers.example"))
          .withMessageContaining("peers.example");
    }
  }
}
