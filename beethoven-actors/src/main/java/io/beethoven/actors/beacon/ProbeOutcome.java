package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Refusal;

/** What came of dialling an address. */
public sealed interface ProbeOutcome {

  /**
   * A beacon of this cluster answered.
   *
   * @param theirs its hello
   */
  record Answered(Hello theirs) implements ProbeOutcome {}

  /**
   * A beacon answered that it will have nothing to do with this node.
   *
   * @param refusal its answer
   */
  record Rejected(Refusal refusal) implements ProbeOutcome {}

  /**
   * Connected, but no valid hello before the deadline or the end of the connection: frozen,
   * starting, or no beacon at all.
   */
  record Mute() implements ProbeOutcome {}

  /** The kernel there refused the connection: nobody listens. */
  record Refused() implements ProbeOutcome {}

  /** No answer to the attempt to connect before the deadline. */
  record Silent() implements ProbeOutcome {}

  /**
   * The attempt failed otherwise, for instance because the network is unreachable.
   *
   * @param reason for people
   */
  record Failed(String reason) implements ProbeOutcome {}
}
