package io.beethoven.testkit.witness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the times in which a role had fewer valid instances than it should. */
final class GapCheck {

  /** A gap may show a little before what brought it about was told: looks are so far apart. */
  private static final long SLACK_NANOS = 50_000_000;

  private final Expectation expected;
  private final List<ValidRun> runs;
  private final List<Disturbance> disturbances;
  private final Optional<Duration> unprovoked;

  GapCheck(
      Expectation expected,
      List<InstanceLife> lives,
      List<Disturbance> disturbances,
      Optional<Duration> unprovoked) {
    this.expected = expected;
    this.runs =
        lives.stream()
            .flatMap(life -> life.runs().stream())
            .filter(ValidRun::isCertain)
            .sorted(Comparator.comparingLong(ValidRun::from))
            .toList();
    this.disturbances = disturbances;
    this.unprovoked = unprovoked;
  }

  /** Returns the gaps between two moments; one that goes on at the end ends there. */
  List<Gap> between(long from, long until) {
    TreeSet<Long> moments = new TreeSet<>(List.of(from));
    runs.forEach(run -> moments.addAll(List.of(run.from(), run.until())));
    moments.addAll(expected.moments());
    disturbances.forEach(some -> moments.addAll(List.of(some.from(), some.until())));
    List<Gap> gaps = new ArrayList<>();
    Sweep sweep = new Sweep();
    long begun = Long.MIN_VALUE;
    for (long moment : moments.subSet(from, true, until, false)) {
      boolean below = sweep.validAt(moment) < needed(moment);
      if (below && begun == Long.MIN_VALUE) {
        begun = moment;
      } else if (!below && begun != Long.MIN_VALUE) {
        gaps.add(gap(begun, moment));
        begun = Long.MIN_VALUE;
      }
    }
    if (begun != Long.MIN_VALUE) {
      gaps.add(gap(begun, until));
    }
    return gaps;
  }

  /** How many distinct slots have a valid instance, for moments that rise. */
  private final class Sweep {
    private final List<ValidRun> valid = new ArrayList<>();
    private int next;

    long validAt(long moment) {
      for (; next < runs.size() && runs.get(next).from() <= moment; next++) {
        valid.add(runs.get(next));
      }
      valid.removeIf(run -> run.until() <= moment);
      return valid.stream().map(run -> run.life().slot()).distinct().count();
    }
  }

  private int needed(long moment) {
    int needed = expected.least(moment);
    for (Disturbance disturbance : disturbances) {
      if (disturbance.lastsAt(moment)) {
        needed = Math.min(needed, disturbance.nodes());
      }
    }
    return needed;
  }

  private Gap gap(long from, long until) {
    return disturbances.stream()
        .filter(some -> some.lastsAt(from + SLACK_NANOS) || some.lastsAt(from))
        .max(Comparator.comparingLong(Disturbance::from))
        .map(
            some ->
                new Gap(
                    expected.role(),
                    from,
                    until,
                    some.cause(),
                    some.fault(),
                    expected.startFirst() ? some.startFirstBound() : some.bound()))
        .orElseGet(() -> new Gap(expected.role(), from, until, Cause.UNPROVOKED, "", unprovoked));
  }
}
