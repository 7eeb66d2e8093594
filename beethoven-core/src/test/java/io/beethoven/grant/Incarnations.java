package io.beethoven.grant;

import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.List;
import java.util.stream.IntStream;

/** How simulated nodes are called. */
final class Incarnations {

  /** The host with the lowest address. */
  static final int LOWEST = 9;

  private static final List<NodeId> ADDRESSES =
      IntStream.rangeClosed(0, LOWEST).mapToObj(Incarnations::name).toList();

  private Incarnations() {}

  /** The last one has the lowest address, so that joiners are not always the highest. */
  private static NodeId name(int host) {
    return new NodeId(host == LOWEST ? "a" : "h" + host, 25520);
  }

  static NodeId address(int host) {
    return ADDRESSES.get(host);
  }

  static Incarnation of(int host, long uid) {
    return new Incarnation(address(host), uid);
  }
}
