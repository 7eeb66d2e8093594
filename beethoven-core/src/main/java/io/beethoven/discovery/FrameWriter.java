package io.beethoven.discovery;

import java.util.Arrays;

/** Lays one frame out, its header first. */
final class FrameWriter {

  private static final int LENGTH_AT = 4;

  private byte[] bytes = new byte[64];
  private int size;

  FrameWriter(BeaconCodec.Type type, int version) {
    u16(BeaconCodec.MAGIC);
    u8(version);
    u8(type.code);
    u16(0);
  }

  void u8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, size * 2);
    }
    bytes[size] = (byte) value;
    size++;
  }

  void u16(int value) {
    u8(value >>> 8);
    u8(value);
  }

  void i32(int value) {
    u16(value >>> 16);
    u16(value);
  }

  void i64(long value) {
    i32((int) (value >>> 32));
    i32((int) value);
  }

  void text(String what, String text, int maxBytes) {
    byte[] utf8 = BeaconCodec.utf8(what, text, maxBytes);
    u8(utf8.length);
    for (byte each : utf8) {
      u8(each);
    }
  }

  /** Returns the frame, its length filled in. */
  byte[] frame() {
    int payload = size - BeaconCodec.HEADER_BYTES;
    bytes[LENGTH_AT] = (byte) (payload >>> 8);
    bytes[LENGTH_AT + 1] = (byte) payload;
    return Arrays.copyOf(bytes, size);
  }
}
