package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The peers that a node in no cluster knows, by address: the newest life and hello of each. */
final class Peers {

  /**
   * The most peers that are remembered, and failed joins likewise: what strangers say must not fill
   * the memory. Whoever answered a probe takes the place of one that has only called.
   */
  static final int MAX_PEERS = 1024;

  /** How many attempts in a row must stay without answer before a known peer counts as gone. */
  private static final int SILENT_LIMIT = 2;

  private final Map<NodeId, Peer> byNode = new TreeMap<>();
  private final Map<Incarnation, Instant> avoidedUntil = new TreeMap<>();
  private final Map<Incarnation, Integer> failures = new TreeMap<>();
  private final Map<Incarnation, Phase> passedOver = new TreeMap<>();
  private final Set<Incarnation> unheard = new HashSet<>();
  private long shunned;
  private Instant shunnedUntil = Instant.MIN;

  /**
   * A peer.
   *
   * @param hello what it said last
   * @param dial where it answered a probe, else where it says that its beacon listens
   * @param calledAt when it last called, if it did
   * @param answered whether it was found there by a probe
   * @param silent how many probes in a row found silence
   */
  record Peer(Hello hello, Endpoint dial, Instant calledAt, boolean answered, int silent) {}

  /** What a hello changed. */
  enum Change {
    NEW,
    PHASE,
    UNCERTAIN,
    NOTHING
  }

  /** Takes in what a peer said when it called. */
  Change heard(Instant now, Hello hello) {
    Peer known = byNode.get(hello.node().node());
    return known != null && known.hello.node().equals(hello.node())
        ? put(new Peer(hello, known.dial, now, known.answered, 0))
        : put(new Peer(hello, hello.beacon(), now, false, 0));
  }

  /**
   * Takes in what a peer answered to a probe. Where the peer has called since the probe was sent,
   * the answer may be the older word of the two: then the one that says more is kept, and the
   * answer is {@link Change#UNCERTAIN}.
   */
  Change answered(Endpoint target, Instant sent, Hello hello) {
    byNode.values().removeIf(peer -> peer.dial.equals(target) && !sameNode(peer.hello, hello));
    Peer known = byNode.get(hello.node().node());
    if (known == null || !known.hello.node().equals(hello.node())) {
      return put(new Peer(hello, target, Instant.MIN, true, 0));
    }
    boolean inOrder = sent.isAfter(known.calledAt);
    if (!inOrder && weight(known.hello) > weight(hello)) {
      return Change.UNCERTAIN;
    }
    return put(new Peer(hello, target, known.calledAt, true, 0));
  }

  private static int weight(Hello hello) {
    Phase phase = hello.standing().phase();
    if (phase == Phase.SEEKING || phase == Phase.STANDALONE) {
      return 0;
    }
    return phase == Phase.FORMING || phase == Phase.JOINING ? 1 : 2;
  }

  private static boolean sameNode(Hello left, Hello right) {
    return left.node().node().equals(right.node().node());
  }

  private Change put(Peer peer) {
    Incarnation id = peer.hello.node();
    Phase phase = peer.hello.standing().phase();
    if (byNode.size() >= MAX_PEERS && !byNode.containsKey(id.node()) && !makeRoomFor(peer)) {
      return Change.NOTHING;
    }
    Peer before = byNode.put(id.node(), peer);
    unheard.remove(id);
    passedOver.computeIfPresent(id, (key, since) -> since == phase ? since : null);
    if (before == null || !before.hello.node().equals(id)) {
      return Change.NEW;
    }
    return before.hello.standing().phase() == phase ? Change.NOTHING : Change.PHASE;
  }

  private boolean makeRoomFor(Peer peer) {
    if (!peer.answered) {
      return false;
    }
    Optional<NodeId> unproven =
        byNode.entrySet().stream()
            .filter(entry -> !entry.getValue().answered)
            .map(Map.Entry::getKey)
            .findFirst();
    unproven.ifPresent(byNode::remove);
    return unproven.isPresent();
  }

  /** Takes in that nobody listens at an address; tells whether a known peer is gone by that. */
  boolean refused(Endpoint target) {
    return byNode.values().removeIf(peer -> peer.dial.equals(target));
  }

  /** Takes in that an address is silent; tells whether a known peer is gone by that. */
  boolean silent(Endpoint target) {
    byNode.replaceAll(
        (node, peer) ->
            peer.dial.equals(target)
                ? new Peer(peer.hello, peer.dial, peer.calledAt, peer.answered, peer.silent + 1)
                : peer);
    return byNode.values().removeIf(peer -> peer.silent >= SILENT_LIMIT);
  }

  /** Tells whether a known peer is looked for at an address. */
  boolean isAt(Endpoint target) {
    return byNode.values().stream().anyMatch(peer -> peer.dial.equals(target));
  }

  /** Returns where a peer is to be probed, if it is still known in that life. */
  Optional<Endpoint> dial(Incarnation id) {
    @Nullable Peer peer = byNode.get(id.node());
    return peer != null && peer.hello.node().equals(id) ? Optional.of(peer.dial) : Optional.empty();
  }

  List<Endpoint> endpoints() {
    return byNode.values().stream().map(Peer::dial).distinct().toList();
  }

  List<Hello> hellos() {
    return byNode.values().stream().map(Peer::hello).toList();
  }

  /** Counts a failed join and returns how many there were with this target. */
  int countFailure(Incarnation target) {
    if (failures.size() >= MAX_PEERS && !failures.containsKey(target)) {
      failures.keySet().removeIf(id -> dial(id).isEmpty());
    }
    return failures.merge(target, 1, Integer::sum);
  }

  /** Avoids a peer until a time, and until it says hello again. */
  void avoid(Incarnation target, Instant until) {
    avoidedUntil.put(target, until);
    unheard.add(target);
  }

  /** Avoids all members of a cluster until a time. */
  void shun(long clusterId, Instant until) {
    shunned = clusterId;
    shunnedUntil = until;
  }

  /** Returns the peers that are not to be joined now, and forgets those whose time is over. */
  Set<Incarnation> avoided(Instant now) {
    unheard.removeIf(id -> dial(id).isEmpty());
    avoidedUntil
        .entrySet()
        .removeIf(entry -> !now.isBefore(entry.getValue()) && !unheard.contains(entry.getKey()));
    Set<Incarnation> avoided = new HashSet<>(avoidedUntil.keySet());
    if (now.isBefore(shunnedUntil)) {
      hellos().stream()
          .filter(hello -> hello.standing().clusterId() == shunned)
          .forEach(hello -> avoided.add(hello.node()));
    }
    return avoided;
  }

  /** Returns when the next of the avoided peers may be tried again, if time alone is missing. */
  Optional<Instant> nextReprieve(Instant now) {
    return Stream.concat(avoidedUntil.values().stream(), Stream.of(shunnedUntil))
        .filter(now::isBefore)
        .min(Instant::compareTo);
  }

  /** Expects no more of a peer until its phase changes. */
  void passOver(Hello peer) {
    passedOver.put(peer.node(), peer.standing().phase());
  }

  /** Takes back that no more is expected of a peer. */
  void expect(Incarnation id) {
    passedOver.remove(id);
  }

  /** Forgets a peer that gives no sign of life. */
  void forget(Incarnation id) {
    byNode.values().removeIf(peer -> peer.hello.node().equals(id));
  }

  Set<Incarnation> passedOver() {
    passedOver.keySet().removeIf(id -> dial(id).isEmpty());
    return new HashSet<>(passedOver.keySet());
  }

  /** Returns how many entries are held in all; bounded whatever strangers say. */
  int entries() {
    return byNode.size()
        + avoidedUntil.size()
        + failures.size()
        + unheard.size()
        + passedOver.size();
  }

  void clear() {
    byNode.clear();
    avoidedUntil.clear();
    failures.clear();
    unheard.clear();
    passedOver.clear();
  }
}
