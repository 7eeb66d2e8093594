package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.RoleSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 4.6.8. */
class EditsTest {

  private static final Voters VOTERS = voters(A, B, C);
  private static final Epoch NEXT = new Epoch(EPOCH.counter() + 1, B.uid());

  @Test
  void shouldReplaceTheDefinitionOfARoleAndKeepTheOthers() {
    Edits edits = Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 1)).with(spec(OTHER, 2));

    assertThat(edits.with(spec(WORK, 5)))
        .isEqualTo(edits(EPOCH, 3, List.of(spec(OTHER, 2), spec(WORK, 5))));
  }

  @Test
  void shouldSortTheDefinitionsByName() {
    assertThat(edits(EPOCH, 1, List.of(spec(WORK, 1), spec(OTHER, 1))))
        .isEqualTo(edits(EPOCH, 1, List.of(spec(OTHER, 1), spec(WORK, 1))));
  }

  @Test
  void shouldBeginANumberingWithEachReign() {
    Edits edits = Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 1)).with(spec(WORK, 2));

    assertThat(edits.under(NEXT, VOTERS)).isEqualTo(edits(NEXT, 0, List.of(spec(WORK, 2))));
  }

  @Test
  void shouldInheritAndLetTheEditOfMoreVotersHold() {
    Edits own = Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 1));
    List<RoleSpec> theirs = List.of(spec(OTHER, 9), spec(WORK, 9));

    assertThat(own.inheriting(new Edits(8, 4, NEXT, 3, theirs)))
        .as("four voters against three")
        .isEqualTo(new Edits(VOTERS.cluster(), 3, EPOCH, 2, theirs));
    assertThat(own.inheriting(new Edits(8, 3, NEXT, 3, theirs)).specs())
        .as("as many")
        .containsExactly(spec(OTHER, 9), spec(WORK, 1));
    assertThat(own.inheriting(new Edits(8, 2, NEXT, 3, List.of(spec(WORK, 9)))))
        .as("nothing changes")
        .isSameAs(own);
  }

  private static Edits edits(Epoch epoch, long seq, List<RoleSpec> specs) {
    return new Edits(VOTERS.cluster(), 3, epoch, seq, specs);
  }

  @Test
  void shouldHoldByEpochThenByNumber() {
    Edits first = Edits.NONE.under(EPOCH, VOTERS);

    assertThat(first).isGreaterThan(Edits.NONE);
    assertThat(first.with(spec(WORK, 1))).isGreaterThan(first);
    assertThat(first.under(NEXT, VOTERS)).isGreaterThan(first.with(spec(WORK, 1)));
    assertThat(first.with(spec(WORK, 1)))
        .as("whatever they define")
        .isEqualByComparingTo(first.with(spec(OTHER, 1)));
  }
}
