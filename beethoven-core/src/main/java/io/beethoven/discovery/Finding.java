package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;

/** What a probe of an address found, as far as seeking needs to know. */
public sealed interface Finding {

  /**
   * A beacon of this cluster answered.
   *
   * @param theirs its hello
   */
  record Answered(Hello theirs) implements Finding {}

  /** Somebody accepted the connection and has not answered: frozen, slow, or no beacon at all. */
  record Mute() implements Finding {}

  /** A beacon had no room for the connection. */
  record Busy() implements Finding {}

  /** A beacon answered that it will have nothing to do with this node. */
  record Stranger() implements Finding {}

  /** Nobody listens there. */
  record Refused() implements Finding {}

  /** No answer to the attempt to connect. */
  record Silent() implements Finding {}
}
