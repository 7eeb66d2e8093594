package io.beethoven.actors.beacon;

import io.beethoven.diagnosis.AddressFacts;
import io.beethoven.diagnosis.AddressFacts.Answer;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks many addresses whether a beacon is there, on behalf of somebody who is no node: it listens
 * nowhere and has no name, and says an {@link Inquiry}, which no node takes for a peer.
 *
 * <p>Everything happens on the thread that calls {@link #ask}, which blocks. What one address can
 * make it hold is one frame; how long it may take is bounded.
 */
public final class BeaconInquirer implements AutoCloseable {

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How hard and how patiently to ask.
   *
   * @param maxInFlight most connections at once
   * @param perSecond most connections begun in a second
   * @param connectTimeout how long an address may stay silent
   * @param helloTimeout how long a connected address may take for its answer
   */
  public record Bounds(
      int maxInFlight, int perSecond, Duration connectTimeout, Duration helloTimeout) {}

  private final String cluster;
  private final @Nullable InetAddress from;
  private final Bounds bounds;
  private final Consumer<AddressFacts> found;
  private final Selector selector;
  private final SocketChannel closedPort;
  private final RefusedSignature refused;
  private final List<Call> calls = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(4096);

  /** A connection under way. */
  private static final class Call {
    private final Endpoint target;
    private final SocketChannel channel;
    private final FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_OPENING_PAYLOAD_BYTES);
    private boolean connected;
    private boolean ended;
    private long deadlineNanos;
    private long askedNanos;
    private Instant askedAt = Instant.EPOCH;

    private Call(Endpoint target, SocketChannel channel) {
      this.target = target;
      this.channel = channel;
    }
  }

  /**
   * Prepares to ask.
   *
   * @param cluster the cluster's name to ask about
   * @param from this machine's IP address to call from; empty leaves it to the system
   * @param bounds how hard and how patiently
   * @param found told what each address did, once
   * @throws IOException if the system gives no sockets
   */
  public BeaconInquirer(String cluster, String from, Bounds bounds, Consumer<AddressFacts> found)
      throws IOException {
    this.cluster = cluster;
    this.bounds = bounds;
    this.found = found;
    this.from = from.isEmpty() ? null : SocketAddresses.of(new Endpoint(from, 0)).getAddress();
    this.closedPort = SocketChannel.open();
    try {
      closedPort.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      this.refused = RefusedSignature.calibrate((InetSocketAddress) closedPort.getLocalAddress());
      this.selector = Selector.open();
    } catch (IOException e) {
      closeQuietly(closedPort);
      throw e;
    }
  }

  /**
   * Asks every address; returns when all have answered or used up their time.
   *
   * @param candidates the addresses
   * @throws IOException if the system fails
   */
  public void ask(Candidates candidates) throws IOException {
    long beganNanos = System.nanoTime();
    int next = 0;
    while (next < candidates.size() || !calls.isEmpty()) {
      long allowed = allowed(System.nanoTime() - beganNanos);
      while (calls.size() < bounds.maxInFlight() && next < candidates.size() && next < allowed) {
        call(candidates.at(next));
        next++;
      }
      selector.select(this::onReady, millisToWait(next < candidates.size()));
      long now = System.nanoTime();
      List.copyOf(calls).forEach(call -> expire(call, now));
      calls.removeIf(call -> call.ended);
    }
  }

  /** How many calls may have begun by now; a tenth of a second's worth at the beginning. */
  private long allowed(long elapsedNanos) {
    return Math.max(1, bounds.perSecond() / 10)
        + (long) ((double) elapsedNanos / SECOND_NANOS * bounds.perSecond());
  }

  private long millisToWait(boolean more) {
    long now = System.nanoTime();
    long least = SECOND_NANOS;
    for (Call call : calls) {
      least = Math.min(least, call.deadlineNanos - now);
    }
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(least) + 1);
    return more && calls.size() < bounds.maxInFlight() ? Math.min(millis, 10) : millis;
  }

  private void call(Endpoint target) throws IOException {
    SocketChannel channel = SocketChannel.open();
    Call call = new Call(target, channel);
    try {
      InetSocketAddress address = SocketAddresses.of(target);
      channel.configureBlocking(false);
      if (from != null && from.getClass() == address.getAddress().getClass()) {
        channel.bind(new InetSocketAddress(from, 0));
      }
      call.deadlineNanos = System.nanoTime() + bounds.connectTimeout().toNanos();
      calls.add(call);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, call);
      if (channel.connect(address)) {
        onConnected(call, key);
      }
    } catch (IOException e) {
      end(call, outcome(e));
    }
  }

  private Answer outcome(IOException e) {
    return refused.matches(e)
        ? new AddressFacts.Refused()
        : new AddressFacts.Failed(String.valueOf(e.getMessage()));
  }

  private void onReady(SelectionKey key) {
    Call call = (Call) key.attachment();
    if (call.ended) {
      return;
    }
    if (!call.connected) {
      try {
        if (call.channel.finishConnect()) {
          onConnected(call, key);
        }
      } catch (IOException e) {
        end(call, outcome(e));
      }
      return;
    }
    try {
      read(call);
    } catch (IOException e) {
      end(call, new AddressFacts.NoBeacon());
    }
  }

  private void onConnected(Call call, SelectionKey key) throws IOException {
    if (call.channel.getLocalAddress().equals(call.channel.getRemoteAddress())) {
      // The kernel chose the very port that was dialled: nobody listens there, it met itself.
      end(call, new AddressFacts.Refused());
      return;
    }
    call.connected = true;
    call.askedAt = Instant.now();
    call.askedNanos = System.nanoTime();
    call.deadlineNanos = call.askedNanos + bounds.helloTimeout().toNanos();
    // A new connection takes a frame of this length at once.
    call.channel.write(ByteBuffer.wrap(BeaconCodec.encode(new Inquiry(cluster))));
    key.interestOps(SelectionKey.OP_READ);
  }

  private void read(Call call) throws IOException {
    buffer.clear();
    int count = call.channel.read(buffer);
    if (count < 0) {
      end(call, new AddressFacts.NoBeacon());
      return;
    }
    List<FrameDecoder.Result> frames = call.decoder.feed(buffer.array(), 0, count);
    if (!frames.isEmpty()) {
      end(call, answer(call, frames.get(0)));
    }
  }

  private static Answer answer(Call call, FrameDecoder.Result frame) {
    if (frame instanceof FrameDecoder.OtherVersion other) {
      return new AddressFacts.OtherVersion(Integer.toString(other.version()));
    }
    if (frame instanceof FrameDecoder.Decoded decoded) {
      if (decoded.message() instanceof Disclosure theirs) {
        Duration half = Duration.ofNanos((System.nanoTime() - call.askedNanos) / 2);
        Duration skew = Duration.between(call.askedAt.plus(half), theirs.clock());
        // Their clock is told to the millisecond.
        return new AddressFacts.Node(theirs, skew, half.plusMillis(1));
      }
      if (decoded.message() instanceof Refusal refusal) {
        return answer(refusal);
      }
    }
    return new AddressFacts.NoBeacon();
  }

  private static Answer answer(Refusal refusal) {
    if (refusal.reason() == RefusalReason.OTHER_CLUSTER) {
      return new AddressFacts.OtherCluster(refusal.ours());
    }
    if (refusal.reason() == RefusalReason.OTHER_VERSION) {
      return new AddressFacts.OtherVersion(refusal.ours());
    }
    return refusal.reason() == RefusalReason.TOO_MANY
        ? new AddressFacts.Crowded()
        : new AddressFacts.NoBeacon();
  }

  private void expire(Call call, long nowNanos) {
    if (!call.ended && nowNanos - call.deadlineNanos >= 0) {
      end(call, call.connected ? new AddressFacts.Mute() : new AddressFacts.Silent());
    }
  }

  private void end(Call call, Answer answer) {
    call.ended = true;
    closeQuietly(call.channel);
    found.accept(new AddressFacts(call.target, cluster, answer));
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way, and nothing was to be kept.
      return;
    }
  }

  /** Gives all sockets back. */
  @Override
  public void close() throws IOException {
    calls.forEach(call -> closeQuietly(call.channel));
    closeQuietly(closedPort);
    selector.close();
  }
}
