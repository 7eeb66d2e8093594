package io.beethoven.examples.fenced;

import io.beethoven.model.Token;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One line of a store's log: a checksum of the rest, the slot, the token's text form and the
 * payload, with a space between them.
 *
 * @param slot whose
 * @param token shown by whoever wrote it
 * @param payload one line; empty where a slot was claimed and nothing written
 */
record Entry(int slot, Token token, String payload) {

  private static final int CHECKSUM_LENGTH = 8;

  Entry {
    Objects.requireNonNull(token, "token");
    if (slot < 0) {
      throw new IllegalArgumentException("slot must be >= 0, was " + slot);
    }
    if (payload.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("payload must be one line, was \"" + payload + "\"");
    }
  }

  /** Returns the line, its end included. */
  byte[] line() {
    String body = slot + " " + token.text() + " " + payload;
    return (checksum(body.getBytes(StandardCharsets.UTF_8)) + " " + body + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a line without its end; empty if it is not as it was written. */
  static Optional<Entry> parse(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    String[] parts = text.split(" ", 4);
    if (parts.length < 4 || parts[0].length() != CHECKSUM_LENGTH) {
      return Optional.empty();
    }
    byte[] body = text.substring(CHECKSUM_LENGTH + 1).getBytes(StandardCharsets.UTF_8);
    if (!parts[0].equals(checksum(body))) {
      return Optional.empty();
    }
    return Optional.of(new Entry(Integer.parseInt(parts[1]), Token.parse(parts[2]), parts[3]));
  }

  private static String checksum(byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(body);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
