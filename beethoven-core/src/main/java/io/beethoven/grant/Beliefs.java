package io.beethoven.grant;

import io.beethoven.grant.Answer.Testimony;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an allocator believes of each node, and which of the members it can send orders to. */
final class Beliefs {

  private final Timing timing;
  private final SortedMap<Incarnation, NodeBelief> byNode = new TreeMap<>();
  private final SortedSet<Incarnation> present = new TreeSet<>();
  private final SortedSet<Incarnation> absent = new TreeSet<>();
  private Map<Incarnation, Moment> heard;

  Beliefs(Timing timing, Outlook outlook) {
    this.timing = timing;
    this.heard = outlook.heard();
  }

  /** A node that comes up now was silent since its allocator's node heard it last. */
  void know(Outlook outlook) {
    heard = outlook.heard();
  }

  /** The members are others: those that can be reached, and those that cannot be reached yet. */
  void members(Collection<Incarnation> reachable, Collection<Incarnation> others) {
    present.clear();
    present.addAll(reachable);
    absent.clear();
    absent.addAll(others);
  }

  /** Returns the members that can be reached. */
  SortedSet<Incarnation> present() {
    return Collections.unmodifiableSortedSet(present);
  }

  /** Returns all members. */
  SortedSet<Incarnation> members() {
    SortedSet<Incarnation> members = new TreeSet<>(present);
    members.addAll(absent);
    return members;
  }

  /** Returns what is believed of a node, from now on at least. */
  NodeBelief of(Incarnation node, Moment now) {
    NodeBelief belief = byNode.get(node);
    if (belief == null) {
      belief = new NodeBelief(node, heard.getOrDefault(node, now));
      byNode.put(node, belief);
    }
    return belief;
  }

  /** Tells whether a node has reported in this reign. */
  boolean hasReported(Incarnation node) {
    NodeBelief belief = byNode.get(node);
    return belief != null && belief.hasReported();
  }

  /** Returns what is believed of all nodes that ever came up, members or not. */
  Collection<NodeBelief> all() {
    return Collections.unmodifiableCollection(byNode.values());
  }

  /** Returns what is believed of those that can be reached. */
  List<NodeBelief> ofPresent(Moment now) {
    List<NodeBelief> beliefs = new ArrayList<>();
    present.forEach(node -> beliefs.add(of(node, now)));
    return beliefs;
  }

  /** Returns those that have reported in this reign. */
  Set<Incarnation> reporters() {
    Set<Incarnation> reporters = new TreeSet<>();
    for (NodeBelief belief : byNode.values()) {
      if (belief.hasReported()) {
        reporters.add(belief.node());
      }
    }
    return reporters;
  }

  /** Returns the sessions that are known. */
  Map<Incarnation, Long> sessions() {
    Map<Incarnation, Long> sessions = new TreeMap<>();
    byNode.forEach(
        (node, belief) ->
            belief.report().ifPresent(report -> sessions.put(node, report.session())));
    return sessions;
  }

  /** A node was silent since it was last heard, but not longer than its allocator could hear it. */
  void beginReign(Moment hearsSince) {
    byNode.forEach(
        (node, belief) ->
            belief.beginReign(heard.getOrDefault(node, hearsSince).latest(hearsSince)));
  }

  void forget(Set<Incarnation> dead) {
    byNode.keySet().removeIf(dead::contains);
    present.removeIf(dead::contains);
    absent.removeIf(dead::contains);
  }

  /** A node of a slower profile is in contact less often. */
  boolean isSilent(NodeBelief belief, Moment now) {
    return belief.isSilent(suspect(belief), now);
  }

  /** Returns after how long a node that says nothing is suspected. */
  Duration suspect(NodeBelief belief) {
    return timing.covering(leaseTerm(belief)).suspect();
  }

  Duration leaseTerm(NodeBelief belief) {
    return belief.testimony().map(Testimony::leaseTerm).orElse(timing.leaseTerm());
  }

  /** Returns the longest term of a lease by credit of any node that testified, or a former life. */
  Duration longestLease() {
    return byNode.values().stream()
        .flatMap(belief -> belief.testimony().stream())
        .map(Testimony::longestLease)
        .reduce(timing.leaseTerm(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  /**
   * Whether everybody that may hold something has had credit of a node, so that nobody loses its
   * lease when that node becomes a voter.
   */
  boolean isArmed(Incarnation node) {
    return byNode.values().stream()
        .filter(belief -> !belief.node().equals(node))
        .flatMap(belief -> belief.report().stream())
        .filter(report -> report.standing() != Report.Standing.WITHOUT_LEASE)
        .allMatch(report -> report.creditedBy().contains(node));
  }

  /** Whether somebody has a lease in another cluster. */
  boolean isAnotherClusterAlive(long cluster) {
    return byNode.values().stream()
        .flatMap(belief -> belief.report().stream())
        .filter(report -> report.standing() == Report.Standing.OPEN)
        .anyMatch(report -> report.shared().voters().cluster() != cluster);
  }

  /**
   * Returns the highest epoch that a node brought along from elsewhere. The present one is not from
   * elsewhere: a node that was restarted during the reign brings that.
   */
  Epoch foreign(Epoch present) {
    return byNode.values().stream()
        .flatMap(belief -> belief.testimony().stream())
        .map(Testimony::foreign)
        .filter(foreign -> !foreign.equals(present))
        .max(Epoch::compareTo)
        .orElse(Epoch.NONE);
  }

  /** Whether one that can be reached has not answered everything. */
  boolean awaitsAnything() {
    return present.stream()
        .flatMap(node -> Optional.ofNullable(byNode.get(node)).stream())
        .anyMatch(NodeBelief::awaitsAnything);
  }
}
