package io.beethoven.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.beethoven.actors.settings.ControlSettings;
import io.beethoven.model.NodeId;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ControlServerTest {

  private static final NodeId NODE = new NodeId("127.0.0.1", 25520);
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path runtime;

  private final FakeHandler handler = new FakeHandler();
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** Answers a few operations; the test completes or feeds the rest. */
  private static final class FakeHandler implements ControlHandler {

    private final CompletableFuture<JsonNode> pending = new CompletableFuture<>();
    private final List<Consumer<JsonNode>> subscribers = new CopyOnWriteArrayList<>();

    @Override
    public Optional<CompletionStage<JsonNode>> answer(String op, JsonNode request) {
      return switch (op) {
        case "status" ->
            Optional.of(
                CompletableFuture.completedFuture(ControlJson.report(ControlJsonTest.report())));
        case "echo" -> Optional.of(CompletableFuture.completedFuture(request.path("value")));
        case "pending" -> Optional.of(pending);
        case "big" ->
            Optional.of(CompletableFuture.completedFuture(TextNode.valueOf("x".repeat(5000))));
        case "fail" ->
            Optional.of(CompletableFuture.failedFuture(new IllegalStateException("out of tune")));
        case "throw" -> throw new IllegalStateException("broken string");
        default -> Optional.empty();
      };
    }

    @Override
    public Subscription subscribe(Consumer<JsonNode> listener) {
      subscribers.add(listener);
      return () -> subscribers.remove(listener);
    }
  }

  private ControlSettings settings(Duration timeout) {
    return new ControlSettings(true, runtime, 3, 256, 4096, timeout, timeout);
  }

  private ControlServer open(ControlSettings settings, NodeId node) throws IOException {
    ControlServer server =
        ControlServer.open(settings, ControlSocket.path(runtime, "orchestra", node), handler);
    opened.add(server);
    return server;
  }

  private ControlServer open() throws IOException {
    return open(settings(SOON), NODE);
  }

  private ControlClient client(ControlServer server) throws IOException {
    ControlClient client = ControlClient.connect(server.socket(), SOON);
    opened.add(client);
    return client;
  }

  private SocketChannel raw(ControlServer server) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(server.socket()));
    opened.add(channel);
    return channel;
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static List<String> readToEnd(SocketChannel channel) {
    return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)).lines().toList();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  @Test
  void shouldAnswerRequestsOneAfterTheOther() throws Exception {
    try (ControlClient client = client(open())) {
      assertThat(client.report()).isEqualTo(ControlJsonTest.report());
      assertThat(client.report()).isEqualTo(ControlJsonTest.report());
    }
  }

  @Test
  void shouldKeepEverythingPrivate() throws Exception {
    ControlServer server = open();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(server.socket().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldAnswerErrorAndGoOnWhenOperationIsUnknownOrFails() throws Exception {
    ControlClient client = client(open());

    assertThatThrownBy(() -> client.request("dance"))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("unknown op \"dance\"");
    assertThatThrownBy(() -> client.request("fail"))
        .isInstanceOf(ControlException.class)
        .hasMessage("out of tune");
    assertThatThrownBy(() -> client.request("throw")).hasMessage("broken string");
    assertThat(client.request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldTakeRequestsThatArriveInPiecesOrTogether() throws Exception {
    SocketChannel channel = raw(open());
    send(channel, "{\"op\":\"ec");
    send(channel, "ho\",\"value\":1}\n{\"op\":\"echo\",\"value\":2}\n{\"op\":\"echo\",\"val");
    send(channel, "ue\":3}\n");
    BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));

    assertThat(reader.readLine()).isEqualTo("{\"result\":1}");
    assertThat(reader.readLine()).isEqualTo("{\"result\":2}");
    assertThat(reader.readLine()).isEqualTo("{\"result\":3}");
  }

  @Test
  void shouldCloseWhenInputIsHostile() throws Exception {
    ControlServer server = open();
    for (String hostile :
        List.of(
            "\n",
            "not json\n",
            "12\n",
            "[]\n",
            "null\n",
            "{\"op\":7}\n",
            "{\"op\":\"status\"} {}\n",
            "[".repeat(200) + "\n",
            "\0\u0001\n")) {
      SocketChannel channel = raw(server);
      send(channel, hostile);
      assertThat(readToEnd(channel))
          .as("answer to %s", hostile)
          .singleElement()
          .asString()
          .startsWith("{\"error\":\"request ");
    }
    assertThat(client(server).request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldCloseWhenRequestIsTooLong() throws Exception {
    ControlServer server = open();
    SocketChannel endless = raw(server);
    send(endless, "x".repeat(257));
    SocketChannel fitting = raw(server);
    String request = "{\"op\":\"dance\"}";
    send(fitting, request + " ".repeat(256 - request.length()) + "\n");

    assertThat(readToEnd(endless)).containsExactly("{\"error\":\"request longer than 256 bytes\"}");
    assertThat(new BufferedReader(Channels.newReader(fitting, StandardCharsets.UTF_8)).readLine())
        .contains("unknown op");
  }

  @Test
  void shouldCloseWhenRequestDoesNotComeInTime() throws Exception {
    ControlServer server = open(settings(Duration.ofMillis(50)), NODE);
    SocketChannel half = raw(server);
    send(half, "{\"op\":");
    SocketChannel mute = raw(server);

    assertThat(readToEnd(half)).singleElement().asString().contains("no whole request within");
    assertThat(readToEnd(mute)).isEmpty();
  }

  @Test
  void shouldAnswerErrorWhenNodeIsTooSlow() throws Exception {
    ControlServer server = open(settings(Duration.ofMillis(100)), NODE);
    ControlClient client = client(server);

    assertThatThrownBy(() -> client.request("pending")).hasMessageContaining("did not answer");

    handler.pending.complete(IntNode.valueOf(1));
    assertThat(client.request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldAnswerErrorWhenAnswerIsTooLong() throws Exception {
    ControlClient client = client(open());

    assertThatThrownBy(() -> client.request("big")).hasMessage("answer longer than 4096 bytes");
    assertThat(client.request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldRefuseClientsBeyondTheBoundUntilOneLeaves() throws Exception {
    ControlServer server = open();
    ControlClient first = client(server);
    List<ControlClient> others = List.of(client(server), client(server));
    others.forEach(client -> assertThat(ask(client)).isTrue());
    assertThat(ask(first)).isTrue();

    assertThat(readToEnd(raw(server)))
        .containsExactly("{\"error\":\"too many clients, at most 3\"}");

    first.close();
    await().atMost(SOON).until(() -> ask(client(server)));
  }

  private static boolean ask(ControlClient client) {
    try {
      return client.request("status").path("pid").asInt() == 4711;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldStreamEventsUntilClientCloses() throws Exception {
    ControlClient client = client(open());
    client.subscribe();
    await().atMost(SOON).until(() -> handler.subscribers.size() == 1);
    handler
        .subscribers
        .get(0)
        .accept(JsonNodeFactory.instance.objectNode().put("event", "node-online"));

    assertThat(client.next(SOON).orElseThrow().path("event").asText()).isEqualTo("node-online");
    assertThat(client.next(Duration.ofMillis(20))).isEmpty();

    client.close();
    await().atMost(SOON).until(handler.subscribers::isEmpty);
  }

  @Test
  void shouldDropStreamWhenClientDoesNotTakeIt() throws Exception {
    SocketChannel channel = raw(open());
    send(channel, "{\"op\":\"events\"}\n");
    await().atMost(SOON).until(() -> handler.subscribers.size() == 1);
    Consumer<JsonNode> subscriber = handler.subscribers.get(0);
    JsonNode event = JsonNodeFactory.instance.objectNode().put("text", "y".repeat(2000));

    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              subscriber.accept(event);
              return handler.subscribers.isEmpty();
            });
  }

  @Test
  void shouldReplaceSocketOfDeadProcess() throws Exception {
    Path socket = ControlSocket.path(runtime, "orchestra", NODE);
    Files.createDirectories(socket.getParent());
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();

    assertThat(client(open()).request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldNotReplaceSocketOfLivingProcess() throws Exception {
    ControlServer server = open();

    assertThatThrownBy(this::open)
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("another process");
    assertThat(client(server).request("status").path("pid").asInt()).isEqualTo(4711);
  }

  @Test
  void shouldRemoveSocketAndDropClientsWhenClosed() throws Exception {
    ControlServer server = open();
    ControlClient client = client(server);
    client.subscribe();

    server.close();
    server.close();

    assertThat(server.socket()).doesNotExist();
    assertThatThrownBy(() -> client.next(SOON)).isInstanceOf(EOFException.class);
    assertThat(handler.subscribers).isEmpty();
  }

  @Test
  void shouldFindTheOnlyNodeOrTheNamedOne() throws Exception {
    assertThat(ControlClient.sockets(runtime)).isEmpty();
    assertThatThrownBy(() -> ControlClient.find(runtime, Optional.empty(), SOON))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("no node of this user runs here");
    ControlServer one = open();
    assertThat(ControlClient.find(runtime, Optional.empty(), SOON)).isEqualTo(one.socket());

    ControlServer two = open(settings(SOON), new NodeId("127.0.0.2", 25520));

    assertThatThrownBy(() -> ControlClient.find(runtime, Optional.empty(), SOON))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining(one.socket().toString())
        .hasMessageContaining(two.socket().toString());
    assertThat(ControlClient.find(runtime, Optional.of(new NodeId("127.0.0.2", 25520)), SOON))
        .isEqualTo(two.socket());
    assertThatThrownBy(
            () -> ControlClient.find(runtime, Optional.of(new NodeId("127.0.0.3", 25520)), SOON))
        .hasMessageContaining("no node 127.0.0.3:25520 runs here");
  }

  @Test
  void shouldFindNodeByWhatItSaysWhenItsNameIsHashed() throws Exception {
    ControlServer odd =
        ControlServer.open(settings(SOON), ControlSocket.path(runtime, "odd name", NODE), handler);
    opened.add(odd);
    opened.add(open(settings(SOON), new NodeId("127.0.0.2", 25520)));

    assertThat(ControlClient.find(runtime, Optional.of(NODE), SOON)).isEqualTo(odd.socket());
  }
}
