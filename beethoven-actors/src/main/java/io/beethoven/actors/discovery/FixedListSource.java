package io.beethoven.actors.discovery;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Beacons named one by one. */
public final class FixedListSource implements CandidateSource {

  private final Candidates candidates;

  /**
   * Creates a source.
   *
   * @param beacons where beacons may listen; copied
   * @throws IllegalArgumentException if there are more than {@link Candidates#MAX_SIZE}
   */
  public FixedListSource(List<Endpoint> beacons) {
    this.candidates = Candidates.of(beacons);
  }

  @Override
  public String describe() {
    return "list of " + candidates.size();
  }

  @Override
  public CompletionStage<Candidates> candidates() {
    return CompletableFuture.completedStage(candidates);
  }
}
