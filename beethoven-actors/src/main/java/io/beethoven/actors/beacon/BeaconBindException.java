package io.beethoven.actors.beacon;

import io.beethoven.discovery.Endpoint;
import java.io.IOException;

/**
 * The beacon cannot listen at the address it was given: most often since another process does,
 * which is then a node at the same address.
 */
public final class BeaconBindException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Endpoint endpoint;

  BeaconBindException(Endpoint endpoint, IOException cause) {
    super("beacon cannot listen at " + endpoint + ": " + cause.getMessage(), cause);
    this.endpoint = endpoint;
  }

  /**
   * Returns where it should have listened.
   *
   * @return the address
   */
  public Endpoint endpoint() {
    return endpoint;
  }
}
