package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  static Stream<Defect> shown() {
    return Defect.shown().stream();
  }

  @ParameterizedTest
  @MethodSource("shown")
  void shouldBeShownByTheStoredRun(Defect defect) {
    String failure = Mutant.of(defect).run(defect.shownBy(), defect.seed());
    System.out.println(defect + ", " + defect.shownBy() + " " + defect.seed() + ": " + failure);
    assertThat(failure)
        .as(
            "\"%s\" no longer shows with %s %s: run the nightly test of this class, which prints"
                + " a seed that shows it, and store that in Defect",
            defect, defect.shownBy(), defect.seed())
        .isNotNull();
  }

  @Test
  @Tag("nightly")
  void shouldBeFoundAnew() {
    List<Defect> lost = new ArrayList<>();
    List<Defect> all = new ArrayList<>(Defect.shown());
    all.addAll(Defect.sought());
    for (Defect defect : all) {
      Mutant mutant = Mutant.of(defect);
      long began = System.nanoTime();
      Optional<Long> seed =
          LongStream.range(0, defect.shownBy().equals(MutantRun.RANDOM) ? SEARCHED : 200)
              .parallel()
              .boxed()
              .filter(candidate -> mutant.run(defect.shownBy(), candidate) != null)
              .findAny();
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      System.out.println(defect + ": found by " + seed + " after " + seconds + " s");
      if (seed.isEmpty() && Defect.shown().contains(defect)) {
        lost.add(defect);
      }
    }
    assertThat(lost).as("defects that a search no longer finds").isEmpty();
  }
}
