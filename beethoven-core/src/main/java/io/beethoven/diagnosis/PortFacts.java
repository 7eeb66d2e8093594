package io.beethoven.diagnosis;

import io.beethoven.discovery.Endpoint;
import java.util.Objects;

/**
 * A port at which a node with the settings at hand would listen.
 *
 * @param key the setting that names it
 * @param at the address and the port
 * @param state what came of trying to take it
 * @param detail the system's words where it could not be taken; empty otherwise
 * @param ephemeral advice where the kernel may give the port to outgoing connections; else empty
 */
public record PortFacts(String key, Endpoint at, State state, String detail, String ephemeral) {

  /** What came of trying to take a port. */
  public enum State {
    /** It could be taken, and was given back. */
    FREE,
    /** Somebody listens there. */
    TAKEN,
    /** The address is none of this machine's. */
    NOT_HERE,
    /** The system refuses it for another reason. */
    REFUSED
  }

  /** Creates facts. */
  public PortFacts {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(ephemeral, "ephemeral");
  }
}
