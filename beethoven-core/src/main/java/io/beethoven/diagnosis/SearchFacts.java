package io.beethoven.diagnosis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One pass over all addresses at which peers may be.
 *
 * @param cluster the name of the cluster that was asked about
 * @param sources who named the addresses, in words
 * @param addresses how many there were
 * @param refused how many of them refused the connection
 * @param silent how many of them did not answer at all
 * @param failed how many could not be dialled
 * @param took how long the pass took
 */
public record SearchFacts(
    String cluster,
    List<String> sources,
    int addresses,
    int refused,
    int silent,
    int failed,
    Duration took) {

  /** Copies the list. */
  public SearchFacts {
    Objects.requireNonNull(cluster, "cluster");
    sources = List.copyOf(sources);
    Objects.requireNonNull(took, "took");
  }
}
