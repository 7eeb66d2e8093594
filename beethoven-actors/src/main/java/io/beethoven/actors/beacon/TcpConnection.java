package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.FrameDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import jdk.net.ExtendedSocketOptions;

/** One socket of the beacon and what is known of it; belongs to the loop's thread. */
final class TcpConnection {

  static final int MAX_QUEUED_BYTES =
      4 * (BeaconCodec.HEADER_BYTES + BeaconCodec.MAX_PAYLOAD_BYTES);
  static final int MAX_DISCARDED_BYTES = 64 * 1024;
  static final int MAX_FRAMES_PER_SECOND = 1_000;
  static final int MAX_FRAMES_UNTIL_KEPT = 32;

  private static final int KEEP_IDLE_SECONDS = 30;
  private static final int KEEP_INTERVAL_SECONDS = 10;
  private static final int KEEP_COUNT = 3;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** What the connection's deadline is for. */
  enum Waiting {
    NOTHING,
    CONNECTION,
    FIRST_FRAME,
    REST_OF_FRAME,
    PEERS_END
  }

  final long id;
  final SocketChannel channel;
  final SelectionKey key;
  final boolean inbound;
  final InetAddress peer;
  final FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_OPENING_PAYLOAD_BYTES);

  Waiting waiting = Waiting.NOTHING;
  int deadlineStamp;
  boolean kept;
  boolean finishing;
  boolean closed;
  long firstFrameNanos;
  long acceptedNanos;

  private final Queue<ByteBuffer> outbound = new ArrayDeque<>();
  private int queuedBytes;
  private int discardedBytes;
  private long windowNanos;
  private int framesInWindow;
  private int framesUntilKept;

  TcpConnection(
      long id, SocketChannel channel, SelectionKey key, boolean inbound, InetAddress peer) {
    this.id = id;
    this.channel = channel;
    this.key = key;
    this.inbound = inbound;
    this.peer = peer;
  }

  /** Queues a frame and writes what the kernel takes. Returns whether the bound is kept. */
  boolean write(byte[] frame) throws IOException {
    if (queuedBytes + frame.length > MAX_QUEUED_BYTES) {
      return false;
    }
    outbound.add(ByteBuffer.wrap(frame));
    queuedBytes += frame.length;
    flush();
    return true;
  }

  /**
   * Writes what the kernel takes, and ends this direction if nothing is left and nothing shall
   * follow.
   */
  void flush() throws IOException {
    ByteBuffer head = outbound.peek();
    while (head != null) {
      queuedBytes -= channel.write(head);
      if (head.hasRemaining()) {
        key.interestOpsOr(SelectionKey.OP_WRITE);
        return;
      }
      outbound.remove();
      head = outbound.peek();
    }
    key.interestOpsAnd(~SelectionKey.OP_WRITE);
    if (finishing) {
      channel.shutdownOutput();
    }
  }

  /**
   * Counts frames; returns whether their number keeps the bounds, which is in a second, and
   * altogether until the connection is kept.
   */
  boolean admitsFrames(int count, long nowNanos) {
    if (!kept) {
      framesUntilKept += count;
      if (framesUntilKept > MAX_FRAMES_UNTIL_KEPT) {
        return false;
      }
    }
    if (nowNanos - windowNanos > SECOND_NANOS) {
      windowNanos = nowNanos;
      framesInWindow = 0;
    }
    framesInWindow += count;
    return framesInWindow <= MAX_FRAMES_PER_SECOND;
  }

  /** Counts bytes that nobody reads; returns whether their number keeps the bound. */
  boolean admitsDiscarded(int bytes) {
    discardedBytes += bytes;
    return discardedBytes <= MAX_DISCARDED_BYTES;
  }

  /** Lets the kernel notice a peer whose host is gone. */
  void keepAlive() throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_IDLE_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_INTERVAL_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_COUNT);
    }
  }

  /** Tells whether nothing is lost by closing it: it waits for its peer's word, or for its end. */
  boolean isIdleStranger() {
    return waiting == Waiting.FIRST_FRAME || waiting == Waiting.PEERS_END;
  }

  /** Returns what the end of this connection means if its deadline passes. */
  Ending endingWhenLate() {
    return waiting == Waiting.PEERS_END ? Ending.CLOSED_HERE : Ending.TIMED_OUT;
  }
}
