package io.beethoven.evidence;

import static java.util.Comparator.comparingInt;
import static java.util.Comparator.reverseOrder;

import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom one node holds for dead, and why: the proofs it made, the votes it heard, and D.
 *
 * <ol>
 *   <li>Safe: a node enters D only by votes of a quorum (rule 6), by its own goodbye, or because a
 *       member that is not dead holds it for dead (rule 5). A node never puts itself in D.
 *   <li>Monotone: D never shrinks, but by {@link #retain} for nodes that are neither members nor
 *       voters.
 *   <li>Idempotent: a vote that is heard twice counts once; a repeated message changes nothing.
 *   <li>Convergent: the same votes in any order lead to the same D, as long as no voter is voted
 *       against.
 * </ol>
 *
 * @param self the node that holds this
 * @param voters V, and V' while a change is on its way
 * @param proved whose death this node proved itself
 * @param votes whose death other nodes said that they proved, by node
 * @param dead D: confirmed dead or departed, the earliest first
 * @param heldForDead whether others hold this very node for dead, so that it must take no more part
 */
public record Evidence(
    Incarnation self,
    Voters voters,
    Set<Incarnation> proved,
    Map<Incarnation, Set<Incarnation>> votes,
    Set<Incarnation> dead,
    boolean heldForDead) {

  /** The most proofs, and the most dead, that one message tells: the latest of each. */
  public static final int MAX_TOLD = 256;

  /** Copies the collections. */
  public Evidence {
    Objects.requireNonNull(self, "self");
    Objects.requireNonNull(voters, "voters");
    proved = Sets.copyInOrder(proved);
    votes = Sets.copySorted(votes);
    dead = Sets.copyInOrder(dead);
  }

  /** What has to be done after a step. */
  public sealed interface Effect {}

  /**
   * This node's votes or its D have changed: tell every peer, and repeat it until it is confirmed.
   *
   * @param proved whose death this node proved, the latest last
   * @param dead whom it holds for dead, the latest last
   */
  public record TellVotes(List<Incarnation> proved, List<Incarnation> dead) implements Effect {

    /** Copies the lists. */
    public TellVotes {
      proved = List.copyOf(proved);
      dead = List.copyOf(dead);
    }
  }

  /** Others hold this node for dead: it must stop what it runs. Said once. */
  public record HeldForDead() implements Effect {}

  /**
   * What came of an event.
   *
   * @param evidence the state after it
   * @param newlyDead who entered D by it, sorted by address
   * @param effects what has to be done
   */
  public record Step(Evidence evidence, SortedSet<Incarnation> newlyDead, List<Effect> effects) {

    /** Copies the list. */
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /**
   * Starts with nothing known.
   *
   * @param self this node
   * @return no voters, no votes, nobody dead
   */
  public static Evidence of(Incarnation self) {
    return new Evidence(self, Voters.NONE, Set.of(), Map.of(), Set.of(), false);
  }

  /**
   * Changes the voters.
   *
   * @param next the new ones
   * @return the step; votes heard earlier may suffice now
   */
  public Step withVoters(Voters next) {
    return conclude(new Evidence(self, next, proved, votes, dead, heldForDead));
  }

  /**
   * This node proved a death by rule 1.
   *
   * @param peer whose
   * @return the step; nothing changes if the peer is in D already, and for this node itself
   */
  public Step prove(Incarnation peer) {
    if (peer.equals(self) || dead.contains(peer)) {
      return conclude(this);
    }
    Set<Incarnation> more = Sets.union(proved, List.of(peer));
    return conclude(new Evidence(self, voters, more, votes, dead, heldForDead));
  }

  /**
   * A member said what it proved and whom it holds for dead, both complete. From somebody in D, who
   * takes no more part, nothing is accepted (rule 5).
   *
   * @param from the member
   * @param theirProved whose death it proved itself
   * @param theirDead its D
   * @return the step
   */
  public Step vote(
      Incarnation from, Collection<Incarnation> theirProved, Collection<Incarnation> theirDead) {
    if (dead.contains(from) || from.equals(self)) {
      return conclude(this);
    }
    Map<Incarnation, Set<Incarnation>> heard = new TreeMap<>(votes);
    heard.merge(from, Set.copyOf(theirProved), Sets::union);
    List<Incarnation> adopted = theirDead.stream().filter(node -> !node.equals(self)).toList();
    return conclude(
        new Evidence(
            self,
            voters,
            proved,
            heard,
            Sets.union(dead, adopted),
            heldForDead || theirDead.contains(self)));
  }

  /**
   * A peer said goodbye: it takes no more part (rule 5).
   *
   * @param peer who
   * @return the step; nothing changes for this node itself
   */
  public Step depart(Incarnation peer) {
    if (peer.equals(self)) {
      return conclude(this);
    }
    return conclude(
        new Evidence(self, voters, proved, votes, Sets.union(dead, List.of(peer)), heldForDead));
  }

  /**
   * An operator, or this node's own restart, declares nodes dead.
   *
   * @param nodes which; this node itself is left out
   * @return the step
   */
  public Step declare(Collection<Incarnation> nodes) {
    List<Incarnation> others = nodes.stream().filter(node -> !node.equals(self)).toList();
    return conclude(
        new Evidence(self, voters, proved, votes, Sets.union(dead, others), heldForDead));
  }

  /**
   * Bounds what is remembered: of nodes that are neither members nor voters the votes and proofs
   * are dropped, and of such nodes in D all but the latest.
   *
   * @param members the members of the cluster
   * @param formerDead how many in D to keep that are neither members nor voters; well above {@value
   *     #MAX_TOLD}, since otherwise nodes tell each other for ever what they have just forgotten
   * @return the smaller state
   * @throws IllegalArgumentException if {@code formerDead} is negative
   */
  public Evidence retain(Set<Incarnation> members, int formerDead) {
    if (formerDead < 0) {
      throw new IllegalArgumentException("formerDead must be >= 0, was " + formerDead);
    }
    Set<Incarnation> known = Sets.union(members, voters.all());
    Map<Incarnation, Set<Incarnation>> kept = new TreeMap<>();
    votes.forEach(
        (from, theirs) -> {
          if (known.contains(from) && !dead.contains(from)) {
            kept.put(from, Sets.intersection(theirs, known));
          }
        });
    List<Incarnation> former = dead.stream().filter(node -> !known.contains(node)).toList();
    Set<Incarnation> forgotten =
        Set.copyOf(former.subList(0, Math.max(0, former.size() - formerDead)));
    return new Evidence(
        self,
        voters,
        Sets.intersection(proved, known),
        kept,
        Sets.difference(dead, forgotten),
        heldForDead);
  }

  /**
   * Returns what to tell a peer, also one that has only just been met: the latest {@value
   * #MAX_TOLD} of each.
   */
  public TellVotes votesToTell() {
    return new TellVotes(latest(proved), latest(dead));
  }

  private static List<Incarnation> latest(Set<Incarnation> nodes) {
    return nodes.size() <= MAX_TOLD
        ? List.copyOf(nodes)
        : nodes.stream().skip(nodes.size() - MAX_TOLD).toList();
  }

  /** Returns whom this node proved dead while the cluster has not confirmed it. */
  public Set<Incarnation> unconfirmed() {
    return Sets.difference(proved, dead);
  }

  /** Confirms what the votes of {@code next} suffice for, and compares the outcome with this. */
  private Step conclude(Evidence next) {
    Set<Incarnation> confirmed = new LinkedHashSet<>(next.dead);
    while (confirmed.addAll(next.largestConfirmed(confirmed))) {
      // Each confirmation makes V\D smaller, so the remaining votes may suffice for more.
    }
    boolean held = next.heldForDead || next.selfConfirmed(confirmed);
    Evidence after = new Evidence(self, next.voters, next.proved, next.votes, confirmed, held);
    SortedSet<Incarnation> newlyDead = new TreeSet<>(Sets.difference(confirmed, dead));
    List<Effect> effects = new ArrayList<>();
    if (!newlyDead.isEmpty() || !after.proved.equals(proved)) {
      effects.add(after.votesToTell());
    }
    if (held && !heldForDead) {
      effects.add(new HeldForDead());
    }
    return new Step(after, newlyDead, effects);
  }

  /**
   * Returns the largest set without this node that is confirmed (rule 6), those with most votes
   * first among equals, or nobody.
   */
  private Set<Incarnation> largestConfirmed(Set<Incarnation> known) {
    Map<Incarnation, Integer> tally = tally(known);
    tally.remove(self);
    Set<Incarnation> accusedVoters = new TreeSet<>(tally.keySet());
    accusedVoters.removeIf(node -> !voters.contains(node));
    Comparator<Set<Incarnation>> order =
        Comparator.<Set<Incarnation>, Integer>comparing(Set::size, reverseOrder())
            .thenComparing(x -> x.stream().mapToInt(tally::get).sum(), reverseOrder());
    // The sort is stable and the subsets come in the order of addresses, which so settles ties.
    for (Set<Incarnation> x : candidates(accusedVoters, tally).stream().sorted(order).toList()) {
      if (isConfirmed(x, known)) {
        return x;
      }
    }
    // Outside V nobody's death changes V\D, so each stands for itself once the voters are settled.
    return tally.keySet().stream()
        .filter(node -> !voters.contains(node))
        .filter(node -> isConfirmed(Set.of(node), known))
        .sorted(
            comparingInt((Incarnation node) -> -tally.getOrDefault(node, 0))
                .thenComparing(node -> node))
        .collect(Sets.toLinkedSet());
  }

  /**
   * All subsets; of more than {@value VoterSet#MAX_VOTERS} accused, which takes a change of voters
   * on its way, the first so many by falling votes.
   */
  private static List<Set<Incarnation>> candidates(
      Set<Incarnation> accused, Map<Incarnation, Integer> tally) {
    if (accused.size() <= VoterSet.MAX_VOTERS) {
      return Sets.subsets(accused);
    }
    List<Incarnation> byVotes =
        accused.stream()
            .sorted(
                Comparator.comparingInt((Incarnation node) -> -tally.getOrDefault(node, 0))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    List<Set<Incarnation>> prefixes = new ArrayList<>();
    for (int size = 1; size <= byVotes.size(); size++) {
      prefixes.add(new TreeSet<>(byVotes.subList(0, size)));
    }
    return prefixes;
  }

  private boolean selfConfirmed(Set<Incarnation> known) {
    Map<Incarnation, Integer> tally = tally(known);
    if (!tally.containsKey(self)) {
      return false;
    }
    Set<Incarnation> others = new TreeSet<>(tally.keySet());
    others.removeIf(node -> node.equals(self) || !voters.contains(node));
    return isConfirmed(Set.of(self), known)
        || candidates(others, tally).stream()
            .map(x -> Sets.union(x, List.of(self)))
            .anyMatch(x -> isConfirmed(x, known));
  }

  /** Tells whether the voters that voted for all of {@code x} are a quorum of V\D\X (rule 6). */
  private boolean isConfirmed(Set<Incarnation> x, Set<Incarnation> known) {
    Set<Incarnation> gone = Sets.union(known, x);
    Set<Incarnation> inFavour =
        voters.live(gone).stream()
            .filter(voter -> votesOf(voter).containsAll(x))
            .collect(Sets.toLinkedSet());
    return voters.quorum(inFavour, gone);
  }

  /** Counts the votes of V\D against each node that is not in D, sorted by address. */
  private Map<Incarnation, Integer> tally(Set<Incarnation> known) {
    Map<Incarnation, Integer> tally = new TreeMap<>();
    voters.live(known).stream()
        .flatMap(voter -> votesOf(voter).stream())
        .filter(node -> !known.contains(node))
        .forEach(node -> tally.merge(node, 1, Integer::sum));
    return tally;
  }

  private Set<Incarnation> votesOf(Incarnation voter) {
    return voter.equals(self) ? proved : votes.getOrDefault(voter, Set.of());
  }
}
