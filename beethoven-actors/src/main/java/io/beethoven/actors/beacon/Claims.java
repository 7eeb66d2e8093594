package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.BeaconServer.Probe;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.Protect;
import io.beethoven.actors.beacon.Dials.Ends;
import io.beethoven.discovery.AddressClaim;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Hellos that claim an address which another life of the node has; {@link BeaconServer}'s state. A
 * true restart does so, too, so that such a hello waits until it is known whether the former life
 * still answers.
 */
final class Claims {

  /** The most claimants that are remembered, so that each is told of once. */
  private static final int MAX_TOLD = 256;

  private final Identity self;
  private final ActorRef<AddressClaimed> listener;
  private final Map<NodeId, Holder> members = new HashMap<>();
  private final Map<Long, Waiting> open = new HashMap<>();
  private final Set<Incarnation> told = new HashSet<>();
  private Duration patience = Duration.ofSeconds(1);

  private record Holder(Incarnation node, Endpoint beacon) {}

  /**
   * A hello that waits.
   *
   * @param connection on which connection
   * @param ends its ends
   * @param theirs the hello
   */
  record Claim(long connection, Ends ends, Hello theirs) {}

  private record Waiting(Claim claim, Holder holder) {}

  Claims(Identity self, ActorRef<AddressClaimed> listener) {
    this.self = self;
    this.listener = listener;
  }

  void protect(Protect protect) {
    patience = protect.patience();
    members.clear();
    protect.members().forEach((node, beacon) -> members.put(node.node(), new Holder(node, beacon)));
  }

  /** Judges another life at this node's own address; empty if it is not to be refused. */
  Optional<Refusal> atOwnAddress(Ends ends, Hello theirs, Standing own) {
    AddressClaim judged = AddressClaim.judge(self.node(), own, theirs);
    Holder here = new Holder(self.node(), self.beacon());
    tell(here, ends, theirs, judged == AddressClaim.YIELD);
    return judged == AddressClaim.REFUSE ? Optional.of(refusal(here, theirs)) : Optional.empty();
  }

  /** Tells whether a hello comes from another life of a member. */
  boolean isClaim(Hello theirs) {
    Holder holder = members.get(theirs.node().node());
    return holder != null && !holder.node().equals(theirs.node());
  }

  /** Lets a hello wait; returns how to find out about the holder, unless that is under way. */
  Optional<Probe> await(Claim claim, ActorRef<ProbeResult> replyTo) {
    Holder holder = Objects.requireNonNull(members.get(claim.theirs().node().node()), "no claim");
    boolean underWay =
        open.values().stream().anyMatch(other -> other.holder().beacon().equals(holder.beacon()));
    open.put(claim.connection(), new Waiting(claim, holder));
    return underWay
        ? Optional.empty()
        : Optional.of(new Probe(holder.beacon(), patience, patience, replyTo));
  }

  /**
   * Takes the hellos out that waited for an answer from there.
   *
   * @return each with its refusal, where the former life still answers
   */
  Map<Claim, Optional<Refusal>> settle(ProbeResult result) {
    Map<Claim, Optional<Refusal>> settled = new HashMap<>();
    for (Waiting waiting : List.copyOf(open.values())) {
      if (waiting.holder().beacon().equals(result.target())) {
        open.remove(waiting.claim().connection());
        settled.put(waiting.claim(), refuse(waiting, result.outcome()));
      }
    }
    return settled;
  }

  private Optional<Refusal> refuse(Waiting waiting, ProbeOutcome outcome) {
    boolean lives =
        outcome instanceof ProbeOutcome.Answered answered
            && answered.theirs().node().equals(waiting.holder().node());
    if (!lives) {
      return Optional.empty();
    }
    Claim claim = waiting.claim();
    tell(waiting.holder(), claim.ends(), claim.theirs(), false);
    return Optional.of(refusal(waiting.holder(), claim.theirs()));
  }

  void closed(long connection) {
    open.remove(connection);
  }

  private static Refusal refusal(Holder holder, Hello theirs) {
    return new Refusal(
        RefusalReason.SAME_ADDRESS,
        text(holder.node(), holder.beacon()),
        text(theirs.node(), theirs.beacon()));
  }

  private void tell(Holder holder, Ends ends, Hello theirs, boolean yields) {
    if (told.size() >= MAX_TOLD) {
      told.clear();
    }
    if (told.add(theirs.node())) {
      listener.tell(
          new AddressClaimed(
              holder.node(),
              text(holder.node(), holder.beacon()),
              theirs.node(),
              text(theirs.node(), theirs.beacon()) + " calling from " + ends.remote(),
              yields));
    }
  }

  private static String text(Incarnation node, Endpoint beacon) {
    String both = node + " beacon " + beacon;
    boolean fits = both.getBytes(StandardCharsets.UTF_8).length <= BeaconCodec.MAX_QUOTE_BYTES;
    return fits ? both : node.toString();
  }
}
