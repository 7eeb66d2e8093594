package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.Finding.Kind;
import io.beethoven.testkit.witness.ValidRun.Held;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
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

  /** A slot that moves start-first has two holders no longer than that. */
  private static final long MOVE_NANOS = 5_000_000_000L;

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
    for (ValidRun run : life.runs()) {
      run.tokens().forEach(high -> checkTokens(run, run, high));
    }
  }

  private void checkAtOnce() {
    List<ValidRun> valid = new ArrayList<>();
    Deque<Long> changes = new ArrayDeque<>(expected.moments());
    for (ValidRun next : runs) {
      if (next.isCertain()) {
        while (!changes.isEmpty() && changes.element() < next.from()) {
          checkChange(valid, changes.remove());
        }
        valid.removeIf(run -> run.until() <= next.from());
        valid.forEach(run -> checkPair(run, next));
        valid.add(next);
        checkNumber(valid, next.from());
        checkSlot(next, next.from());
      }
    }
    changes.forEach(change -> checkChange(valid, change));
  }

  /** Whoever was valid before another number is right, and is so after it. */
  private void checkChange(List<ValidRun> before, long change) {
    List<ValidRun> valid = before.stream().filter(run -> run.until() > change).toList();
    if (!valid.isEmpty()) {
      checkNumber(valid, change);
      valid.forEach(run -> checkSlot(run, change));
    }
  }

  private void checkSlot(ValidRun run, long now) {
    int most = expected.most(now);
    if (run.life().slot() >= most) {
      find(Kind.NO_SUCH_SLOT, now, run + ", count " + most);
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
    long overlap = Math.min(earlier.until(), later.until()) - later.from();
    if (earlier.life().slot() == later.life().slot()
        && (!expected.startFirst() || overlap > MOVE_NANOS)) {
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
        if (older != newer && older.life() != newer.life()) {
          checkSame(older, newer);
          if (!mayOverlap(older, newer)) {
            newer.tokens().forEach(high -> checkTokens(older, newer, high));
          }
        }
      }
    }
  }

  /** Start-first: who was there before goes on until the new one is ready. */
  private boolean mayOverlap(ValidRun older, ValidRun newer) {
    return expected.startFirst() && older.from() < newer.from();
  }

  /** An instance that failed is started again by the same right, in the same process. */
  private void checkSame(ValidRun older, ValidRun newer) {
    boolean again =
        older.life().process().equals(newer.life().process()) && older.until() <= newer.from();
    if (older.from() < newer.from() && !again) {
      for (Held held : older.tokens()) {
        if (newer.tokens().stream().anyMatch(other -> other.token.equals(held.token))) {
          find(Kind.TOKEN_WENT_BACK, newer.from(), newer + " has a token of " + older);
        }
      }
    }
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
    }
  }
}
