package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/** An answer did not come in time. The question may be asked again. */
public final class BeethovenTimeoutException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message for people
   * @param cause what led to it, where there is such
   */
  public BeethovenTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
