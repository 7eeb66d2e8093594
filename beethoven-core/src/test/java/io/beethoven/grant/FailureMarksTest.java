package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.SLOT;
import static io.beethoven.grant.GrantFixtures.T0;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.token;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Candidate.Failure;
import io.beethoven.model.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailureMarksTest {

  private static final Instant SOON = at(1_000).wall();
  private static final Instant LATER = at(5_000).wall();

  private final FailureMarks marks = new FailureMarks();

  @Test
  void shouldSpareANodeUntilItsTimeHasCome() {
    marks.note(gaveUp(1, "boom"), SOON);
    assertThat(marks.of(B)).containsEntry(WORK, new Failure("boom", SOON));

    marks.expire(SOON.minusMillis(1));
    assertThat(marks.of(B)).isNotEmpty();
    marks.expire(SOON);
    assertThat(marks.of(B)).isEmpty();
  }

  @Test
  void shouldNotSpareItAgainWhenTheSameFailureIsReportedAgain() {
    marks.note(gaveUp(1, "boom"), SOON);
    marks.note(gaveUp(1, "boom"), LATER);
    assertThat(marks.of(B)).containsEntry(WORK, new Failure("boom", SOON));
    marks.expire(SOON);

    marks.note(gaveUp(1, "boom"), LATER);
    assertThat(marks.of(B)).isEmpty();
    marks.note(gaveUp(2, "bang"), LATER);
    assertThat(marks.of(B)).containsEntry(WORK, new Failure("bang", LATER));
  }

  @Test
  void shouldForgetTheDead() {
    marks.note(gaveUp(1, "boom"), SOON);

    marks.forget(Set.of(B));

    assertThat(marks.of(B)).isEmpty();
  }

  private static NodeBelief gaveUp(long seq, String reason) {
    NodeBelief belief = new NodeBelief(B, T0);
    Report report =
        new Report(
            B,
            EPOCH,
            1,
            1,
            Standing.OPEN,
            List.of(),
            List.of(),
            List.of(new Released(SLOT, token(seq), reason)),
            List.of(),
            new Shared(voters(B), List.of()));
    belief.promised(
        new Promised(
            report,
            new Testimony(
                Catalog.EMPTY,
                Edits.NONE,
                List.of(),
                Epoch.NONE,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2)),
            1));
    return belief;
  }
}
