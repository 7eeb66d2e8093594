package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link CandidateSource} must pass; a subclass says how to get one. */
abstract class CandidateSourceConformance {

  private static final long BOUND_SECONDS = 10;

  /** Returns a source that has something to name. */
  abstract CandidateSource source();

  private static Candidates answerOf(CandidateSource source) throws Exception {
    return source.candidates().toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
  }

  private static List<Endpoint> all(Candidates candidates) {
    return IntStream.range(0, candidates.size()).mapToObj(candidates::at).toList();
  }

  @Test
  void shouldAnswerInBoundsWhenAsked() throws Exception {
    Candidates candidates = answerOf(source());

    assertThat(candidates.size()).isBetween(1, Candidates.MAX_SIZE);
    assertThat(all(candidates)).allMatch(endpoint -> endpoint.port() > 0);
  }

  @Test
  void shouldRefuseWhenIndexIsOutOfRange() throws Exception {
    Candidates candidates = answerOf(source());

    assertThatThrownBy(() -> candidates.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> candidates.at(candidates.size()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldKeepAnAnswerWhenAskedAgain() throws Exception {
    CandidateSource source = source();
    Candidates first = answerOf(source);
    List<Endpoint> before = all(first);

    answerOf(source);

    assertThat(all(first)).isEqualTo(before);
  }

  @Test
  void shouldDescribeItselfWhenLogged() {
    assertThat(source().describe()).isNotBlank();
  }
}
