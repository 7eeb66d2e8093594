package io.beethoven.grant;

import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;

/** How simulated nodes are called; the host with the lowest number has the lowest address. */
final class Incarnations {

  private Incarnations() {}

  static NodeId address(int host) {
    return new NodeId("10.0.0." + (10 + host), 25520);
  }

  static Incarnation of(int host, long uid) {
    return new Incarnation(address(host), uid);
  }
}
