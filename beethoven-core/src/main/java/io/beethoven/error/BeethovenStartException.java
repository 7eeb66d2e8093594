package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/**
 * The node could not be started for a reason that is neither its configuration nor an address in
 * use.
 */
public final class BeethovenStartException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message for people
   * @param cause what led to it, where there is such
   */
  public BeethovenStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
