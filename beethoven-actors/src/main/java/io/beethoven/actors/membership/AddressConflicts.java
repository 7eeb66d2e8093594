package io.beethoven.actors.membership;

import io.beethoven.actors.protocol.CoreMessage.AddressRefused;
import io.beethoven.model.ClusterEvent.AddressConflict;
import io.beethoven.model.Incarnation;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** The lives that were refused because their address is taken, so that each is told of once. */
final class AddressConflicts {

  private static final int MAX_KNOWN = 256;

  private final Set<Incarnation> known = new HashSet<>();

  boolean isNews(AddressRefused refused) {
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    return known.add(refused.claimant());
  }

  AddressConflict event(AddressRefused refused, Instant at) {
    return new AddressConflict(
        refused.holder().node(), refused.holderText(), refused.claimantText(), at);
  }
}
