package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link CandidateSource} must pass; a subclass says how to get one. */
abstract class CandidateSourceConformance {

  private static final long BOUND_SECONDS = 10;

  /** Returns a source that has something to name. */
  abstract CandidateSource source() throws Exception;

  /** Returns a source whose network is silent; one that needs no network may name somebody. */
  abstract CandidateSource silent() throws Exception;

  /** Returns a source whose network answers with nonsense; one without a network as above. */
  abstract CandidateSource broken() throws Exception;

  /** Waits for the end of an answer, whatever it is; fails if there is none in time. */
  private static void awaitEnd(CandidateSource source) throws Exception {
    source
        .candidates()
        .handle((candidates, failure) -> failure == null ? candidates.size() : -1)
        .toCompletableFuture()
        .get(BOUND_SECONDS, TimeUnit.SECONDS);
  }

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
  void shouldNeitherBlockNorThrowWhenTheNetworkIsSilent() throws Exception {
    CandidateSource source = silent();
    CompletableFuture<Void> caller =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 1000; i++) {
                source.candidates();
              }
            });

    caller.get(BOUND_SECONDS, TimeUnit.SECONDS);
    awaitEnd(source);
  }

  @Test
  void shouldNotThrowWhenTheNetworkAnswersNonsense() throws Exception {
    CandidateSource source = broken();

    awaitEnd(source);
    awaitEnd(source);
  }

  @Test
  void shouldDescribeItselfWhenLogged() throws Exception {
    assertThat(source().describe()).isNotBlank();
  }
}
