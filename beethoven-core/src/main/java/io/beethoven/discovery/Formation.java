package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides from what is known of peers whether to join one, to follow one, to form a cluster, or to
 * stay alone.
 *
 * <p>Its properties, in priority order:
 *
 * <ol>
 *   <li>Safe: a node never forms a cluster beside one that it knows, beside a peer that is about to
 *       be in one, while it knows an unclustered peer that goes before it and has not been given
 *       up, or while a peer on its way out may still be stopping its roles.
 *   <li>Of two nodes that are forming and know it of each other only the first goes on.
 *   <li>Complete: where nobody is clustered or leaving, exactly one of the nodes that know each
 *       other, the first, is told to form.
 *   <li>The largest cluster is joined first; among equals, through the lowest member.
 * </ol>
 *
 * <p>Nodes that run their roles alone go before those that run nothing, so that whoever forms does
 * not start what a peer has not stopped yet; among these and those the order is that of {@link
 * io.beethoven.model.NodeId}, and lowest is by it. A node's place is fixed while it is forming, and
 * its hello tells it. The rules against two nodes that form at once are those of Lamport's bakery
 * algorithm (CACM 17(8), 1974): say that you choose, then look at everybody, then act; {@link
 * Seeker} keeps that order.
 */
public final class Formation {

  private static final Comparator<Hello> LOWEST = Comparator.comparing(hello -> hello.node());
  private static final Comparator<Hello> FIRST =
      Comparator.<Hello, Boolean>comparing(hello -> !hello.standing().runsAlone())
          .thenComparing(LOWEST);
  private static final Comparator<Hello> LARGEST =
      Comparator.<Hello>comparingInt(hello -> hello.standing().clusterSize())
          .reversed()
          .thenComparing(LOWEST);

  private Formation() {}

  /**
   * What is known.
   *
   * @param self this node
   * @param forming whether this node's own FORMING was in force before it last heard of its peers
   * @param runsAlone whether its roles run
   * @param mayForm whether it may form; not for a while after it failed to
   * @param peers the newest hello of each known peer, whatever its standing
   * @param avoided peers that could not be joined lately
   * @param passedOver peers that were expected to form a cluster and did not
   */
  public record Situation(
      Incarnation self,
      boolean forming,
      boolean runsAlone,
      boolean mayForm,
      List<Hello> peers,
      Set<Incarnation> avoided,
      Set<Incarnation> passedOver) {

    /** Copies the collections. */
    public Situation {
      Objects.requireNonNull(self, "self");
      peers = List.copyOf(peers);
      avoided = Set.copyOf(avoided);
      passedOver = Set.copyOf(passedOver);
    }
  }

  /** What to do. */
  public sealed interface Verdict {}

  /**
   * Join a cluster.
   *
   * @param target a member of it
   */
  public record Join(Hello target) implements Verdict {}

  /**
   * Wait for a peer to be clustered.
   *
   * @param leader the peer
   */
  public record Follow(Hello leader) implements Verdict {}

  /** Form a cluster for the others to join. */
  public record Form() implements Verdict {}

  /**
   * Start nothing while a peer answers: it is on its way out and may still be stopping its roles,
   * or it is in a cluster that could not be joined lately.
   *
   * @param peer the peer
   */
  public record Await(Hello peer) implements Verdict {}

  /** Nobody is there to be joined, followed or brought in. */
  public record Alone() implements Verdict {}

  /**
   * Decides.
   *
   * @param situation what is known
   * @return what to do
   */
  public static Verdict decide(Situation situation) {
    Verdict verdict = decideAmongStaying(situation);
    if (verdict instanceof Join || verdict instanceof Follow) {
      return verdict;
    }
    return situation.peers().stream()
        .filter(peer -> isIn(peer, Phase.LEAVING))
        .min(LOWEST)
        .<Verdict>map(Await::new)
        .orElse(verdict);
  }

  private static Verdict decideAmongStaying(Situation situation) {
    List<Hello> present =
        situation.peers().stream().filter(peer -> !isIn(peer, Phase.LEAVING)).toList();
    Optional<Hello> cluster = largest(present, peer -> true);
    if (cluster.isPresent()) {
      return largest(present, peer -> !situation.avoided().contains(peer.node()))
          .<Verdict>map(Join::new)
          .orElseGet(() -> new Await(cluster.get()));
    }
    if (present.isEmpty()) {
      return new Alone();
    }
    List<Hello> eligible =
        present.stream().filter(peer -> !situation.passedOver().contains(peer.node())).toList();
    Predicate<Hello> before = peer -> goesBefore(peer, situation);
    Predicate<Hello> underway =
        peer ->
            isIn(peer, Phase.JOINING)
                || (isIn(peer, Phase.FORMING) && (!situation.forming() || before.test(peer)));
    return first(eligible, underway)
        .or(() -> first(eligible, before))
        .<Verdict>map(Follow::new)
        .orElseGet(() -> withoutLeader(situation.mayForm(), eligible));
  }

  private static boolean goesBefore(Hello peer, Situation situation) {
    boolean runsAlone = peer.standing().runsAlone();
    return runsAlone == situation.runsAlone()
        ? peer.node().node().compareTo(situation.self().node()) < 0
        : runsAlone;
  }

  private static Verdict withoutLeader(boolean mayForm, List<Hello> eligible) {
    if (mayForm) {
      return new Form();
    }
    return first(eligible, peer -> true).<Verdict>map(Follow::new).orElseGet(Alone::new);
  }

  private static Optional<Hello> largest(List<Hello> peers, Predicate<Hello> condition) {
    return peers.stream()
        .filter(peer -> peer.standing().isJoinable())
        .filter(condition)
        .min(LARGEST);
  }

  private static Optional<Hello> first(List<Hello> peers, Predicate<Hello> condition) {
    return peers.stream().filter(condition).min(FIRST);
  }

  private static boolean isIn(Hello peer, Phase phase) {
    return peer.standing().phase() == phase;
  }
}
