package io.beethoven.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connection to a node's control endpoint, without any actor system. All calls block, each with a
 * bound. For one thread at a time.
 */
public final class ControlClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Duration timeout;
  private final ByteBuffer input = ByteBuffer.allocate(64 * 1024).flip();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private ControlClient(SocketChannel channel, Selector selector, Duration timeout)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.key = channel.register(selector, SelectionKey.OP_READ);
    this.timeout = timeout;
  }

  /**
   * Connects.
   *
   * @param socket a node's control socket
   * @param timeout how long each answer may take
   * @return the connection
   * @throws IOException if nobody serves the socket
   */
  public static ControlClient connect(Path socket, Duration timeout) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        throw new ControlException("the node at " + socket + " accepts no more connections");
      }
      Selector selector = Selector.open();
      try {
        return new ControlClient(channel, selector, timeout);
      } catch (IOException e) {
        selector.close();
        throw e;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Returns the sockets of the living nodes of this user on this machine.
   *
   * @param runtimeDirectory the runtime directory
   * @return sorted paths; of nodes that listen, frozen ones included
   * @throws IOException if the directory cannot be read
   */
  public static List<Path> sockets(Path runtimeDirectory) throws IOException {
    Path directory = ControlSocket.directory(runtimeDirectory);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(ControlSocket::isSocketName)
          .filter(SocketFile::isServed)
          .sorted()
          .collect(Collectors.toList());
    }
  }

  /**
   * Finds the socket of a node: of the one named, or else the only one there is.
   *
   * @param runtimeDirectory the runtime directory
   * @param node which node, or empty for the only one
   * @param timeout how long a node may take to say who it is
   * @return the socket's path
   * @throws ControlException if there is none, or more than one; the message lists them
   * @throws IOException if the directory cannot be read
   */
  public static Path find(Path runtimeDirectory, Optional<NodeId> node, Duration timeout)
      throws IOException {
    List<Path> sockets = sockets(runtimeDirectory);
    List<Path> matching = node.isPresent() ? matching(sockets, node.get(), timeout) : sockets;
    if (matching.size() == 1) {
      return matching.get(0);
    }
    Path directory = ControlSocket.directory(runtimeDirectory);
    if (sockets.isEmpty()) {
      throw new ControlException("no node of this user runs here (looked in " + directory + ")");
    }
    String wanted =
        node.map(id -> (matching.isEmpty() ? "no node " : "more than one node ") + id)
            .orElse("more than one node");
    throw new ControlException(wanted + " runs here; name one of:\n" + describe(sockets, timeout));
  }

  private static List<Path> matching(List<Path> sockets, NodeId node, Duration timeout) {
    List<Path> named = new ArrayList<>();
    for (Path socket : sockets) {
      boolean same =
          ControlSocket.isHashed(socket)
              ? who(socket, timeout).filter(node.toString()::equals).isPresent()
              : socket.toString().endsWith(ControlSocket.suffix(node));
      if (same) {
        named.add(socket);
      }
    }
    return named;
  }

  private static String describe(List<Path> sockets, Duration timeout) {
    return sockets.stream()
        .map(socket -> "  " + who(socket, timeout).orElse("(does not answer)") + "  " + socket)
        .collect(Collectors.joining("\n"));
  }

  private static Optional<String> who(Path socket, Duration timeout) {
    try (ControlClient client = connect(socket, timeout)) {
      return Optional.ofNullable(client.request("status").path("node").textValue());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Asks the node for its report.
   *
   * @return what it knows at this moment
   * @throws IOException as {@link #request}
   */
  public NodeReport report() throws IOException {
    try {
      return ControlJson.parseReport(request("status"));
    } catch (IllegalArgumentException e) {
      throw new IOException("the node's answer cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Asks the node for its facts.
   *
   * @return what it knows at this moment
   * @throws IOException as {@link #request}
   */
  public NodeFacts facts() throws IOException {
    try {
      return FactsJson.parse(request("facts"));
    } catch (IllegalArgumentException e) {
      throw new IOException("the node's answer cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param op the operation's name
   * @return the result
   * @throws ControlException if the answer is an error, or does not come in time
   * @throws IOException if the connection is lost
   */
  public JsonNode request(String op) throws IOException {
    return request(JsonNodeFactory.instance.objectNode().put("op", op));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param operation an object with the operation's name as {@code op}, and what else it needs
   * @return the result
   * @throws ControlException if the answer is an error, or does not come in time
   * @throws IOException if the connection is lost
   */
  public JsonNode request(ObjectNode operation) throws IOException {
    byte[] text = JSON.writeValueAsBytes(operation);
    ByteBuffer request = ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').flip();
    // A request is far smaller than a socket's buffer.
    if (channel.write(request) < text.length + 1) {
      throw new ControlException("the node takes no request");
    }
    JsonNode answer =
        next(timeout)
            .orElseThrow(() -> new ControlException("the node did not answer within " + timeout));
    if (answer.has("error")) {
      throw new ControlException(answer.path("error").asText());
    }
    return answer.path("result");
  }

  /**
   * Asks for the node's events; {@link #next} returns them from now on.
   *
   * @throws IOException as {@link #request}
   */
  public void subscribe() throws IOException {
    request("events");
  }

  /**
   * Returns the next line.
   *
   * @param wait how long to wait for it
   * @return the line, or empty if there was none in that time
   * @throws EOFException if the node closed the connection
   * @throws IOException if the connection is lost or the line is not JSON
   */
  public Optional<JsonNode> next(Duration wait) throws IOException {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      while (input.hasRemaining()) {
        byte b = input.get();
        if (b == '\n') {
          byte[] whole = line.toByteArray();
          line.reset();
          return Optional.of(JSON.readTree(whole));
        }
        line.write(b);
        if (line.size() > MAX_LINE_BYTES) {
          throw new IOException("the node's answer is longer than " + MAX_LINE_BYTES + " bytes");
        }
      }
      if (!fill(end)) {
        return Optional.empty();
      }
    }
  }

  private boolean fill(long endNanos) throws IOException {
    while (true) {
      input.clear();
      int count = channel.read(input);
      input.flip();
      if (count < 0) {
        throw new EOFException("the node closed the connection");
      }
      if (count > 0) {
        return true;
      }
      long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      key.interestOps(SelectionKey.OP_READ);
      selector.select(left);
      selector.selectedKeys().clear();
    }
  }

  /** Closes the connection. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      selector.close();
    }
  }
}
