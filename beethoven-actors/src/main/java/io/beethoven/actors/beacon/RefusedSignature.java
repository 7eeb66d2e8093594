package io.beethoven.actors.beacon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this platform says that a connection was refused, learnt from a port of this host that is
 * closed for certain. Java has one exception class for refused and timed out, and its text depends
 * on the platform and the locale.
 */
final class RefusedSignature {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedSignature.class);
  private static final long PATIENCE_MILLIS = 2_000;

  private final Class<?> type;
  private final String text;

  private RefusedSignature(Class<?> type, String text) {
    this.type = type;
    this.text = text;
  }

  /**
   * Learns it. If even that port does not refuse, what this returns matches nothing, and there can
   * be no proof of death by a refused connection.
   *
   * @param closed an address of this host that is taken and where nobody listens
   */
  static RefusedSignature calibrate(InetSocketAddress closed) {
    try {
      dial(closed);
      LOG.error("beacon: a closed port did not refuse; target={}", closed);
      return new RefusedSignature(Void.class, "");
    } catch (IOException e) {
      return new RefusedSignature(e.getClass(), withoutAddress(e, closed));
    }
  }

  private static void dial(InetSocketAddress target) throws IOException {
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open(SocketAddresses.family(target.getAddress()))) {
      channel.configureBlocking(false);
      if (!channel.connect(target)) {
        channel.register(selector, SelectionKey.OP_CONNECT);
        if (selector.select(PATIENCE_MILLIS) > 0) {
          channel.finishConnect();
        }
      }
    }
  }

  /** Some settings of Java append the address to the text. */
  private static String withoutAddress(IOException e, InetSocketAddress target) {
    String message = Objects.toString(e.getMessage(), "");
    int appended = message.indexOf(": " + target.getHostString());
    return appended < 0 ? message : message.substring(0, appended);
  }

  boolean matches(IOException e) {
    String message = Objects.toString(e.getMessage(), "");
    return e.getClass() == type && (message.equals(text) || message.startsWith(text + ": "));
  }
}
