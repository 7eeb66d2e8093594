package io.beethoven.benchmarks.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads from the acts of all processes when the role went from the victim to another one. All times
 * are of the machine's monotonic clock.
 *
 * @param victim the name of the node that acted before
 * @param began just before the signal
 * @param acts of all nodes, in the order of their moments; those before the signal may be among
 *     them
 */
record Handover(String victim, long began, List<Act> acts) {

  Handover {
    acts = List.copyOf(acts);
  }

  /** Returns the first act of another node after the signal. */
  Optional<Act> next() {
    return acts.stream().filter(act -> !isVictims(act) && act.nanoTime() - began > 0).findFirst();
  }

  /** Returns how long it took from the signal to that act. */
  double totalMillis() {
    return millis(began, next().orElseThrow().nanoTime());
  }

  /**
   * Returns how long nobody acted.
   *
   * @param until acts of the victim from this moment on do not count: it was thawed then
   * @return less than zero if the victim still acted when the other one did
   * @throws java.util.NoSuchElementException if the victim never acted
   */
  double gapMillis(OptionalLong until) {
    long last =
        acts.stream()
            .filter(this::isVictims)
            .mapToLong(Act::nanoTime)
            .filter(time -> until.isEmpty() || time - until.getAsLong() < 0)
            .reduce((a, b) -> b)
            .orElseThrow();
    return millis(last, next().orElseThrow().nanoTime());
  }

  /**
   * Returns what the victim did from a moment on, as long as any other node acted as well.
   *
   * @param since the first act elsewhere or later, such as just before SIGCONT
   * @param ended whether only one of them acted at the end
   */
  Overlap overlap(long since, boolean ended) {
    long others =
        acts.stream()
            .filter(act -> !isVictims(act))
            .mapToLong(Act::nanoTime)
            .reduce(since, (a, b) -> b);
    List<Act> stale =
        acts.stream()
            .filter(this::isVictims)
            .filter(act -> act.nanoTime() - since > 0 && act.nanoTime() - others <= 0)
            .toList();
    double millis = stale.isEmpty() ? 0 : millis(since, stale.get(stale.size() - 1).nanoTime());
    return new Overlap(millis, stale.size(), ended);
  }

  /**
   * Tells whether no more than one of both sides acts: the victim, or the other nodes.
   *
   * @param since from when on
   */
  boolean isSettled(long since) {
    return acts.stream()
            .filter(act -> act.nanoTime() - since > 0)
            .map(this::isVictims)
            .distinct()
            .count()
        < 2;
  }

  private boolean isVictims(Act act) {
    return act.node().equals(victim);
  }

  private static double millis(long from, long until) {
    return (until - from) / 1e6;
  }
}
