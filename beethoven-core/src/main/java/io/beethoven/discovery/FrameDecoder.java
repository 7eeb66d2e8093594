package io.beethoven.discovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Turns the bytes of one connection into messages, however they were split or run together on their
 * way.
 *
 * <p>The bytes are hostile. In this order: it never throws for them; it never holds more than one
 * frame of the length allowed at that time, and allocates for bytes that came, not for bytes that
 * were promised; the first breach ends it, and what follows is ignored.
 *
 * <p>Not thread-safe.
 */
public final class FrameDecoder {

  private static final int SMALL_BYTES = 64;
  private static final int KEPT_BYTES = 4096;

  private int maxPayloadBytes;
  private byte[] buffer = new byte[SMALL_BYTES];
  private int size;
  private boolean ended;

  /** What came out of the bytes. */
  public sealed interface Result {}

  /**
   * A message.
   *
   * @param message what arrived
   */
  public record Decoded(BeaconMessage message) implements Result {}

  /**
   * The sender speaks another version of the protocol. Nothing comes after it.
   *
   * @param version the sender's
   */
  public record OtherVersion(int version) implements Result {}

  /**
   * The bytes are not this protocol. Nothing comes after it.
   *
   * @param reason for people; free of the sender's own text
   */
  public record Malformed(String reason) implements Result {}

  /**
   * Creates a decoder.
   *
   * @param maxPayloadBytes the longest payload to take for now
   */
  public FrameDecoder(int maxPayloadBytes) {
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /**
   * Changes the longest payload to take, for frames whose header has not arrived yet.
   *
   * @param bytes the longest payload
   */
  public void allowPayload(int bytes) {
    this.maxPayloadBytes = bytes;
  }

  /** Tells whether a frame has begun and is not complete. */
  public boolean isInsideFrame() {
    return size > 0;
  }

  /** Tells whether a breach has ended it, so that what follows is ignored. */
  public boolean isEnded() {
    return ended;
  }

  /**
   * Takes bytes in.
   *
   * @param bytes holds them
   * @param offset where they begin
   * @param length how many there are
   * @return what they completed, in order; a breach is the last
   * @throws IndexOutOfBoundsException if the range is not inside the array
   */
  public List<Result> feed(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    List<Result> results = new ArrayList<>();
    int at = offset;
    int end = offset + length;
    while (at < end && !ended) {
      int wanted = Math.min(frameBytes() - size, end - at);
      append(bytes, at, wanted);
      at += wanted;
      step(results);
    }
    return results;
  }

  /** How long the frame at hand is, as far as is known. */
  private int frameBytes() {
    return size < BeaconCodec.HEADER_BYTES
        ? BeaconCodec.HEADER_BYTES
        : BeaconCodec.HEADER_BYTES + u16(4);
  }

  private int u16(int at) {
    return ((buffer[at] & 0xFF) << 8) | (buffer[at + 1] & 0xFF);
  }

  private void append(byte[] bytes, int at, int count) {
    if (size + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + count, Math.min(2 * size, frameBytes())));
    }
    System.arraycopy(bytes, at, buffer, size, count);
    size += count;
  }

  private void step(List<Result> results) {
    if (size == BeaconCodec.HEADER_BYTES) {
      checkHeader(results);
    }
    if (!ended && size >= BeaconCodec.HEADER_BYTES && size == frameBytes()) {
      BeaconCodec.Type type = BeaconCodec.Type.of(buffer[3] & 0xFF);
      try {
        results.add(new Decoded(BeaconCodec.decode(type, buffer, BeaconCodec.HEADER_BYTES, size)));
        reset();
      } catch (FrameBreach e) {
        malformed(results, name(type) + ": " + e.getMessage());
      } catch (IllegalArgumentException e) {
        malformed(results, name(type) + ": a value outside of its domain");
      }
    }
  }

  private void checkHeader(List<Result> results) {
    int version = buffer[2] & 0xFF;
    int code = buffer[3] & 0xFF;
    int payload = u16(4);
    if (u16(0) != BeaconCodec.MAGIC) {
      malformed(results, "not the beacon's protocol");
    } else if (version != BeaconMessage.PROTOCOL_VERSION) {
      end(results, new OtherVersion(version));
    } else if (!BeaconCodec.Type.isKnown(code)) {
      malformed(results, "unknown type " + code);
    } else {
      BeaconCodec.Type type = BeaconCodec.Type.of(code);
      int bound = Math.min(type.maxPayloadBytes, maxPayloadBytes);
      if (payload > bound) {
        malformed(results, name(type) + ": " + payload + " bytes where " + bound + " are allowed");
      }
    }
  }

  private static String name(BeaconCodec.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private void malformed(List<Result> results, String reason) {
    end(results, new Malformed(reason));
  }

  private void end(List<Result> results, Result last) {
    results.add(last);
    ended = true;
    reset();
  }

  private void reset() {
    size = 0;
    if (buffer.length > KEPT_BYTES) {
      buffer = new byte[SMALL_BYTES];
    }
  }
}
