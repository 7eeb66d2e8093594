package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks a history against what Beethoven promises. Pure: the same history and the same
 * disturbances give the same report.
 *
 * <ol>
 *   <li>No more valid instances of a role than its count; one more only while a slot moves
 *       start-first.
 *   <li>At most one of a role on a node, and only in slots that the role has.
 *   <li>In each slot the tokens rise: nobody is valid after somebody with a higher token was.
 *   <li>An instance that has lost its right does not get it back.
 *   <li>No role is below its count for longer than the bound of what brought that about.
 * </ol>
 *
 * <p>The first four hold however slow a machine is. A gap is measured between two looks of
 * instances, and an overloaded machine adds to it what it likes; the tolerance is for that.
 */
public final class WitnessCheck {

  private final List<Expectation> roles;
  private final Optional<Duration> unprovoked;
  private final Duration tolerance;

  /**
   * Creates a check.
   *
   * @param roles all roles that are watched
   * @param unprovoked how long a role may be below its count for no cause that is told; empty for
   *     as long as it likes
   * @param tolerance what each bound is exceeded by before that is a finding
   */
  public WitnessCheck(
      Collection<Expectation> roles, Optional<Duration> unprovoked, Duration tolerance) {
    this.roles = List.copyOf(roles);
    this.unprovoked = Objects.requireNonNull(unprovoked, "unprovoked");
    this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
  }

  /**
   * Checks a history.
   *
   * @param history what instances wrote
   * @param disturbances what was done to the cluster
   * @param from from when on gaps count: when all roles ran for the first time
   * @param until until when; an instance that looked last before that was not valid after it
   * @return the report
   * @throws IllegalArgumentException if the history has a role that is not expected
   */
  public WitnessReport check(
      History history, Collection<Disturbance> disturbances, long from, long until) {
    List<Finding> findings = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    int failovers = 0;
    long late = 0;
    var byRole = history.byRole();
    for (Expectation role : roles) {
      List<InstanceLife> lives = Objects.requireNonNullElse(byRole.remove(role.role()), List.of());
      findings.addAll(new SafetyCheck(role, lives).findings());
      gaps.addAll(
          new GapCheck(role, lives, List.copyOf(disturbances), unprovoked).between(from, until));
      failovers += failovers(lives);
      late += late(lives);
    }
    if (!byRole.isEmpty()) {
      throw new IllegalArgumentException("nothing is expected of the roles " + byRole.keySet());
    }
    gaps.sort(Comparator.comparingLong(Gap::from));
    gaps.stream().filter(gap -> gap.exceeds(tolerance)).map(this::tooLong).forEach(findings::add);
    findings.sort(Comparator.comparingLong(Finding::nanoTime));
    return new WitnessReport(
        findings,
        gaps,
        history.lives().size(),
        failovers,
        history.lives().stream().mapToLong(InstanceLife::looks).sum(),
        history.lives().stream().mapToLong(InstanceLife::withoutRight).sum(),
        late);
  }

  private Finding tooLong(Gap gap) {
    return new Finding(
        Kind.GAP_TOO_LONG,
        gap.role(),
        gap.from(),
        "below its count from %.3f s to %.3f s, for %d ms after %s; bound %d ms and %d ms"
            .formatted(
                gap.from() / 1e9,
                gap.until() / 1e9,
                gap.length().toMillis(),
                gap.fault().isEmpty() ? "nothing" : gap.fault(),
                gap.bound().orElseThrow().toMillis(),
                tolerance.toMillis()));
  }

  private static int failovers(List<InstanceLife> lives) {
    int failovers = 0;
    for (List<ValidRun> ofSlot : bySlot(lives)) {
      for (int i = 1; i < ofSlot.size(); i++) {
        boolean same = ofSlot.get(i).life().node().equals(ofSlot.get(i - 1).life().node());
        failovers += same ? 0 : 1;
      }
    }
    return failovers;
  }

  private static Collection<List<ValidRun>> bySlot(List<InstanceLife> lives) {
    return lives.stream()
        .flatMap(life -> life.runs().stream())
        .sorted(Comparator.comparingLong(ValidRun::from))
        .collect(Collectors.groupingBy(run -> run.life().slot()))
        .values();
  }

  /** Counts the looks that were not over when somebody with a higher token was valid. */
  private static long late(List<InstanceLife> lives) {
    Collection<List<ValidRun>> bySlot = bySlot(lives);
    return lives.stream()
        .flatMap(life -> life.slow().stream())
        .filter(look -> bySlot.stream().anyMatch(ofSlot -> isLate(look, ofSlot)))
        .count();
  }

  private static boolean isLate(WitnessEvent look, List<ValidRun> ofSlot) {
    return ofSlot.stream()
        .filter(run -> run.life().slot() == look.slot())
        .flatMap(run -> run.tokens().stream())
        .anyMatch(held -> held.token.compareTo(look.token()) > 0 && held.firstAfter < look.after());
  }
}
