package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.Finding.Kind;
import io.beethoven.testkit.witness.ValidRun.Held;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks at the lives of one role's instances for what must never be. It goes by what is certain: a
 * run counts from the end of its first look to the begin of its last, so that a finding is no
 * matter of how the looks fell.
 */
final class SafetyCheck {

  private final Expectation expected;
  private final List<ValidRun> runs;
  private final List<Finding> findings = new ArrayList<>();

  SafetyCheck(Expectation expected, List<InstanceLife> lives) {
    this.expected = expected;
    this.runs =
        lives.stream()
            .flatMap(life -> life.runs().stream())
            .sorted(Comparator.comparingLong(ValidRun::from))
            .toList();
    lives.forEach(this::checkLife);
  }

  List<Finding> findings() {
    checkAtOnce();
    runs.stream()
        .collect(Collectors.groupingBy(run -> run.life().slot(), TreeMap::new, Collectors.toList()))
        .values()
        .forEach(this::checkTokens);
    return findings;
  }

  private void find(Kind kind, long nanoTime, String text) {
    findings.add(new Finding(kind, expected.role(), nanoTime, text));
  }

  private void checkLife(InstanceLife life) {
    for (ValidRun again :
        life.runs().subList(Math.min(1, life.runs().size()), life.runs().size())) {
      find(Kind.RIGHT_CAME_BACK, again.from(), again + " after it had lost its right");
    }
  }

  private void checkAtOnce() {
    List<ValidRun> valid = new ArrayList<>();
    for (ValidRun next : runs) {
      if (next.isCertain()) {
        valid.removeIf(run -> run.until() <= next.from());
        valid.forEach(run -> checkPair(run, next));
        valid.add(next);
        checkNumber(valid, next.from());
      }
    }
  }

  private void checkPair(ValidRun earlier, ValidRun later) {
    String both =
        "%s and %s, for %.1f ms"
            .formatted(
                earlier, later, (Math.min(earlier.until(), later.until()) - later.from()) / 1e6);
    if (earlier.life().node().equals(later.life().node())) {
      find(Kind.TWICE_ON_A_NODE, later.from(), both);
    }
    if (earlier.life().slot() == later.life().slot() && !expected.startFirst()) {
      find(Kind.TWO_IN_A_SLOT, later.from(), both);
    }
  }

  private void checkNumber(List<ValidRun> valid, long now) {
    int most = expected.most(now);
    Map<Integer, Long> holders =
        valid.stream()
            .collect(Collectors.groupingBy(run -> run.life().slot(), Collectors.counting()));
    if (holders.size() > most || valid.size() > most + (expected.startFirst() ? 1 : 0)) {
      find(Kind.OVER_COUNT, now, valid.size() + " valid, " + most + " wanted: " + valid);
    }
    ValidRun last = valid.get(valid.size() - 1);
    if (last.life().slot() >= most) {
      find(Kind.NO_SUCH_SLOT, now, last + ", count " + most);
    }
    // One slot at a time may be on the move, and has two holders then.
    if (expected.startFirst() && valid.size() > holders.size() + 1) {
      find(
          Kind.TWO_IN_A_SLOT,
          now,
          "more than one slot with two, or more than two in one: " + valid);
    }
  }

  private void checkTokens(List<ValidRun> ofSlot) {
    for (ValidRun older : ofSlot) {
      for (ValidRun newer : ofSlot) {
        if (older != newer && older.life() != newer.life() && !mayOverlap(older, newer)) {
          newer.tokens().forEach(high -> checkTokens(older, newer, high));
        }
      }
    }
  }

  /** Start-first: who was there before goes on until the new one is ready. */
  private boolean mayOverlap(ValidRun older, ValidRun newer) {
    return expected.startFirst() && older.from() < newer.from();
  }

  private void checkTokens(ValidRun older, ValidRun newer, Held high) {
    for (Held low : older.tokens()) {
      if (low.token.compareTo(high.token) < 0 && high.firstAfter < low.lastBefore) {
        find(
            Kind.TOKEN_WENT_BACK,
            low.lastBefore,
            "%s held its right %.1f ms after %s had a higher token"
                .formatted(older, (low.lastBefore - high.firstAfter) / 1e6, newer));
      }
      if (low.token.equals(high.token) && older.from() < newer.from()) {
        find(Kind.TOKEN_WENT_BACK, newer.from(), newer + " has the token of " + older);
      }
    }
  }
}
