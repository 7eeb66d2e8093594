package io.beethoven.grant;

import java.util.Arrays;
import java.util.StringJoiner;

/** How often what happened, in one run or in many. */
final class Counts {

  /** What is counted. */
  enum Of {
    EVENTS,
    STARTS,
    SUCCESSIONS,
    FORFEITS,
    EXCLUSIONS,
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
    FULL_RESTARTS,
    FORCED_QUORUMS,
    HEALED,
    NO_QUORUM
  }

  private static final Of[] ALL = Of.values();

  private final long[] counts = new long[ALL.length];
  private final int[] runs = new int[ALL.length];
  private long slowestHealing;

  void add(Of what) {
    counts[what.ordinal()]++;
  }

  void healedAfter(long millis) {
    slowestHealing = Math.max(slowestHealing, millis);
  }

  long of(Of what) {
    return counts[what.ordinal()];
  }

  /** In how many runs it happened at all. */
  int runsWith(Of what) {
    return runs[what.ordinal()];
  }

  /** Adds one run. */
  void addRun(Counts run) {
    Arrays.setAll(runs, i -> runs[i] + (run.counts[i] > 0 ? 1 : 0));
    Arrays.setAll(counts, i -> counts[i] + run.counts[i]);
    slowestHealing = Math.max(slowestHealing, run.slowestHealing);
  }

  void addAll(Counts other) {
    Arrays.setAll(runs, i -> runs[i] + other.runs[i]);
    Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    slowestHealing = Math.max(slowestHealing, other.slowestHealing);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "", ", slowest healing " + slowestHealing + " ms");
    for (Of what : ALL) {
      text.add(what + " " + of(what) + " in " + runsWith(what));
    }
    return text.toString();
  }
}
