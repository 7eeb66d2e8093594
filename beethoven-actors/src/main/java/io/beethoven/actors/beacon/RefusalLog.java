package io.beethoven.actors.beacon;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Refusals;
import io.beethoven.discovery.RefusedPeer;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each difference with a peer once, and keeps it for whoever asks; {@link BeaconServer}'s
 * state.
 */
final class RefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final String DIFFERENCE = "event=refused peer=\"{}\" key=\"{}\" theirs={} ours={}";

  private final Refusals refusals = new Refusals();
  private final InstantSource clock;

  RefusalLog(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes in that a peer's hello was refused here. */
  void refused(Hello theirs, Endpoint remote, Refusal refusal) {
    note(theirs.beacon().toString(), "node " + theirs.node() + " at " + remote.host(), refusal);
  }

  /** Takes in that this node does not speak the version of somebody who called. */
  void otherVersion(Endpoint remote, Refusal refusal) {
    note(remote.host(), remote.host(), refusal);
  }

  /** Takes in that a peer that was dialled refused this node. */
  void refusedBy(Endpoint beacon, Refusal refusal) {
    Refusal seenFromHere = refusal.turned();
    boolean hostOnly = refusal.reason() == RefusalReason.OTHER_VERSION;
    note(hostOnly ? beacon.host() : beacon.toString(), beacon.toString(), seenFromHere);
  }

  void agreed(Endpoint beacon) {
    refusals.agreed(beacon.toString());
    refusals.agreed(beacon.host());
  }

  List<RefusedPeer> recent(int most) {
    return refusals.recent(most);
  }

  private void note(String peer, String where, Refusal seenFromHere) {
    boolean isSelf = seenFromHere.ours().equals(seenFromHere.theirs());
    if (isSelf || !refusals.note(clock.instant(), peer, seenFromHere)) {
      return;
    }
    switch (seenFromHere.reason()) {
      case SAME_ADDRESS ->
          LOG.error(
              "event=address-conflict peer=\"{}\" theirs={} ours={}: another living node has this"
                  + " node's address; change the address of one of them",
              where,
              seenFromHere.theirs(),
              seenFromHere.ours());
      case OTHER_CLUSTER -> LOG.info(DIFFERENCE, arguments(where, seenFromHere));
      default -> LOG.warn(DIFFERENCE, arguments(where, seenFromHere));
    }
  }

  private static Object[] arguments(String where, Refusal refusal) {
    return new Object[] {where, refusal.key(), refusal.theirs(), refusal.ours()};
  }
}
