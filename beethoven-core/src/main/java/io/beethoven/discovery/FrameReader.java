package io.beethoven.discovery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes the payload of one frame apart and never reads past its end. */
final class FrameReader {

  private final byte[] bytes;
  private final int end;
  private int at;

  FrameReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  int u8() throws FrameBreach {
    need(1);
    int value = bytes[at] & 0xFF;
    at++;
    return value;
  }

  int u16() throws FrameBreach {
    int high = u8();
    return high << 8 | u8();
  }

  int i32() throws FrameBreach {
    int high = u16();
    return high << 16 | u16();
  }

  long i64() throws FrameBreach {
    long high = i32();
    return (high << 32) | (i32() & 0xFFFF_FFFFL);
  }

  String text(int maxBytes) throws FrameBreach {
    int length = u8();
    if (length > maxBytes) {
      throw new FrameBreach("a text of " + length + " bytes where " + maxBytes + " are allowed");
    }
    need(length);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    if (!Arrays.equals(
        text.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, at, at + length))) {
      throw new FrameBreach("a text is not UTF-8");
    }
    if (BeaconCodec.hasControls(text)) {
      throw new FrameBreach("a text holds control characters");
    }
    at += length;
    return text;
  }

  /** Checks that nothing is left. */
  void end() throws FrameBreach {
    if (at != end) {
      throw new FrameBreach((end - at) + " bytes too many");
    }
  }

  private void need(int count) throws FrameBreach {
    if (end - at < count) {
      throw new FrameBreach("ends too early");
    }
  }
}
