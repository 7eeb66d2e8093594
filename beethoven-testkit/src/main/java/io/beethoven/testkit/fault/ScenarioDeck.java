package io.beethoven.testkit.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Scenarios without end, drawn by seed: all kinds of faults in a random order, then all again. The
 * same seed and the same kinds give the same scenarios. Not for several threads.
 */
public final class ScenarioDeck {

  private static final List<Target> TARGETS = List.of(Target.values());

  private final Random random;
  private final List<Fault> kinds;
  private final Deque<Fault> left = new ArrayDeque<>();

  /**
   * Creates a deck.
   *
   * @param seed draws everything
   * @param kinds the faults to draw from
   * @throws IllegalArgumentException if there are none
   */
  public ScenarioDeck(long seed, Collection<Fault> kinds) {
    this.random = new Random(seed);
    this.kinds = kinds.stream().sorted().distinct().toList();
    if (this.kinds.isEmpty()) {
      throw new IllegalArgumentException("no faults to draw from");
    }
  }

  /** Draws the next scenario. */
  public Scenario next() {
    if (left.isEmpty()) {
      List<Fault> shuffled = new ArrayList<>(kinds);
      Collections.shuffle(shuffled, random);
      left.addAll(shuffled);
    }
    Fault fault = left.remove();
    Target target = TARGETS.get(random.nextInt(TARGETS.size()));
    return new Scenario(fault, target, hold(fault), random.nextLong() >>> 1);
  }

  private Duration hold(Fault fault) {
    return Duration.ofMillis(
        switch (fault) {
          // Within and beyond what a hand-over takes.
          case KILL_WHILE_IT_HANDS_OVER, KILL_WHO_TAKES_OVER -> between(0, 150);
          case RESTART_STORM -> between(100, 2500);
          // Below and above the lease term and the bound.
          case FREEZE, FREEZE_AND_KILL, DROP, DEAF, MUTE, CABLE_OUT -> between(500, 7000);
          case REJECT_WITH_RESET, REJECT_WITH_ICMP, SCALE_DOWN_WHILE_FROZEN -> between(2000, 7000);
          case FLAP, MOVING_PARTITION -> between(3000, 8000);
          case HANG_IN_START, HANG_IN_STOP -> between(1000, 6000);
          case CLOCK_STEP, PROXY, DISK_FULL, NO_QUORUM, RESTART_WHILE_CUT -> between(2000, 5000);
          case KILL, KILL_TWO, STOP, RESTART_OF_ALL -> between(0, 3000);
        });
  }

  private int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }
}
