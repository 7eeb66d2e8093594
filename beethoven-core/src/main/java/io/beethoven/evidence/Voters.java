package io.beethoven.evidence;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The voter set of rule 3.4 in one of its versions: settled, or on its way to the next.
 *
 * <p>Of two, a node always keeps the higher: by version, then on its way before settled, then by
 * epoch. While a change is on its way whatever needs a quorum needs one of the former and one of
 * the next voters.
 *
 * @param cluster drawn by the founder; voters of another cluster are never taken over, but by a
 *     node that knows none
 * @param version rises with each change that was completed
 * @param proposer the reign that proposed it
 * @param current V
 * @param next V', while the change is on its way
 */
public record Voters(
    long cluster, long version, Epoch proposer, VoterSet current, Optional<VoterSet> next)
    implements Comparable<Voters> {

  /** A node that knows no cluster: no quorum is possible. */
  public static final Voters NONE = new Voters(0, 0, Epoch.NONE, VoterSet.EMPTY, Optional.empty());

  /** Checks the parts. */
  public Voters {
    Objects.requireNonNull(proposer, "proposer");
    Objects.requireNonNull(current, "current");
    Objects.requireNonNull(next, "next");
  }

  /**
   * Founds a cluster of one.
   *
   * @param cluster its id
   * @param version 1, or more than what this node knew of the cluster before
   * @param founder the only voter
   * @return its settled voters
   */
  public static Voters founding(long cluster, long version, Incarnation founder) {
    return new Voters(
        cluster, version, Epoch.NONE, VoterSet.of(Set.of(founder), 1), Optional.empty());
  }

  /**
   * Goes on with one node alone, the next life of the last voter or by an operator's word.
   *
   * @param founder the only voter
   * @return the next version of this cluster
   */
  public Voters foundedAnew(Incarnation founder) {
    return new Voters(
        cluster, version + 1, proposer, VoterSet.of(Set.of(founder), 1), Optional.empty());
  }

  /** Tells whether a change is on its way. */
  public boolean isJoint() {
    return next.isPresent();
  }

  /** Returns V and V' together, sorted. */
  public Set<Incarnation> all() {
    Set<Incarnation> all = new TreeSet<>(current.voters());
    next.ifPresent(set -> all.addAll(set.voters()));
    return all;
  }

  /**
   * Tells whether a node votes, now or next.
   *
   * @param node which
   * @return whether it is in V or V'
   */
  public boolean contains(Incarnation node) {
    return current.contains(node) || next.filter(set -> set.contains(node)).isPresent();
  }

  /**
   * Tells whether the cluster was never but one node's, in however many lives.
   *
   * @param node which
   * @return whether no other one ever voted there, as far as this version tells
   */
  public boolean wereAlwaysOf(NodeId node) {
    return proposer.equals(Epoch.NONE)
        && all().stream().allMatch(voter -> voter.node().equals(node));
  }

  /**
   * Returns V and V' without the dead, sorted.
   *
   * @param dead D
   * @return (V + V')\D
   */
  public Set<Incarnation> live(Set<Incarnation> dead) {
    Set<Incarnation> live = all();
    live.removeIf(dead::contains);
    return live;
  }

  /**
   * Tells whether nodes are a quorum of V\D and, while a change is on its way, of V'\D.
   *
   * @param q the nodes that agree
   * @param dead D
   * @return whether both agree
   */
  public boolean quorum(Set<Incarnation> q, Set<Incarnation> dead) {
    return Quorum.holds(q, current, dead) && (next.isEmpty() || Quorum.holds(q, next.get(), dead));
  }

  /**
   * Begins a change, or takes one over from a former reign.
   *
   * @param epoch the reign that proposes it
   * @param to V'
   * @return the same version, on its way
   */
  public Voters towards(Epoch epoch, VoterSet to) {
    return new Voters(cluster, version, epoch, current, Optional.of(to));
  }

  /**
   * Completes the change.
   *
   * @return the next version, settled
   * @throws IllegalStateException if no change is on its way
   */
  public Voters settled() {
    VoterSet to = next.orElseThrow(() -> new IllegalStateException("no change on its way"));
    return new Voters(cluster, version + 1, proposer, to, Optional.empty());
  }

  /**
   * Tells whether a node that holds these has to take over others.
   *
   * @param other what it hears of
   * @return true if they are of the same cluster, or none is known here, and higher
   */
  public boolean yieldsTo(Voters other) {
    return other.compareTo(this) > 0 && (cluster == other.cluster || equals(NONE));
  }

  @Override
  public int compareTo(Voters other) {
    int order = Long.compare(version, other.version);
    order = order != 0 ? order : Boolean.compare(isJoint(), other.isJoint());
    return order != 0 ? order : proposer.compareTo(other.proposer);
  }
}
