package io.beethoven.actors.discovery;

import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.discovery.Subnet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The address that a node binds to, and why.
 *
 * @param host an IPv4 address in dotted form
 * @param reason why this one, for the log
 */
public record BindAddress(String host, String reason) {

  private static final Ipv4Address LOOPBACK = Ipv4Address.parse("127.0.0.1");

  /**
   * Where peers are looked for, as far as the settings tell.
   *
   * @param subnet the subnet that is swept, where one is set
   * @param nodes the beacons that are named one by one
   * @param later whether a source is set that says only at run time where peers may be
   */
  public record Places(@Nullable Subnet subnet, List<Endpoint> nodes, boolean later) {

    /** Copies the list. */
    public Places {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Chooses the address to bind to: the one that is set; else the interface address inside the
   * subnet, the lowest where there are several; else, where beacons are listed but no subnet is
   * set, the lowest interface address on the list; else, where peers are found only later, the only
   * interface address that is no loopback one; else 127.0.0.1.
   *
   * <p>Interfaces list none of 127.0.0.0/8 but 127.0.0.1, though all of them can be bound on Linux:
   * in a loopback subnet it is 127.0.0.1 where that belongs to the subnet, else its first host.
   *
   * @param places where peers are looked for
   * @param host the address that is set, where one is
   * @param interfaces what this machine has
   * @return the choice
   * @throws IllegalArgumentException if the address that is set is not one of the subnet's hosts,
   *     or no interface has an address inside the subnet or on the list, or one of several would
   *     have to be guessed
   */
  public static BindAddress choose(
      Places places, @Nullable String host, InterfaceAddresses interfaces) {
    Subnet subnet = places.subnet;
    if (host != null) {
      return explicit(subnet, host);
    }
    if (subnet == null) {
      if (places.later && places.nodes.isEmpty()) {
        return single(interfaces.list());
      }
      return places.nodes.isEmpty()
          ? new BindAddress(LOOPBACK.toString(), "neither a bind address nor a subnet is set")
          : listed(places.nodes, interfaces.list());
    }
    if (subnet.isLoopback()) {
      return subnet.hasHost(LOOPBACK)
          ? new BindAddress(LOOPBACK.toString(), "the loopback address in subnet " + subnet)
          : new BindAddress(
              subnet.hostAt(0).toString(), "the first host of the loopback subnet " + subnet);
    }
    return inside(subnet, interfaces.list());
  }

  private static BindAddress explicit(@Nullable Subnet subnet, String host) {
    if (subnet == null) {
      return new BindAddress(Ipv4Address.parse(host).toString(), "set as the bind address");
    }
    Ipv4Address address = Ipv4Address.parse(host);
    if (!subnet.hasHost(address)) {
      throw new IllegalArgumentException(
          "bind address must be a host of subnet "
              + subnet
              + " ("
              + subnet.hostAt(0)
              + " to "
              + subnet.hostAt(subnet.size() - 1)
              + "), was \""
              + host
              + "\"");
    }
    return new BindAddress(
        address.toString(), "set as the bind address, a host of subnet " + subnet);
  }

  private static BindAddress inside(Subnet subnet, List<InterfaceAddress> addresses) {
    List<InterfaceAddress> fitting =
        addresses.stream()
            .filter(candidate -> subnet.hasHost(candidate.address()))
            .sorted(Comparator.comparing(InterfaceAddress::address))
            .toList();
    if (fitting.isEmpty()) {
      throw new IllegalArgumentException(
          "no interface has an address in subnet " + subnet + "; there are: " + texts(addresses));
    }
    InterfaceAddress chosen = fitting.get(0);
    String of = "of interface " + chosen.interfaceName();
    return new BindAddress(
        chosen.address().toString(),
        fitting.size() == 1
            ? "the only address in subnet " + subnet + ", " + of
            : "the lowest of " + texts(fitting) + " in subnet " + subnet + ", " + of);
  }

  private static BindAddress single(List<InterfaceAddress> addresses) {
    List<InterfaceAddress> fitting =
        addresses.stream().filter(candidate -> !candidate.address().isLoopback()).toList();
    if (fitting.size() > 1) {
      throw new IllegalArgumentException(
          "several addresses could be meant, so the bind address must be set; there are: "
              + texts(addresses));
    }
    return fitting.stream()
        .findFirst()
        .map(
            only ->
                new BindAddress(
                    only.address().toString(),
                    "the only address but loopback, of interface " + only.interfaceName()))
        .orElseGet(() -> new BindAddress(LOOPBACK.toString(), "there is only loopback"));
  }

  private static BindAddress listed(List<Endpoint> nodes, List<InterfaceAddress> addresses) {
    Set<String> hosts = nodes.stream().map(Endpoint::host).collect(Collectors.toSet());
    return addresses.stream()
        .filter(candidate -> hosts.contains(candidate.address().toString()))
        .min(Comparator.comparing(InterfaceAddress::address))
        .map(
            chosen ->
                new BindAddress(
                    chosen.address().toString(),
                    "listed among the nodes, of interface " + chosen.interfaceName()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no interface has an address that is listed among the nodes, so the bind"
                        + " address must be set; there are: "
                        + texts(addresses)));
  }

  private static String texts(List<InterfaceAddress> addresses) {
    return addresses.isEmpty()
        ? "none"
        : addresses.stream()
            .sorted(Comparator.comparing(InterfaceAddress::address))
            .map(InterfaceAddress::toString)
            .collect(Collectors.joining(", "));
  }
}
