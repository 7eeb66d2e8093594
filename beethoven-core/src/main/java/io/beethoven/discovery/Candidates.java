package io.beethoven.discovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Addresses at which a beacon may listen, reached by index so that a wide subnet is no list. */
public interface Candidates {

  /** The most candidates that one source may name. */
  int MAX_SIZE = 1 << 16;

  /** Returns how many there are, 0 to {@link #MAX_SIZE} from one source. */
  int size();

  /**
   * Returns one of them, always the same for the same index.
   *
   * @param index 0 to {@code size() - 1}
   * @return where a beacon may listen
   * @throws IndexOutOfBoundsException if the index is out of range
   */
  Endpoint at(int index);

  /**
   * Returns the endpoints of a list.
   *
   * @param endpoints copied
   * @return as many candidates, in the same order
   * @throws IllegalArgumentException if there are more than {@link #MAX_SIZE}
   */
  static Candidates of(List<Endpoint> endpoints) {
    if (endpoints.size() > MAX_SIZE) {
      throw new IllegalArgumentException(
          "candidates must be at most " + MAX_SIZE + ", were " + endpoints.size());
    }
    return new Listed(List.copyOf(endpoints));
  }

  /**
   * Returns all hosts of a subnet at one port.
   *
   * @param subnet whose hosts
   * @param port 1 to 65535
   * @return one candidate per host
   */
  static Candidates of(Subnet subnet, int port) {
    return new Swept(subnet, port);
  }

  /**
   * Returns several candidates as one, in order. A part that is there already, and a listed
   * endpoint that another part names too, is left out; subnets that overlap stay as they are.
   *
   * @param parts in order
   * @return all of them
   */
  static Candidates all(List<Candidates> parts) {
    List<Candidates> different = new ArrayList<>();
    Set<Endpoint> listed = new HashSet<>();
    for (Candidates part : parts) {
      if (part instanceof Listed list) {
        List<Endpoint> others =
            list.endpoints.stream().filter(e -> !isSwept(parts, e) && listed.add(e)).toList();
        different.add(new Listed(others));
      } else if (!different.contains(part)) {
        different.add(part);
      }
    }
    different.removeIf(part -> part.size() == 0);
    return different.size() == 1 ? different.get(0) : new Joint(List.copyOf(different));
  }

  private static boolean isSwept(List<Candidates> parts, Endpoint endpoint) {
    return parts.stream().anyMatch(part -> part instanceof Swept swept && swept.names(endpoint));
  }

  /**
   * Candidates named one by one.
   *
   * @param endpoints the list
   */
  record Listed(List<Endpoint> endpoints) implements Candidates {

    @Override
    public int size() {
      return endpoints.size();
    }

    @Override
    public Endpoint at(int index) {
      return endpoints.get(index);
    }
  }

  /**
   * The hosts of a subnet.
   *
   * @param subnet whose hosts
   * @param port at which port
   */
  record Swept(Subnet subnet, int port) implements Candidates {

    /**
     * Creates candidates.
     *
     * @throws IllegalArgumentException if the port is out of range
     */
    public Swept {
      Objects.requireNonNull(subnet, "subnet");
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port must be between 1 and 65535, was " + port);
      }
    }

    @Override
    public int size() {
      return subnet.size();
    }

    @Override
    public Endpoint at(int index) {
      return new Endpoint(subnet.hostAt(index).toString(), port);
    }

    private boolean names(Endpoint endpoint) {
      return endpoint.port() == port
          && Ipv4Address.isIpv4(endpoint.host())
          && subnet.hasHost(Ipv4Address.parse(endpoint.host()));
    }
  }

  /**
   * Several candidates as one.
   *
   * @param parts in order
   */
  record Joint(List<Candidates> parts) implements Candidates {

    @Override
    public int size() {
      return parts.stream().mapToInt(Candidates::size).sum();
    }

    @Override
    public Endpoint at(int index) {
      int rest = Objects.checkIndex(index, size());
      for (Candidates part : parts) {
        if (rest < part.size()) {
          return part.at(rest);
        }
        rest -= part.size();
      }
      throw new IndexOutOfBoundsException(index);
    }
  }
}
