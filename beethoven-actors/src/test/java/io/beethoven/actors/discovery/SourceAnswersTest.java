package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceAnswersTest {

  private static final Candidates ONE = Candidates.of(List.of(new Endpoint("127.0.0.1", 33000)));
  private static final Candidates OTHER = Candidates.of(List.of(new Endpoint("127.0.0.2", 33000)));

  private final SourceAnswers answers = new SourceAnswers(2);

  @Test
  void shouldBeCompleteWhenAllHaveAnswered() {
    int round = answers.begin();
    answers.answered(round, 0, ONE);
    assertThat(answers.takeComplete()).isEmpty();
    answers.answered(round, 1, OTHER);

    assertThat(answers.takeComplete()).contains(Candidates.all(List.of(ONE, OTHER)));
    assertThat(answers.takeComplete()).isEmpty();
  }

  @Test
  void shouldWaitForASourceOnlyOnceWhenItNeverAnswers() {
    int first = answers.begin();
    answers.answered(first, 0, ONE);
    assertThat(answers.giveUp(first)).containsExactly(1);
    assertThat(answers.takeComplete()).contains(ONE);

    answers.answered(answers.begin(), 0, ONE);
    assertThat(answers.takeComplete()).contains(ONE);
  }

  @Test
  void shouldWaitForASourceAgainWhenItHasAnsweredLate() {
    int first = answers.begin();
    answers.answered(first, 0, ONE);
    answers.giveUp(first);
    answers.takeComplete();
    answers.answered(first, 1, OTHER);

    int second = answers.begin();
    answers.answered(second, 0, ONE);
    assertThat(answers.takeComplete()).isEmpty();

    assertThat(answers.giveUp(second)).containsExactly(1);
    assertThat(answers.takeComplete()).contains(Candidates.all(List.of(ONE, OTHER)));
  }

  @Test
  void shouldTellAFailureOnceUntilTheSourceAnswers() {
    assertThat(answers.failed(answers.begin(), 1)).isTrue();
    assertThat(answers.failed(answers.begin(), 1)).isFalse();
    int round = answers.begin();
    answers.answered(round, 1, ONE);

    assertThat(answers.failed(answers.begin(), 1)).isTrue();
  }

  @Test
  void shouldLeaveTheRoundAloneWhenItIsAnEarlierOneThatIsLate() {
    int first = answers.begin();
    answers.begin();

    assertThat(answers.giveUp(first)).isEmpty();
    assertThat(answers.takeComplete()).isEmpty();
  }
}
