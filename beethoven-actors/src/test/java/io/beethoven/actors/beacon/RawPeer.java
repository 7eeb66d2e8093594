package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder;
import io.beethoven.discovery.FrameDecoder.Decoded;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Queue;

/** A peer made of one blocking socket, which can say anything. Reads wait five seconds at most. */
final class RawPeer implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 5_000;

  private final Socket socket;
  private final FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_PAYLOAD_BYTES);
  private final Queue<FrameDecoder.Result> frames = new ArrayDeque<>();

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  static RawPeer dial(String from, Endpoint target) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(
        new InetSocketAddress(InetAddress.getByName(target.host()), target.port()),
        PATIENCE_MILLIS);
    return new RawPeer(socket);
  }

  Endpoint local() {
    return new Endpoint(socket.getLocalAddress().getHostAddress(), socket.getLocalPort());
  }

  Endpoint remote() {
    return new Endpoint(socket.getInetAddress().getHostAddress(), socket.getPort());
  }

  void say(BeaconMessage message) throws IOException {
    sayBytes(BeaconCodec.encode(message));
  }

  void sayBytes(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Reads the next message; fails if there is none. */
  BeaconMessage hear() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[4096];
    while (frames.isEmpty()) {
      int count = in.read(bytes);
      if (count < 0) {
        throw new IOException("closed by the beacon");
      }
      frames.addAll(decoder.feed(bytes, 0, count));
    }
    return ((Decoded) frames.remove()).message();
  }

  /** Reads to the end; returns how many bytes came, or -1 if the end was a reset. */
  int bytesUntilClosed() throws IOException {
    InputStream in = socket.getInputStream();
    int total = 0;
    try {
      int next = in.read();
      while (next >= 0) {
        total++;
        next = in.read();
      }
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return -1;
    }
    return total;
  }

  /** Closes with RST in place of FIN. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
