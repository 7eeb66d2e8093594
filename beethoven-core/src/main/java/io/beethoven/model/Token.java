package io.beethoven.model;

import java.util.HexFormat;
import java.util.Objects;

/**
 * A fencing token: what an instance shows to what it protects. Of two tokens of one slot the higher
 * belongs to the later instance; a protected resource refuses lower ones.
 *
 * @param epoch the reign in which it was issued
 * @param seq its place in that reign, 0 or more
 */
public record Token(Epoch epoch, long seq) implements Comparable<Token> {

  /** Lower than every token that is issued. */
  public static final Token NONE = new Token(Epoch.NONE, 0);

  private static final int TEXT_LENGTH = 48;
  private static final HexFormat HEX = HexFormat.of();

  /**
   * Creates a token.
   *
   * @throws IllegalArgumentException if the sequence number is negative
   */
  public Token {
    Objects.requireNonNull(epoch, "epoch");
    if (seq < 0) {
      throw new IllegalArgumentException("token seq must be >= 0, was " + seq);
    }
  }

  /**
   * Returns the fixed-width text form: 48 hexadecimal digits that sort as the tokens do, so that
   * one text column can guard.
   *
   * @return counter, allocator uid and sequence number, 16 digits each
   */
  public String text() {
    return HEX.toHexDigits(epoch.counter())
        + HEX.toHexDigits(epoch.allocatorUid())
        + HEX.toHexDigits(seq);
  }

  /**
   * Parses the text form.
   *
   * @param text 48 hexadecimal digits, as {@link #text()} gives them
   * @return the token
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static Token parse(String text) {
    if (text.length() != TEXT_LENGTH || !text.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "token must be " + TEXT_LENGTH + " hexadecimal digits, was \"" + text + "\"");
    }
    return new Token(
        new Epoch(
            HexFormat.fromHexDigitsToLong(text, 0, 16),
            HexFormat.fromHexDigitsToLong(text, 16, 32)),
        HexFormat.fromHexDigitsToLong(text, 32, 48));
  }

  @Override
  public int compareTo(Token other) {
    int byEpoch = epoch.compareTo(other.epoch);
    return byEpoch != 0 ? byEpoch : Long.compare(seq, other.seq);
  }

  /** Returns {@code epoch/seq}, short and for people; {@link #text()} is the form that sorts. */
  @Override
  public String toString() {
    return epoch + "/" + seq;
  }
}
