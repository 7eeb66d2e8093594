package io.beethoven.actors.discovery;

import io.beethoven.discovery.Candidates;
import java.util.concurrent.CompletionStage;

/**
 * A way to name addresses at which peers may be: a subnet, a list, a DNS name, a cloud's metadata.
 * Several may be used at once.
 *
 * <p>The contract, which the conformance suite checks:
 *
 * <ol>
 *   <li>{@link #candidates} never blocks its caller and never throws. Work that blocks is done on a
 *       dispatcher or thread of the source's own, with bounded attempts, times and bytes.
 *   <li>The stage ends in bounded time, with at most {@link Candidates#MAX_SIZE} candidates or with
 *       an error. An error, or an answer that comes too late for its pass, is logged and the
 *       source's previous answer is used; it never keeps a node from starting.
 *   <li>The answer is immutable: the same index gives the same endpoint from every thread.
 *   <li>It is asked once per pass and may answer differently each time. It may name this node.
 *   <li>Candidates are only addresses to look at. A source never decides who forms a cluster.
 * </ol>
 */
public interface CandidateSource {

  /** Returns the source in words, for the log. */
  String describe();

  /** Returns the candidates of the next pass. */
  CompletionStage<Candidates> candidates();
}
