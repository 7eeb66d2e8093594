package io.beethoven.actors.role;

import io.beethoven.model.Token;

/**
 * The right to a slot as its instance sees it. Written by the role server at the moment of a
 * change, read from any thread.
 */
final class RightState {

  private final LeaseView lease;
  private volatile Token token;
  private volatile boolean granted = true;

  RightState(Token token, LeaseView lease) {
    this.token = token;
    this.lease = lease;
  }

  Token token() {
    return token;
  }

  /** Whether the right is held and the node has its lease, at this very moment. */
  boolean granted() {
    return granted && lease.holds();
  }

  LeaseView lease() {
    return lease;
  }

  void retoken(Token higher) {
    token = higher;
  }

  void revoke() {
    granted = false;
  }
}
