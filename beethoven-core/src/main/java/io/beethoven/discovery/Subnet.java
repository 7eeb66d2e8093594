package io.beethoven.discovery;

import java.util.Objects;

/**
 * An IPv4 subnet to look for peers in. Its hosts are counted through by index and never held as a
 * list.
 *
 * @param network the network's address; bits beyond the prefix are cleared
 * @param prefixLength how many leading bits the hosts share, {@value #MIN_PREFIX_LENGTH} to 32
 */
public record Subnet(Ipv4Address network, int prefixLength) {

  /** The widest subnet that is accepted; one pass over it takes more than half a minute. */
  public static final int MIN_PREFIX_LENGTH = 16;

  private static final int BITS = 32;

  /**
   * Creates a subnet from any address in it.
   *
   * @throws IllegalArgumentException if the prefix length is out of range
   */
  public Subnet {
    Objects.requireNonNull(network, "network");
    if (prefixLength < MIN_PREFIX_LENGTH || prefixLength > BITS) {
      throw new IllegalArgumentException(
          "subnet prefix length must be between "
              + MIN_PREFIX_LENGTH
              + " and 32, was "
              + prefixLength
              + " (a /"
              + MIN_PREFIX_LENGTH
              + ", 65534 hosts, is the widest that one pass can look through) in \""
              + network
              + "/"
              + prefixLength
              + "\"");
    }
    network = new Ipv4Address(network.bits() & mask(prefixLength));
  }

  private static int mask(int prefixLength) {
    return -1 << (BITS - prefixLength);
  }

  /**
   * Parses the CIDR form. The address need not be the network's: {@code 10.0.0.5/29} is {@code
   * 10.0.0.0/29}.
   *
   * @param text {@code a.b.c.d/length}
   * @return the subnet
   * @throws IllegalArgumentException if the text is not of that form, is IPv6, or names a subnet
   *     that is too wide
   */
  public static Subnet parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "subnet must be IPv4 (a.b.c.d/length), IPv6 is not supported, was \"" + text + "\"");
    }
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
      throw new IllegalArgumentException(
          "subnet must be a.b.c.d/length with a length between "
              + MIN_PREFIX_LENGTH
              + " and 32, was \""
              + text
              + "\"");
    }
    return new Subnet(
        Ipv4Address.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  /**
   * Returns how many addresses of it a host can have: all but network and broadcast address, but
   * both of a /31 and the one of a /32.
   */
  public int size() {
    int hostBits = BITS - prefixLength;
    return hostBits < 2 ? 1 << hostBits : (1 << hostBits) - 2;
  }

  /**
   * Returns a host's address.
   *
   * @param index 0 to {@code size() - 1}; the order is that of the addresses
   * @return the address
   * @throws IndexOutOfBoundsException if the index is out of range
   */
  public Ipv4Address hostAt(int index) {
    Objects.checkIndex(index, size());
    int first = BITS - prefixLength < 2 ? network.bits() : network.bits() + 1;
    return new Ipv4Address(first + index);
  }

  /**
   * Tells whether an address lies in the subnet, be it a host's or not.
   *
   * @param address any address
   * @return true if it shares the prefix
   */
  public boolean contains(Ipv4Address address) {
    return (address.bits() & mask(prefixLength)) == network.bits();
  }

  /**
   * Tells whether an address is that of a possible host of the subnet.
   *
   * @param address any address
   * @return true if it is one of {@link #hostAt}
   */
  public boolean hasHost(Ipv4Address address) {
    return contains(address)
        && address.compareTo(hostAt(0)) >= 0
        && address.compareTo(hostAt(size() - 1)) <= 0;
  }

  /** Tells whether the subnet is part of 127.0.0.0/8. */
  public boolean isLoopback() {
    return network.isLoopback();
  }

  /** Returns the CIDR form, masked. */
  @Override
  public String toString() {
    return network + "/" + prefixLength;
  }
}
