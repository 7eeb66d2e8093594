package io.beethoven.allocation;

import io.beethoven.model.Candidate;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Why roles run less often than they shall, for people. */
final class Explanations {

  private final SortedMap<RoleName, RoleSpec> specs;
  private final SortedMap<Incarnation, Candidate> candidates;
  private final SortedMap<RoleName, List<Holding>> holdings;

  Explanations(
      SortedMap<RoleName, RoleSpec> specs,
      SortedMap<Incarnation, Candidate> candidates,
      SortedMap<RoleName, List<Holding>> holdings) {
    this.specs = specs;
    this.candidates = candidates;
    this.holdings = holdings;
  }

  SortedMap<RoleName, String> unmet() {
    SortedMap<RoleName, String> unmet = new TreeMap<>();
    for (RoleSpec spec : specs.values()) {
      if (reachable(spec) < spec.count()) {
        unmet.put(spec.name(), explain(spec));
      }
    }
    return unmet;
  }

  /** The last failures of what runs nowhere and every open node that implements it gave up. */
  SortedMap<RoleName, String> parked() {
    SortedMap<RoleName, String> parked = new TreeMap<>();
    for (RoleSpec spec : specs.values()) {
      if (reachable(spec) == 0) {
        lastFailure(spec).ifPresent(reason -> parked.put(spec.name(), reason));
      }
    }
    return parked;
  }

  /** How many instances there will be once everything that is under way has ended. */
  private long reachable(RoleSpec spec) {
    return candidates.values().stream()
        .filter(candidate -> candidate.canRun(spec.name()) || keeps(candidate, spec))
        .count();
  }

  private boolean keeps(Candidate candidate, RoleSpec spec) {
    if (candidate.leaving()) {
      return false;
    }
    for (Holding holding : holdings.getOrDefault(spec.name(), List.of())) {
      if (holding.node().equals(candidate.node())
          && holding.phase().isRight()
          && holding.phase() != Phase.ENDING
          && holding.slot().index() < spec.count()) {
        return true;
      }
    }
    return false;
  }

  private String explain(RoleSpec spec) {
    StringBuilder text =
        new StringBuilder("too few nodes: count ")
            .append(spec.count())
            .append(", candidates ")
            .append(reachable(spec));
    for (Candidate candidate : candidates.values()) {
      whyNot(candidate, spec).ifPresent(reason -> text.append("; ").append(reason));
    }
    return text.toString();
  }

  private Optional<String> whyNot(Candidate candidate, RoleSpec spec) {
    if (keeps(candidate, spec) || candidate.canRun(spec.name())) {
      return Optional.empty();
    }
    String node = candidate.node().node().toString();
    if (candidate.closed().isPresent()) {
      return Optional.of("node " + node + " " + candidate.closed().get());
    }
    Failure failure = candidate.failing().get(spec.name());
    if (failure != null) {
      return Optional.of(
          "failed on " + node + ", retried at " + failure.retryAt() + ": " + failure.reason());
    }
    return Optional.of("node " + node + " lacks an implementation");
  }

  private Optional<String> lastFailure(RoleSpec spec) {
    return candidates.values().stream()
        .filter(candidate -> candidate.closed().isEmpty())
        .filter(candidate -> candidate.implementations().contains(spec.name()))
        .map(candidate -> candidate.failing().get(spec.name()))
        .filter(Objects::nonNull)
        .max(Comparator.comparing(Failure::retryAt))
        .map(Failure::reason);
  }
}
