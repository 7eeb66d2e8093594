package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds deliberate defects: otherwise its silence would mean nothing. */
@Tag("slow")
class DefectsTest {

  private static final long SEARCHED = Long.getLong("simulation.searched", 20_000);
  private static final long SEARCHED_SCHEDULES = 200;

  /** All that building each defect and looking for it may take in CI. */
  private static final Duration BUDGET = Duration.ofSeconds(35);

  /** A quiet machine finds about twenty, a loaded one fewer. */
  private static final int FOUND_AT_LEAST = 4;

  static Stream<Defect> all() {
    return Defects.all().stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldBeShownByTheStoredRun(Defect defect) {
    String failure = Mutant.of(defect).run(defect.shownBy(), defect.seed());
    System.out.println(defect + ", " + defect.shownBy() + " " + defect.seed() + ": " + failure);
    assertThat(failure)
        .as(
            "\"%s\" no longer shows with %s %s: run the nightly test of this class, which prints"
                + " a seed that shows it, and store that in Defects",
            defect, defect.shownBy(), defect.seed())
        .isNotNull();
  }

  /**
   * {@code -Dsimulation.first=N} repeats a search, as far as the machine is as fast. It takes one
   * processor, since the other simulation runs beside it.
   */
  @Test
  void shouldBeFoundAnewInALittleTime() {
    long first = Long.getLong("simulation.first", ThreadLocalRandom.current().nextLong(1L << 40));
    long end = System.nanoTime() + BUDGET.toNanos();
    Map<Defect, Mutant> left = new LinkedHashMap<>();
    List<String> found = new ArrayList<>();
    int seeds = 8;
    for (long from = first; System.nanoTime() < end; from += seeds, seeds *= 2) {
      for (Defect defect : Defects.all()) {
        boolean known = from > first && !left.containsKey(defect);
        if (known || System.nanoTime() > end) {
          continue;
        }
        Mutant mutant = left.computeIfAbsent(defect, Mutant::of);
        search(defect, mutant, LongStream.range(from, from + seeds), end)
            .ifPresent(
                seed -> {
                  left.remove(defect);
                  found.add(defect + " by " + seed);
                });
      }
      if (left.isEmpty()) {
        break;
      }
    }
    System.out.println(
        "from seed " + first + " found anew: " + found + ", not found: " + left.keySet());
    assertThat(found).hasSizeGreaterThanOrEqualTo(FOUND_AT_LEAST);
  }

  @Test
  @Tag("nightly")
  void shouldBeFoundAnew() {
    List<Defect> lost = new ArrayList<>();
    for (Defect defect : Defects.all()) {
      long began = System.nanoTime();
      long count = defect.shownBy().equals(MutantRun.RANDOM) ? SEARCHED : SEARCHED_SCHEDULES;
      LongStream seeds = LongStream.range(0, count).parallel();
      Optional<Long> seed = search(defect, Mutant.of(defect), seeds, Long.MAX_VALUE);
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      System.out.println(defect + ": found by " + seed + " after " + seconds + " s");
      if (seed.isEmpty()) {
        lost.add(defect);
      }
    }
    assertThat(lost).as("defects that a search no longer finds").isEmpty();
  }

  private static Optional<Long> search(Defect defect, Mutant mutant, LongStream seeds, long end) {
    return seeds
        .boxed()
        .filter(seed -> System.nanoTime() < end && mutant.run(defect.shownBy(), seed) != null)
        .findAny();
  }
}
