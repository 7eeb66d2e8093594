package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/** The node was closed, has left, or ended for good. */
public final class BeethovenClosedException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message for people
   * @param cause what led to it, where there is such
   */
  public BeethovenClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
