package io.beethoven.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which addresses are probed next, which are in flight, and which gave no clear answer. */
final class Probing {

  private static final int MUTE_LIMIT = 2;
  private static final int BUSY_LIMIT = 5;

  private final int maxInFlight;
  private final Pace pace;
  private final Duration lostAfter;
  private final Endpoint self;
  private final Deque<Endpoint> asked = new ArrayDeque<>();
  private final Map<Endpoint, Instant> inFlight = new LinkedHashMap<>();
  private final Map<Endpoint, Unclear> unclear = new HashMap<>();
  private @Nullable Pass pass;
  private int passNumber;
  private @Nullable Candidates latest;

  Probing(SeekPolicy policy, Endpoint self) {
    this.maxInFlight = policy.probes().maxInFlight();
    this.pace = new Pace(policy.probes().perSecond(), policy.probes().burst());
    this.lostAfter = policy.lostAfter();
    this.self = self;
  }

  /**
   * How often an address gave no clear answer in a row, when that becomes an answer, and in which
   * pass it was asked last.
   */
  private record Unclear(int attempts, int limit, int pass) {
    boolean isOpen() {
      return attempts < limit;
    }
  }

  /** A pass that is over: when it began, and how many probes it took. */
  record Done(Instant began, int probes) {}

  /** One pass over all candidates in a random order. */
  private static final class Pass {
    private final Candidates candidates;
    private final Set<Endpoint> skipped;
    private final int[] order;
    private final Instant began;
    private int next;
    private int probes;

    Pass(Instant began, Candidates candidates, Set<Endpoint> skipped, RandomGenerator random) {
      this.began = began;
      this.candidates = candidates;
      this.skipped = Set.copyOf(skipped);
      this.order = new int[candidates.size()];
      for (int i = 0; i < order.length; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
    }

    boolean isSent() {
      return next >= order.length;
    }

    int left() {
      return order.length - next;
    }

    Endpoint take() {
      return candidates.at(order[next++]);
    }
  }

  /**
   * Begins a pass over the known peers, the addresses that were unclear, and all candidates; tells
   * whether these are others than in the pass before.
   */
  boolean beginPass(
      Instant now, Candidates candidates, List<Endpoint> known, RandomGenerator random) {
    Set<Endpoint> first = new TreeSet<>(known);
    unclear.forEach(
        (target, answers) -> {
          if (answers.isOpen()) {
            first.add(target);
          }
        });
    first.forEach(this::ask);
    pass = new Pass(now, candidates, first, random);
    passNumber++;
    boolean changed = !candidates.equals(latest);
    latest = candidates;
    return changed;
  }

  /** Gives the pass up; what is in flight stays so. */
  void abandonPass() {
    pass = null;
  }

  /** Ends the pass if all its probes are answered; returns what it was. */
  Optional<Done> endPass() {
    Pass current = pass;
    if (current == null || !isPassOver()) {
      return Optional.empty();
    }
    pass = null;
    // What a whole pass has not asked is neither a candidate nor a known peer's any more.
    unclear.values().removeIf(answers -> answers.pass != passNumber);
    return Optional.of(new Done(current.began, current.probes));
  }

  /** Tells whether a pass was begun and all its probes are answered. */
  boolean isPassOver() {
    return pass != null && pass.isSent() && isIdle();
  }

  /** Probes one address before those of the pass, unless a probe of it is under way. */
  void ask(Endpoint target) {
    if (!target.equals(self) && !inFlight.containsKey(target) && !asked.contains(target)) {
      asked.add(target);
    }
  }

  /** Tells that no probe is under way or asked for. */
  boolean isIdle() {
    return asked.isEmpty() && inFlight.isEmpty();
  }

  /**
   * Returns the probes to send now.
   *
   * @param now the time
   * @param passToo whether the pass may go on, or only what was asked for is sent
   */
  List<Endpoint> launch(Instant now, boolean passToo) {
    List<Endpoint> targets = new ArrayList<>();
    int most = Math.min(maxInFlight - inFlight.size(), pace.available(now));
    while (targets.size() < most) {
      Endpoint target = asked.poll();
      if (target == null) {
        if (!passToo || pass == null || pass.isSent()) {
          break;
        }
        target = pass.take();
        if (pass.skipped.contains(target) || target.equals(self)) {
          continue;
        }
      }
      if (inFlight.putIfAbsent(target, now) == null) {
        pace.take(now);
        targets.add(target);
        if (pass != null) {
          pass.probes++;
        }
      }
    }
    return targets;
  }

  /**
   * Returns when more can be sent that only the pace holds back; empty if nothing waits, or waits
   * for an answer.
   *
   * @param passToo as for {@link #launch}
   */
  Optional<Instant> nextLaunch(boolean passToo) {
    int waiting = asked.size() + (passToo && pass != null ? pass.left() : 0);
    int room = maxInFlight - inFlight.size();
    return waiting == 0 || room <= 0
        ? Optional.empty()
        : Optional.of(pace.readyAt(Math.min(waiting, room)));
  }

  /**
   * Takes in that a probe came back, and whether its answer was clear; returns when it was sent, or
   * the beginning of time if nothing was known of it.
   */
  Instant returned(Endpoint target, Finding finding) {
    Instant sent = inFlight.remove(target);
    if (finding instanceof Finding.Mute) {
      countUnclear(target, MUTE_LIMIT);
    } else if (finding instanceof Finding.Busy) {
      countUnclear(target, BUSY_LIMIT);
    } else {
      unclear.remove(target);
    }
    return sent == null ? Instant.MIN : sent;
  }

  private void countUnclear(Endpoint target, int limit) {
    unclear.merge(
        target,
        new Unclear(1, limit, passNumber),
        (before, first) -> new Unclear(before.attempts + 1, limit, passNumber));
  }

  /**
   * Tells whether somebody may be at an address that has not been asked often enough yet. After so
   * many attempts it counts as no beacon.
   */
  boolean hasUnclear() {
    return unclear.values().stream().anyMatch(Unclear::isOpen);
  }

  /** Returns how many addresses are remembered; bounded by the candidates and the known peers. */
  int remembered() {
    return asked.size() + inFlight.size() + unclear.size();
  }

  /** Returns the probes whose answer will not come any more. */
  List<Endpoint> lost(Instant now) {
    List<Endpoint> lost = new ArrayList<>();
    for (Map.Entry<Endpoint, Instant> probe : inFlight.entrySet()) {
      if (now.isBefore(probe.getValue().plus(lostAfter))) {
        break;
      }
      lost.add(probe.getKey());
    }
    return lost;
  }

  /** Returns when the eldest probe in flight will be lost. */
  Optional<Instant> nextLoss() {
    return inFlight.values().stream().findFirst().map(sent -> sent.plus(lostAfter));
  }

  /** Forgets everything; answers that still come are no longer expected. */
  void clear() {
    asked.clear();
    inFlight.clear();
    unclear.clear();
    pass = null;
  }
}
