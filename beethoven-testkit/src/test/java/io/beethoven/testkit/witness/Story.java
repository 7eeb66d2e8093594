package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A history told in milliseconds, and what the check says of it. */
final class Story {

  private static final long NANOS = 1_000_000;
  private static final long TICK_MILLIS = 5;

  private final History history = new History();
  private final List<Disturbance> disturbances = new ArrayList<>();
  private final Map<String, Integer> instances = new HashMap<>();
  private Expectation expected;

  Story(int count, boolean startFirst) {
    expected = Expectation.of("r", count, startFirst);
  }

  /** Tells of an instance that looks at its right regularly and finds it held each time. */
  Story valid(String node, int slot, int token, long fromMillis, long untilMillis) {
    begin(node, slot, token, fromMillis);
    for (long at = fromMillis + TICK_MILLIS; at <= untilMillis; at += TICK_MILLIS) {
      look(node, slot, token, true, at, at);
    }
    return this;
  }

  Story begin(String node, int slot, int token, long atMillis) {
    instances.merge(node, 1, Integer::sum);
    return add(WitnessEvent.Kind.START, node, slot, token, true, atMillis, atMillis);
  }

  Story look(
      String node, int slot, int token, boolean granted, long beforeMillis, long afterMillis) {
    return add(WitnessEvent.Kind.TICK, node, slot, token, granted, beforeMillis, afterMillis);
  }

  private Story add(
      WitnessEvent.Kind kind,
      String node,
      int slot,
      int token,
      boolean granted,
      long before,
      long after) {
    history.add(
        new WitnessEvent(
            kind,
            node + ".witness",
            instances.get(node),
            node,
            "r",
            slot,
            "%048x".formatted(token),
            granted,
            before * NANOS,
            after * NANOS));
    return this;
  }

  Story countIs(int count, long fromMillis, long settleMillis) {
    expected = expected.changed(count, fromMillis * NANOS, settleMillis * NANOS);
    return this;
  }

  Story disturbed(Cause cause, long boundMillis, long from, long until, int nodes) {
    disturbances.add(
        new Disturbance(
            cause.name(),
            cause,
            Optional.of(Duration.ofMillis(boundMillis)),
            Optional.of(Duration.ZERO),
            from * NANOS,
            until * NANOS,
            nodes));
    return this;
  }

  WitnessReport report(long fromMillis, long untilMillis) {
    return new WitnessCheck(
            List.of(expected), Optional.of(Duration.ofMillis(500)), Duration.ofMillis(100))
        .check(history, disturbances, fromMillis * NANOS, untilMillis * NANOS);
  }

  /** Returns the kinds of the findings, each once. */
  List<Kind> findings(long fromMillis, long untilMillis) {
    return report(fromMillis, untilMillis).findings().stream()
        .map(Finding::kind)
        .distinct()
        .toList();
  }
}
