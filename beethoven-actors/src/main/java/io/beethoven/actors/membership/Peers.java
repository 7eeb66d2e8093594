package io.beethoven.actors.membership;

import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The other members of the cluster, and how each is reached: a member is once it is in, that is, Up
 * or beyond, and has introduced itself, in whatever order. {@link PeerRegistry}'s state.
 */
final class Peers {

  private final Introduction self;
  private final Map<Incarnation, Peer> byNode = new TreeMap<>();

  private record Peer(boolean in, boolean down, Optional<Introduction> introduction) {

    static final Peer JOINING = new Peer(false, false, Optional.empty());

    Optional<Introduction> reachable() {
      return in ? introduction : Optional.empty();
    }
  }

  Peers(Introduction self) {
    this.self = self;
  }

  boolean isMember(Incarnation who) {
    return byNode.containsKey(who);
  }

  boolean isIn(Incarnation who) {
    return peer(who).in();
  }

  boolean isDown(Incarnation who) {
    return peer(who).down();
  }

  /** Takes in that a member was downed. */
  void down(Incarnation who) {
    Peer before = peer(who);
    byNode.put(who, new Peer(before.in(), true, before.introduction()));
  }

  /** Takes a member in that is not in yet, as far as this node has seen. */
  void joining(Incarnation who) {
    byNode.putIfAbsent(who, Peer.JOINING);
  }

  /** Takes in that a member is in; tells whether it was not before. */
  boolean enter(Incarnation who) {
    Peer before = peer(who);
    byNode.put(who, new Peer(true, before.down(), before.introduction()));
    return !before.in();
  }

  /** Takes in how a peer is reached; false if it is no member or had said so before. */
  boolean introduce(Introduction theirs) {
    Peer before = byNode.get(theirs.node());
    if (before == null || before.introduction().isPresent()) {
      return false;
    }
    byNode.put(theirs.node(), new Peer(before.in(), before.down(), Optional.of(theirs)));
    return true;
  }

  void remove(Incarnation who) {
    byNode.remove(who);
  }

  /** Returns how a peer is reached, if it is. */
  Optional<Introduction> reachable(Incarnation who) {
    return peer(who).reachable();
  }

  private Peer peer(Incarnation who) {
    return byNode.getOrDefault(who, Peer.JOINING);
  }

  /** Returns all members, this node included, sorted by address. */
  Set<Incarnation> members() {
    Set<Incarnation> all = new TreeSet<>(byNode.keySet());
    all.add(self.node());
    return all;
  }

  /** Returns how the peers are reached that have said so, in whatever state they are. */
  List<Introduction> introduced() {
    return byNode.values().stream().flatMap(peer -> peer.introduction().stream()).toList();
  }

  /** Returns the peers that can be reached and share a voter with this node. */
  List<Introduction> tracked(Voters voters) {
    return reachable().stream()
        .filter(peer -> voters.contains(self.node()) || voters.contains(peer.node()))
        .toList();
  }

  /** Returns the views of all peers that can be reached, sorted by address. */
  List<ActorRef<CoreMessage>> cores() {
    return reachable().stream().map(Introduction::core).toList();
  }

  /** Returns where the beacons of the peers listen that can be reached and are not dead. */
  Map<Incarnation, Endpoint> beacons(Set<Incarnation> dead) {
    return reachable().stream()
        .filter(peer -> !dead.contains(peer.node()))
        .collect(Collectors.toMap(Introduction::node, Introduction::beacon));
  }

  private List<Introduction> reachable() {
    return byNode.values().stream().flatMap(peer -> peer.reachable().stream()).toList();
  }

  /** Returns what an allocator is told. */
  Members list(Set<Incarnation> dead) {
    Map<Incarnation, Introduction> introduced = new TreeMap<>();
    Set<Incarnation> pending = new TreeSet<>();
    introduced.put(self.node(), self);
    byNode.forEach(
        (who, peer) -> {
          if (!dead.contains(who)) {
            peer.reachable()
                .ifPresentOrElse(
                    introduction -> introduced.put(who, introduction), () -> pending.add(who));
          }
        });
    return new Members(self.node(), new ArrayList<>(introduced.values()), pending, dead);
  }
}
