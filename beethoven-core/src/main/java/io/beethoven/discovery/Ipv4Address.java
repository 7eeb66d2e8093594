package io.beethoven.discovery;

import java.util.Objects;

/**
 * An IPv4 address, in the order of its number ("10.0.0.9" comes before "10.0.0.10").
 *
 * @param bits the address as 32 bits, the first octet highest
 */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {

  private static final int OCTETS = 4;
  private static final int OCTET_MAX = 255;

  /**
   * Parses the dotted form. Nothing is resolved: host names are refused.
   *
   * @param text four decimal octets without leading zeros, such as {@code 10.0.0.5}
   * @return the address
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static Ipv4Address parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "address must be IPv4 (a.b.c.d), IPv6 is not supported, was \"" + text + "\"");
    }
    int bits = 0;
    int position = 0;
    for (int octet = 0; octet < OCTETS; octet++) {
      int end = octet == OCTETS - 1 ? text.length() : text.indexOf('.', position);
      if (end < 0) {
        throw malformed(text);
      }
      bits = bits << 8 | octet(text, position, end);
      position = end + 1;
    }
    return new Ipv4Address(bits);
  }

  /**
   * Tells whether a text is what {@link #parse} accepts.
   *
   * @param text any text
   * @return true for an IPv4 address in dotted form
   */
  public static boolean isIpv4(String text) {
    try {
      parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int octet(String text, int begin, int end) {
    int length = end - begin;
    if (length < 1 || length > 3 || (length > 1 && text.charAt(begin) == '0')) {
      throw malformed(text);
    }
    int value = 0;
    for (int i = begin; i < end; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        throw malformed(text);
      }
      value = value * 10 + (digit - '0');
    }
    if (value > OCTET_MAX) {
      throw malformed(text);
    }
    return value;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "address must be IPv4, four numbers from 0 to 255 without leading zeros (a.b.c.d), was \""
            + text
            + "\"");
  }

  /** Tells whether the address belongs to 127.0.0.0/8. */
  public boolean isLoopback() {
    return bits >>> 24 == 127;
  }

  @Override
  public int compareTo(Ipv4Address other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  /** Returns the dotted form. */
  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & OCTET_MAX)
        + "."
        + (bits >>> 8 & OCTET_MAX)
        + "."
        + (bits & OCTET_MAX);
  }
}
