package io.beethoven.actors.discovery;

import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Which member of the cluster has been in it longest. All members agree on that but for how soon
 * they hear of each other's end, and whoever has become the eldest stays it until its own end.
 */
final class Seniority {

  private final Cluster cluster;
  private final Incarnation self;

  Seniority(ActorSystem<?> system, Incarnation self) {
    this.cluster = Cluster.get(system);
    this.self = self;
  }

  /** Returns the eldest member that is Up and not dead; this node where there is none. */
  Incarnation eldest(Set<Incarnation> dead) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> member.hasRole(PekkoOverlay.MEMBER_ROLE))
        .filter(member -> member.status().equals(MemberStatus.up()))
        .sorted(Member.ageOrdering())
        .map(Seniority::incarnation)
        .filter(member -> !dead.contains(member))
        .findFirst()
        .orElse(self);
  }

  private static Incarnation incarnation(Member member) {
    Address address = member.uniqueAddress().address();
    NodeId node = new NodeId(address.getHost().orElseThrow(), address.getPort().orElseThrow());
    return new Incarnation(node, member.uniqueAddress().longUid());
  }
}
