package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import java.time.Duration;

/** What a {@link Seeker} wants done, in order. */
public sealed interface SeekEffect {

  /** Ask the sources for the candidates of the next pass and tell {@link Seeker#onCandidates}. */
  record CollectCandidates() implements SeekEffect {}

  /**
   * Probe an address and tell {@link Seeker#onFinding}.
   *
   * @param target where
   */
  record Probe(Endpoint target) implements SeekEffect {}

  /**
   * Change what the beacon says of this node and tell {@link Seeker#onAnnounced} when it is in
   * force.
   *
   * @param standing what it shall say
   */
  record Announce(Standing standing) implements SeekEffect {}

  /**
   * A pass is complete; for the log.
   *
   * @param number 1 for the first since seeking began
   * @param probes how many addresses were probed
   * @param took how long from the candidates to the last answer
   */
  record PassEnded(int number, int probes, Duration took) implements SeekEffect {}

  /**
   * This node waits for a peer that is expected to form a cluster; for the log.
   *
   * @param leader the peer
   */
  record Following(Hello leader) implements SeekEffect {}

  /** Nobody was found; run alone and go on looking. */
  record StayStandalone() implements SeekEffect {}

  /**
   * Form a cluster.
   *
   * @param clusterId the new cluster's id, never 0
   */
  record FormCluster(long clusterId) implements SeekEffect {}

  /**
   * Join a peer's cluster.
   *
   * @param target a member of it
   */
  record JoinCluster(Hello target) implements SeekEffect {}

  /**
   * Another cluster of the same name exists.
   *
   * @param other a member of it
   */
  record IslandSeen(Hello other) implements SeekEffect {}
}
