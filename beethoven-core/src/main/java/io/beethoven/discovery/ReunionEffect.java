package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import java.time.Duration;

/** What a {@link Reunion} wants done, in order. */
public sealed interface ReunionEffect {

  /**
   * Offer to another cluster that this one ends in favour of it, and tell {@link Reunion#onAnswer}
   * or {@link Reunion#onUnanswered}.
   *
   * @param number the proposal's
   * @param target the beacon to ask
   * @param own how this cluster stands
   */
  record Propose(long number, Endpoint target, Standing own) implements ReunionEffect {}

  /**
   * Answer the proposal at hand.
   *
   * @param answer what to say
   */
  record Answer(ProposalAnswer answer) implements ReunionEffect {}

  /**
   * Tell the other members that this cluster does not end in favour of another one for a while, so
   * that whoever leads it next keeps to that.
   *
   * @param remaining how long
   */
  record TellPromise(Duration remaining) implements ReunionEffect {}

  /**
   * End this cluster: have every member stop its roles, drop out, and join the other cluster.
   *
   * @param winner a beacon of that cluster, and how it stands
   * @param standing how that cluster stands
   */
  record Yield(Endpoint winner, Standing standing) implements ReunionEffect {}
}
