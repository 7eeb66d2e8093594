package io.beethoven.grant;

import io.beethoven.grant.Report.Released;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.Token;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which node gave which role up, and until when it is spared. */
final class FailureMarks {

  private final SortedMap<Incarnation, SortedMap<RoleName, Mark>> marks = new TreeMap<>();

  /** An expired mark is kept without its failure, so that a repeated report does not renew it. */
  private record Mark(Token token, Optional<Failure> failure) {}

  /** Marks what the node's report says it gave up, each time that it gave it up once. */
  void note(NodeBelief belief, Instant retryAt) {
    for (Released released : belief.released()) {
      SortedMap<RoleName, Mark> ofNode =
          marks.computeIfAbsent(belief.node(), node -> new TreeMap<>());
      Mark known = ofNode.get(released.slot().role());
      if (known == null || released.token().compareTo(known.token()) > 0) {
        Failure failure = new Failure(released.reason(), retryAt);
        ofNode.put(released.slot().role(), new Mark(released.token(), Optional.of(failure)));
      }
    }
  }

  /** Marks a node that could not take a role yet. */
  void refused(Answer.Refused refused, Instant retryAt) {
    Failure failure = new Failure("its former instance has not stopped", retryAt);
    marks
        .computeIfAbsent(refused.node(), node -> new TreeMap<>())
        .merge(
            refused.slot().role(),
            new Mark(refused.token(), Optional.of(failure)),
            (known, mark) -> known.token().compareTo(mark.token()) >= 0 ? known : mark);
  }

  /** Ends the marks whose time has come. */
  void expire(Instant now) {
    marks
        .values()
        .forEach(
            ofNode ->
                ofNode.replaceAll(
                    (role, mark) ->
                        mark.failure().filter(f -> !now.isBefore(f.retryAt())).isPresent()
                            ? new Mark(mark.token(), Optional.empty())
                            : mark));
  }

  void forget(Collection<Incarnation> nodes) {
    marks.keySet().removeAll(nodes);
  }

  Map<RoleName, Failure> of(Incarnation node) {
    SortedMap<RoleName, Failure> failures = new TreeMap<>();
    SortedMap<RoleName, Mark> ofNode = marks.get(node);
    if (ofNode != null) {
      ofNode.forEach(
          (role, mark) -> mark.failure().ifPresent(failure -> failures.put(role, failure)));
    }
    return failures;
  }

  /** When the next mark ends. */
  Optional<Instant> nextRetry() {
    return marks.values().stream()
        .flatMap(ofNode -> ofNode.values().stream())
        .map(mark -> mark.failure().map(Failure::retryAt).orElse(null))
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }
}
