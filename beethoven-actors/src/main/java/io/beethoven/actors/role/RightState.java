package io.beethoven.actors.role;

import io.beethoven.model.Token;

/**
 * The right to a slot as its instance sees it. Written by the role server at the moment of a
 * change, read from any thread.
 */
final class RightState {

  private volatile Token token;
  private volatile boolean granted = true;

  RightState(Token token) {
    this.token = token;
  }

  Token token() {
    return token;
  }

  boolean granted() {
    return granted;
  }

  void retoken(Token higher) {
    token = higher;
  }

  void revoke() {
    granted = false;
  }
}
