package io.beethoven.examples.fenced;

import io.beethoven.model.Token;

/**
 * A write was refused, since a later instance of the same slot has come to the store before it.
 * Whoever gets it has been replaced and shall stop.
 */
public final class StaleTokenException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Token shown;
  private final transient Token highest;

  StaleTokenException(int slot, Token shown, Token highest) {
    super("slot " + slot + " was shown token " + highest + ", refused the older " + shown);
    this.shown = shown;
    this.highest = highest;
  }

  /** Returns the token that was refused. */
  public Token shown() {
    return shown;
  }

  /** Returns the highest token that the slot has been shown. */
  public Token highest() {
    return highest;
  }
}
