package io.beethoven.actors.discovery;

import io.beethoven.discovery.Candidates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What the sources named last, and which of them the present round still waits for. One that gave
 * no answer to a round in time is not waited for again until it has answered.
 */
final class SourceAnswers {

  private static final Candidates NOBODY = Candidates.of(List.of());

  private final List<Candidates> latest;
  private final Set<Integer> missing = new TreeSet<>();
  private final Set<Integer> late = new TreeSet<>();
  private final Set<Integer> failing = new TreeSet<>();
  private int round;
  private boolean collecting;

  SourceAnswers(int sources) {
    this.latest = new ArrayList<>(Collections.nCopies(sources, NOBODY));
  }

  /** Begins a round and returns its number; answers to earlier ones no longer count for it. */
  int begin() {
    round++;
    collecting = true;
    missing.clear();
    IntStream.range(0, latest.size())
        .filter(source -> !late.contains(source))
        .forEach(missing::add);
    return round;
  }

  /** Takes an answer in; one that comes after its round still serves the next ones. */
  void answered(int ofRound, int source, Candidates candidates) {
    latest.set(source, candidates);
    late.remove(source);
    failing.remove(source);
    if (ofRound == round) {
      missing.remove(source);
    }
  }

  /** Gives a source up for this round; tells whether it has not failed before. */
  boolean failed(int ofRound, int source) {
    if (ofRound == round) {
      missing.remove(source);
    }
    late.remove(source);
    return failing.add(source);
  }

  /** Gives up who has not answered yet; returns those that have not failed before. */
  List<Integer> giveUp(int ofRound) {
    if (ofRound != round) {
      return List.of();
    }
    List<Integer> news = missing.stream().filter(failing::add).toList();
    late.addAll(missing);
    missing.clear();
    return news;
  }

  /** Returns all candidates, once per round, when no source is waited for any more. */
  Optional<Candidates> takeComplete() {
    if (!collecting || !missing.isEmpty()) {
      return Optional.empty();
    }
    collecting = false;
    return Optional.of(Candidates.all(latest));
  }
}
