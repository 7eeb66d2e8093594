package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.Epoch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 4.6.8. */
class EditsTest {

  private static final Epoch NEXT = new Epoch(EPOCH.counter() + 1, B.uid());

  @Test
  void shouldReplaceTheDefinitionOfARoleAndKeepTheOthers() {
    Edits edits = Edits.NONE.under(EPOCH).with(spec(WORK, 1)).with(spec(OTHER, 2));

    assertThat(edits.with(spec(WORK, 5)))
        .isEqualTo(new Edits(EPOCH, 3, List.of(spec(OTHER, 2), spec(WORK, 5))));
  }

  @Test
  void shouldSortTheDefinitionsByName() {
    assertThat(new Edits(EPOCH, 1, List.of(spec(WORK, 1), spec(OTHER, 1))))
        .isEqualTo(new Edits(EPOCH, 1, List.of(spec(OTHER, 1), spec(WORK, 1))));
  }

  @Test
  void shouldBeginANumberingWithEachReign() {
    Edits edits = Edits.NONE.under(EPOCH).with(spec(WORK, 1)).with(spec(WORK, 2));

    assertThat(edits.under(NEXT)).isEqualTo(new Edits(NEXT, 0, List.of(spec(WORK, 2))));
  }

  @Test
  void shouldHoldByEpochThenByNumber() {
    Edits first = Edits.NONE.under(EPOCH);

    assertThat(first).isGreaterThan(Edits.NONE);
    assertThat(first.with(spec(WORK, 1))).isGreaterThan(first);
    assertThat(first.under(NEXT)).isGreaterThan(first.with(spec(WORK, 1)));
    assertThat(first.with(spec(WORK, 1)))
        .as("whatever they define")
        .isEqualByComparingTo(first.with(spec(OTHER, 1)));
  }
}
