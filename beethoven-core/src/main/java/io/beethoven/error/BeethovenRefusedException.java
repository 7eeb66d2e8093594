package io.beethoven.error;

/** The node understood what was asked of it and will not do it. */
public final class BeethovenRefusedException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message why, for people
   */
  public BeethovenRefusedException(String message) {
    super(message);
  }
}
