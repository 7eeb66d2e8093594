package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/** The node could not listen at an address. */
public final class BeethovenBindException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * Creates an exception.
   *
   * @param key the setting that names the address, such as {@code beethoven.node.port}
   * @param address the address, {@code host:port}
   * @param hint why, and what can be done about it
   * @param cause what the system said
   */
  public BeethovenBindException(
      String key, String address, String hint, @Nullable Throwable cause) {
    super(key + ": cannot listen at " + address + ": " + hint, cause);
    this.key = key;
  }

  /** Returns the setting that names the address. */
  public String key() {
    return key;
  }
}
