package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;

/** One end of a connection in memory; lives on the network's thread. */
final class InMemoryConnection {

  private final InMemoryBeaconTransport owner;
  private final long id;
  private final boolean inbound;
  private final Endpoint local;
  private final Endpoint remote;
  private final FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_OPENING_PAYLOAD_BYTES);
  private final List<Runnable> unread = new ArrayList<>();
  private InMemoryConnection other;
  private ScheduledFuture<?> deadline;
  private boolean kept;
  private boolean held;
  private boolean finishing;
  private boolean closed;
  private int frames;

  InMemoryConnection(
      InMemoryBeaconTransport owner, long id, boolean inbound, Endpoint local, Endpoint remote) {
    this.owner = owner;
    this.id = id;
    this.inbound = inbound;
    this.local = local;
    this.remote = remote;
  }

  void join(InMemoryConnection peer) {
    other = peer;
    peer.other = this;
  }

  long id() {
    return id;
  }

  boolean isInbound() {
    return inbound;
  }

  boolean isStrangerFrom(String host) {
    return inbound && !kept && remote.host().equals(host);
  }

  void expectFrameWithin(Duration patience) {
    deadline = owner.later(patience, () -> end(Ending.TIMED_OUT));
  }

  private void forgetDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  void send(byte[] frame) {
    if (!finishing) {
      other.arrive(() -> other.read(frame));
    }
  }

  /** Something from the peer arrives, unless the network lost it; waits while nobody reads. */
  private void arrive(Runnable what) {
    if (owner.network().isCut(local, remote)) {
      return;
    }
    owner.whenAwake(
        () -> {
          if (held) {
            unread.add(what);
          } else {
            what.run();
          }
        });
  }

  private void read(byte[] bytes) {
    if (closed || finishing) {
      return;
    }
    List<FrameDecoder.Result> results = decoder.feed(bytes, 0, bytes.length);
    frames += results.size();
    if (frames > TcpConnection.MAX_FRAMES_PER_SECOND) {
      end(Ending.CLOSED_HERE);
      return;
    }
    if (!results.isEmpty()) {
      forgetDeadline();
    }
    results.forEach(each -> owner.tell(new Received(id, each)));
  }

  void hold() {
    forgetDeadline();
    held = true;
  }

  void keep() {
    if (!finishing) {
      forgetDeadline();
    }
    kept = true;
    decoder.allowPayload(BeaconCodec.MAX_PAYLOAD_BYTES);
    release();
  }

  private void release() {
    held = false;
    List<Runnable> missed = List.copyOf(unread);
    unread.clear();
    missed.forEach(Runnable::run);
  }

  void finish() {
    finishing = true;
    other.peersEnd(Ending.FIN);
    forgetDeadline();
    deadline = owner.later(owner.frameTimeout(), () -> end(Ending.CLOSED_HERE));
    release();
  }

  /** The peer closed its end, or is gone. */
  void peersEnd(Ending how) {
    arrive(() -> end(how));
  }

  void end(Ending how) {
    if (!closed) {
      closed = true;
      forgetDeadline();
      owner.remove(this);
      if (!other.closed) {
        other.peersEnd(Ending.FIN);
      }
      owner.tell(new Closed(id, how));
    }
  }

  /** Turned away, or the process is gone: nobody is told here. */
  void die() {
    closed = true;
    forgetDeadline();
    other.peersEnd(Ending.FIN);
  }
}
