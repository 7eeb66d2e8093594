package io.beethoven.grant;

import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;

/** How simulated nodes are called. */
final class Incarnations {

  /** The host with the lowest address. */
  static final int LOWEST = 9;

  private Incarnations() {}

  static NodeId address(int host) {
    // The last one has the lowest address, so that joiners are not always the highest.
    return new NodeId("10.0.0." + (host == LOWEST ? 10 : 20 + host), 25520);
  }

  static Incarnation of(int host, long uid) {
    return new Incarnation(address(host), uid);
  }
}
