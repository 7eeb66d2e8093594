package io.beethoven.diagnosis;

import io.beethoven.discovery.Endpoint;
import io.beethoven.model.NodeId;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node says of its lines to another member of its cluster.
 *
 * @param node the member
 * @param beacon where its beacon is reached, once it has introduced itself
 * @param voting whether one of the two votes on deaths, so that lines are wanted
 * @param evidence whether the member's death could be proved, and if not, why
 */
public record PeerFacts(NodeId node, Optional<Endpoint> beacon, boolean voting, Evidence evidence) {

  /** Whether a member's death could be proved. */
  public enum Evidence {
    /** Both lines stand: it could. */
    ARMED,
    /** The talk line stands, the life-line not yet or not any more. */
    UNARMED,
    /** No line stands. */
    NO_LINE,
    /** Both ends of the talk line see different addresses. */
    ADDRESSES_DIFFER
  }

  /** Creates facts. */
  public PeerFacts {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(beacon, "beacon");
    Objects.requireNonNull(evidence, "evidence");
  }
}
