package io.beethoven.grant;

import java.util.EnumMap;
import java.util.Map;

/** How often what happened, in one run or in many. */
final class Counts {

  /** What is counted. */
  enum Of {
    EVENTS,
    STARTS,
    SUCCESSIONS,
    FORFEITS,
    EXCLUSIONS,
    READMISSIONS,
    JOINT_VOTERS,
    SECOND_DEATHS,
    START_FIRST_PAIRS,
    STAND_INS,
    REFOUNDINGS,
    EDITS,
    DEPOSED,
    DEPARTURES,
    GIVE_UPS,
    RETOKENS,
    REFUSALS,
    FULL_RESTARTS,
    HEALED,
    NO_QUORUM
  }

  private final Map<Of, Long> counts = new EnumMap<>(Of.class);
  private final Map<Of, Integer> runs = new EnumMap<>(Of.class);
  private long slowestHealing;

  void add(Of what) {
    counts.merge(what, 1L, Long::sum);
  }

  void healedAfter(long millis) {
    slowestHealing = Math.max(slowestHealing, millis);
  }

  long slowestHealing() {
    return slowestHealing;
  }

  long of(Of what) {
    return counts.getOrDefault(what, 0L);
  }

  /** In how many runs it happened at all. */
  int runsWith(Of what) {
    return runs.getOrDefault(what, 0);
  }

  /** Adds one run. */
  void addRun(Counts run) {
    run.counts.forEach(
        (what, count) -> {
          counts.merge(what, count, Long::sum);
          runs.merge(what, 1, Integer::sum);
        });
    slowestHealing = Math.max(slowestHealing, run.slowestHealing);
  }

  void addAll(Counts other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    other.runs.forEach((what, count) -> runs.merge(what, count, Integer::sum));
    slowestHealing = Math.max(slowestHealing, other.slowestHealing);
  }

  @Override
  public String toString() {
    return counts + ", runs with " + runs + ", slowest healing " + slowestHealing + " ms";
  }
}
