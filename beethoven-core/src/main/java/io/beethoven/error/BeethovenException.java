package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/** The root of everything that Beethoven throws at its users on purpose. */
public class BeethovenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message for people
   */
  public BeethovenException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message for people
   * @param cause what led to it
   */
  public BeethovenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
