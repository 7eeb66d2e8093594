package io.beethoven.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.grant.Bounds;
import io.beethoven.testkit.witness.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrintedBoundsTest {

  @Test
  void shouldReadWhatANodePrints() {
    Bounds bounds =
        new Bounds(
            Duration.ofMillis(180),
            Duration.ofMillis(3970),
            Duration.ofMillis(4020),
            Duration.ofMillis(999));

    PrintedBounds read =
        PrintedBounds.find("10:01 INFO first\n10:02 INFO profile=fast " + bounds.text() + "\nlast")
            .orElseThrow();

    assertThat(read.of(Cause.CRASH)).contains(bounds.crash());
    assertThat(read.of(Cause.FREEZE)).contains(bounds.freeze());
    assertThat(read.of(Cause.CUT)).contains(bounds.cut());
    assertThat(read.of(Cause.PLANNED_STOP)).contains(bounds.plannedStop());
    assertThat(read.of(Cause.OTHER)).isEmpty();
  }

  @Test
  void shouldFindNoneWhereNoneWerePrinted() {
    assertThat(PrintedBounds.find("bounds of what can be said")).isEmpty();
  }

  @Test
  void shouldRefuseATimeOfAnotherUnit() {
    assertThatThrownBy(() -> PrintedBounds.find("bounds crash=3h freeze=1s cut=1s planned-stop=1s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3h");
  }
}
