package io.beethoven.error;

/** The node has ended because another living node of the cluster has its address. */
public final class BeethovenAddressTakenException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message who has the address, and what can be done about it
   */
  public BeethovenAddressTakenException(String message) {
    super(message, null);
  }
}
