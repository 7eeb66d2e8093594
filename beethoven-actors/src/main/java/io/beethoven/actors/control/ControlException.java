package io.beethoven.actors.control;

import java.io.IOException;

/** A node, or the lack of one, said no to a control request. The message is for people. */
public final class ControlException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was said
   */
  public ControlException(String message) {
    super(message);
  }
}
